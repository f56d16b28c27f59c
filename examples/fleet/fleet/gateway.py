"""One round with one device."""

import time
from dataclasses import dataclass, replace

import numpy as np
import serial

from fleet import frames, model
from fleet.frames import Here, Plan, Reader, Report
from fleet.line import open_line


class DeviceError(Exception):
    """Why a device does not count in this round."""


@dataclass(frozen=True)
class Times:
    """Seconds: until a frame is sent again, how long a round may take, and how many frames are on their way at once."""

    again: float = 0.5
    deadline: float = 60.0
    window: int = 8


class Gateway:
    def __init__(self, line, times=Times()):
        self.line, self.times, self.reader = line, times, Reader()
        self.end = time.monotonic() + times.deadline
        self.sent = self.heard = self.again = 0

    def send(self, kind, payload=b""):
        data = frames.frame(kind, payload)
        self.sent += len(data)
        self.line.write(data)

    def hear(self, seconds):
        """The frames that come within some seconds."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise DeviceError("it did not answer in time")
        data = self.line.read(min(seconds, left))
        self.heard += len(data)
        return list(self.reader.feed(data))

    def ask(self, request, answer):
        """Sends a request until `answer`, which gets each frame, returns something."""
        while True:
            self.send(*request)
            again = time.monotonic() + self.times.again
            while (left := again - time.monotonic()) > 0:
                for kind, payload in self.hear(left):
                    self.refused(kind, payload)
                    found = answer(kind, payload)
                    if found is not None:
                        return found
            self.again += 1

    def refused(self, kind, payload):
        if kind == frames.REFUSED and (found := frames.unpack("<IIB", payload)):
            round, here, why = found
            if round == self.round:
                reason = frames.REFUSALS.get(why, f"refusal {why}")
                raise DeviceError(f"{reason} ({here:08x})" if why == 2 else reason)

    def hello(self):
        self.round = None

        def answer(kind, payload):
            fields = frames.unpack("<BBxxIII", payload) if kind == frames.HERE else None
            return Here(*fields) if fields else None

        return self.ask((frames.HELLO,), answer)

    def begin(self, plan, file):
        """Sends a plan and its parameters."""
        self.round = plan.round

        def wanted(kind, payload):
            fields = frames.unpack("<II", payload) if kind == frames.WANT else None
            return fields[1] if fields and fields[0] == plan.round else None

        chunks = -(-len(file) // frames.CHUNK)
        next = self.ask((frames.BEGIN, plan.payload()), wanted)
        while next < chunks:
            # All of the window but the last chunk without waiting; the device says for each which one it wants next.
            last = min(next + self.times.window, chunks) - 1
            for index in range(next, last):
                self.send(frames.CHUNKS, self.chunk(plan, file, index))
            progress = lambda kind, payload: found if (found := wanted(kind, payload)) and found > last else None
            request = (frames.CHUNKS, self.chunk(plan, file, last))
            next = self.once(request, progress) or self.ask((frames.BEGIN, plan.payload()), wanted)

    def chunk(self, plan, file, index):
        return frames.struct.pack("<II", plan.round, index) + file[index * frames.CHUNK : (index + 1) * frames.CHUNK]

    def once(self, request, answer):
        """Sends a request once. None where no answer comes."""
        self.send(*request)
        again = time.monotonic() + self.times.again
        while (left := again - time.monotonic()) > 0:
            for kind, payload in self.hear(left):
                self.refused(kind, payload)
                if (found := answer(kind, payload)) is not None:
                    return found
        self.again += 1
        return None

    def work(self, plan):
        def answer(kind, payload):
            fields = frames.unpack("<IIIffI", payload) if kind == frames.DONE else None
            return Report(*fields) if fields and fields[0] == plan.round else None

        return self.ask((frames.WORK, frames.struct.pack("<I", plan.round)), answer)

    def fetch(self, plan, size):
        """The file with the answer."""
        chunks = -(-size // frames.CHUNK)
        found = {}

        def take(kind, payload):
            if kind == frames.CHUNKS and len(payload) >= 8:
                round, index = frames.struct.unpack_from("<II", payload)
                if round == plan.round and index < chunks:
                    found[index] = payload[8:]

        while missing := [index for index in range(chunks) if index not in found]:
            window = missing[: self.times.window]
            for index in window:
                self.send(frames.GIVE, frames.struct.pack("<II", plan.round, index))
            again = time.monotonic() + self.times.again
            while any(index not in found for index in window) and (left := again - time.monotonic()) > 0:
                for kind, payload in self.hear(left):
                    self.refused(kind, payload)
                    take(kind, payload)
        return b"".join(found[index] for index in range(chunks))


@dataclass(frozen=True)
class Result:
    arrays: list
    report: Report
    sent: int
    heard: int


def run_round(address, arrays, plan, times=Times(), rates=()):
    """A round with the device at this address. The arrays of the result are w₀ + difference, or the parameters.

    DeviceError says why there is none.
    """
    try:
        line = open_line(address)
    except (OSError, serial.SerialException) as error:
        raise DeviceError(f"it cannot be reached: {error}") from error
    try:
        return exchange(Gateway(line, times), arrays, plan, rates)
    except (OSError, serial.SerialException) as error:
        raise DeviceError(f"the line broke: {error}") from error
    except model.WrongFile as error:
        raise DeviceError(str(error)) from error
    finally:
        line.close()


def exchange(gateway, arrays, plan, rates):
    here = gateway.hello()
    if here.version != frames.VERSION:
        raise DeviceError(f"it speaks version {here.version}, not {frames.VERSION}")
    file = model.pack(arrays, plan.fingerprint, rates)
    plan = replace(plan, bytes=len(file), checksum=int.from_bytes(file[-4:], "little"))
    gateway.begin(plan, file)
    report = gateway.work(plan)
    if not np.isfinite(report.loss) or report.rows == 0:
        raise DeviceError(f"it reports a loss of {report.loss} over {report.rows} rows")
    result = None
    if not plan.evaluate:
        answer = gateway.fetch(plan, len(file))
        if int.from_bytes(answer[-4:], "little") != report.checksum:
            raise DeviceError("its answer is not the one that it reported")
        result = model.unpack(answer, [array.shape for array in arrays], plan.fingerprint)
        if plan.difference:
            with np.errstate(over="ignore", invalid="ignore"):
                result = [array + difference for array, difference in zip(arrays, result)]
        if not all(np.isfinite(array).all() for array in result):
            raise DeviceError("its answer has numbers that are not finite")
    return Result(result, report, gateway.sent, gateway.heard)
