"""A device that is broken or hostile, between the gateway and a real one: hostile.py MODE [COMMAND of the real device…].

Its standard input and output are the line. vanish, half, late, twice, noise, garbage and slow pass on what the real device says, in their
way. nan, infinite, huge, overflow, silly_loss and greedy answer themselves, with frames and checksums that are right.
"""

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fleet import frames, model  # noqa: E402
from fleet.jobs import JOBS  # noqa: E402

# What the hostile ones say their difference is.
NUMBERS = {"nan": np.nan, "infinite": np.inf, "huge": 1e6, "overflow": 3.4e38, "silly_loss": 0.0, "greedy": 0.0}


def say(data):
    os.write(1, data)


def lie(mode):
    """A device that answers what it likes."""
    job, reader, plan = JOBS["motions"], frames.Reader(), None
    answer = model.pack([np.full_like(array, NUMBERS[mode]) for array in job.initial(0)], job.fingerprint)
    checksum = int.from_bytes(answer[-4:], "little")
    loss, rows = (np.nan if mode == "silly_loss" else 0.5), (2**31 if mode == "greedy" else 100)
    while data := os.read(0, 65536):
        for kind, payload in reader.feed(data):
            if kind == frames.HELLO:
                head = frames.struct.pack("<BBBBIII", 1, 4, 0, 0, job.fingerprint, len(answer), 0)
                say(frames.frame(frames.HERE, head))
            elif kind == frames.BEGIN:
                plan = frames.struct.unpack_from("<I", payload, 4)[0]
                say(frames.frame(frames.WANT, frames.struct.pack("<II", plan, 0)))
            elif kind == frames.CHUNKS:
                index = frames.struct.unpack_from("<I", payload, 4)[0]
                say(frames.frame(frames.WANT, frames.struct.pack("<II", plan, index + 1)))
            elif kind == frames.WORK:
                say(frames.frame(frames.DONE, frames.struct.pack("<IIIffI", plan, rows, 0, loss, 1.0, checksum)))
            elif kind == frames.GIVE:
                index = frames.struct.unpack_from("<I", payload, 4)[0]
                say(frames.frame(frames.CHUNKS, payload + answer[64 * index : 64 * index + 64]))


class Relay:
    def __init__(self, mode, command):
        self.mode, self.random = mode, random.Random(str(command))
        self.device = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.chunks = 0
        threading.Thread(target=self.back, daemon=True).start()

    def there(self):
        """From the gateway to the device, frame by frame."""
        reader = frames.Reader()
        while data := os.read(0, 65536):
            for kind, payload in reader.feed(data):
                self.chunks += kind == frames.CHUNKS
                if (self.mode, kind) == ("vanish", frames.WORK) or (self.mode, self.chunks) == ("half", 7):
                    self.device.kill()
                    os._exit(0)
                self.device.stdin.write(self.harmed(frames.frame(kind, payload)))
        self.device.stdin.close()

    def back(self):
        """From the device to the gateway."""
        reader = frames.Reader()
        while data := os.read(self.device.stdout.fileno(), 65536):
            for kind, payload in reader.feed(data):
                frame = frames.frame(kind, payload)
                if kind == frames.DONE and self.mode in ("late", "slow"):
                    time.sleep(30 if self.mode == "late" else random.SystemRandom().uniform(0, 0.3))
                if self.mode == "garbage":
                    frame = self.random.randbytes(len(frame))
                say(self.harmed(frame) * (2 if self.mode == "twice" else 1))

    def harmed(self, frame):
        """A fifth of the frames is cut, or has a bit that is wrong, or something before it."""
        if self.mode != "noise" or self.random.random() > 0.2:
            return frame
        place = self.random.randrange(len(frame))
        match self.random.randrange(3):
            case 0:
                return frame[:place]
            case 1:
                return frame[:place] + bytes([frame[place] ^ 16]) + frame[place + 1 :]
            case _:
                return bytes([frames.START, 3, 9]) + frame


if __name__ == "__main__":
    mode, command = sys.argv[1], sys.argv[2:]
    if mode in NUMBERS:
        lie(mode)
    else:
        Relay(mode, command).there()
