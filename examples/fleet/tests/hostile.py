"""A device that is broken or hostile, between the gateway and a real one: hostile.py MODE [COMMAND of the real device…].

Its standard input and output are the line. vanish, half, cut, late, twice, stale, noise, garbage and slow pass on what the real device
says, in their way. Those of NUMBERS answer themselves, with frames and checksums that are right. drip says a byte each second,
flood says bytes without end, deaf reads nothing any more after Begin.
"""

import os
import random
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fleet import frames, model  # noqa: E402
from fleet.jobs import JOBS  # noqa: E402

# What the hostile ones say their difference is.
NUMBERS = {"nan": np.nan, "infinite": np.inf, "huge": 1e6, "overflow": 3.4e38}
NUMBERS |= dict.fromkeys(("silly_loss", "greedy", "nothing", "lucky", "stranger"), 0.0)
ROWS = {"greedy": 2**32 - 1, "nothing": 0}


def say(data):
    os.write(1, data)


def lie(mode):
    """A device that answers what it likes."""
    job, reader, plan = JOBS["motions"], frames.Reader(), None
    fingerprint = job.fingerprint ^ (mode == "stranger")
    answer = model.pack([np.full_like(array, NUMBERS[mode]) for array in job.initial(0)], fingerprint)
    loss, rows, hits = np.nan if mode == "silly_loss" else 0.5, ROWS.get(mode, 100), 101 * (mode == "lucky")
    report = frames.struct.pack("<IIffI", rows, hits, loss, 1.0, model.checksum(answer))
    while data := os.read(0, 65536):
        for kind, payload in reader.feed(data):
            if kind == frames.HELLO:
                head = frames.struct.pack("<BBBBIII", 1, 4, 0, 0, fingerprint, 2**32 - 1, 0)
                say(frames.frame(frames.HERE, head))
            elif kind == frames.BEGIN:
                plan = frames.struct.pack("<I", zlib.crc32(payload))
                say(frames.frame(frames.WANT, plan + bytes(4)))
            elif kind == frames.CHUNKS:
                index = frames.struct.unpack_from("<I", payload, 4)[0]
                say(frames.frame(frames.WANT, plan + frames.struct.pack("<I", index + 1)))
            elif kind == frames.WORK:
                say(frames.frame(frames.DONE, plan + report))
            elif kind == frames.GIVE:
                index = frames.struct.unpack_from("<I", payload, 4)[0]
                say(frames.frame(frames.CHUNKS, payload + answer[64 * index : 64 * index + 64]))


def disturb(mode):
    """A device that is no partner at all."""
    frame = frames.frame(frames.HERE, frames.struct.pack("<BBBBIII", 1, 4, 0, 0, JOBS["motions"].fingerprint, 0, 0))
    while mode == "flood":
        say(bytes([frames.START, frames.HERE, frames.PAYLOAD]) * 1000)
    for byte in frame * 100:
        say(bytes([byte]))
        time.sleep(1)


def deaf():
    """Wants all chunks, and reads none."""
    reader = frames.Reader()
    while data := os.read(0, 4096):
        for kind, payload in reader.feed(data):
            if kind == frames.HELLO:
                say(frames.frame(frames.HERE, frames.struct.pack("<BBBBIII", 1, 4, 0, 0, 0, 0, 0)))
            elif kind == frames.BEGIN:
                for index in range(0, 10**5, 8):
                    say(frames.frame(frames.WANT, frames.struct.pack("<II", zlib.crc32(payload), index)))
                    time.sleep(0.001)


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
                if (self.mode, kind) == ("cut", frames.CHUNKS):
                    say(frame[:40])
                    os._exit(0)
                if self.mode == "stale":
                    say(self.other(kind, payload))
                if kind == frames.DONE and self.mode in ("late", "slow"):
                    time.sleep(30 if self.mode == "late" else random.SystemRandom().uniform(0, 0.3))
                if self.mode == "garbage":
                    frame = self.random.randbytes(len(frame))
                say(self.harmed(frame) * (2 if self.mode == "twice" else 1))

    def other(self, kind, payload):
        """The same for a plan that is another, with other numbers."""
        return frames.frame(kind, payload[:3] + bytes(byte ^ 0x7F for byte in payload[3:]))

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
    elif mode in ("drip", "flood"):
        disturb(mode)
    elif mode == "deaf":
        deaf()
    else:
        Relay(mode, command).there()
