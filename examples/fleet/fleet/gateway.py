"""One round with one device."""

import contextlib
import time
from dataclasses import dataclass, replace

import numpy as np
import serial

from fleet import frames, model
from fleet.frames import Here, Plan, Reader, Report
from fleet.line import WrongAddress, open_line


class DeviceError(Exception):
    """Why a device does not count in this round."""


@dataclass(frozen=True)
class Times:
    """Seconds: until a frame is sent again, how long a round may take, and how many frames are on their way at once."""

    again: float = 0.5
    deadline: float = 60.0
    window: int = 8

    def __post_init__(self):
        if not (self.again > 0 and self.deadline > 0 and self.window >= 1):
            raise frames.WrongPlan(f"again and deadline have to be above 0, window at least 1: {self}")


class Gateway:
    def __init__(self, line, times=Times()):
        self.line, self.times, self.reader = line, times, Reader()
        self.end = time.monotonic() + times.deadline
        self.sent = self.heard = 0
        self.plan = self.key = self.last = None

    def late(self):
        """What is said of a device that did not answer."""
        return DeviceError(f"it did not answer in time: {self.times.deadline:g} s were over at {frames.NAMES[self.last]}")

    def left(self):
        """The seconds until the deadline."""
        if (left := self.end - time.monotonic()) <= 0:
            raise self.late()
        return left

    def send(self, kind, payload=b""):
        data, self.last = frames.frame(kind, payload), kind
        self.left()
        try:
            self.line.write(data)
        except TimeoutError as error:
            raise self.late() from error
        self.sent += len(data)

    def hear(self, seconds):
        """The frames that come within some seconds, but for the refusal of this round, which is an error."""
        data = self.line.read(min(seconds, self.left()))
        self.heard += len(data)
        # All at once: what nobody asks for does not pile up.
        for kind, payload in list(self.reader.feed(data)):
            refused = frames.unpack("<IIB", payload) if kind == frames.REFUSED else None
            if refused and refused[0] == self.key:
                raise DeviceError(frames.refusal(self.plan, refused[2], refused[1]))
            yield kind, payload

    def wait(self, answer):
        """What `answer` makes of a frame that comes. None where that is nothing until it is time to send again."""
        again = time.monotonic() + self.times.again
        while (left := again - time.monotonic()) > 0:
            for kind, payload in self.hear(left):
                if (found := answer(kind, payload)) is not None:
                    return found
        return None

    def ask(self, answer, *request):
        """Sends a request until `answer` makes something of what comes."""
        while True:
            self.send(*request)
            if (found := self.wait(answer)) is not None:
                return found

    def fields(self, kind, format):
        """Reads the fields of a frame of this kind and plan."""

        def read(found, payload):
            fields = frames.unpack(format, payload) if found == kind else None
            return fields if fields and (self.key is None or fields[0] == self.key) else None

        return read

    def hello(self):
        return Here(*self.ask(self.fields(frames.HERE, "<BBxxIII"), frames.HELLO))

    def begin(self, plan, file):
        """Sends a plan and its parameters."""
        self.plan, self.key = plan, plan.key()
        wanted, chunks = self.fields(frames.WANT, "<II"), -(-len(file) // frames.CHUNK)
        _, next = self.ask(wanted, frames.BEGIN, plan.payload())
        while next < chunks:
            # A window without waiting: the device says for each chunk which one it wants next.
            last = min(next + self.times.window, chunks)
            for index in range(next, last):
                part = file[index * frames.CHUNK : (index + 1) * frames.CHUNK]
                self.send(frames.CHUNKS, frames.struct.pack("<II", self.key, index) + part)
            behind = lambda *frame: found if (found := wanted(*frame)) and found[1] >= last else None
            _, next = self.wait(behind) or self.ask(wanted, frames.BEGIN, plan.payload())

    def work(self):
        return Report(*self.ask(self.fields(frames.DONE, "<IIIffI"), frames.WORK, frames.struct.pack("<I", self.key)))

    def fetch(self, size):
        """The file with the answer."""
        chunks, found = -(-size // frames.CHUNK), {}

        def take(kind, payload):
            if kind == frames.CHUNKS and len(payload) >= 8:
                key, index = frames.struct.unpack_from("<II", payload)
                if key == self.key and index < chunks:
                    found[index] = payload[8:]
            return True if all(index in found for index in window) else None

        while window := [index for index in range(chunks) if index not in found][: self.times.window]:
            for index in window:
                self.send(frames.GIVE, frames.struct.pack("<II", self.key, index))
            self.wait(take)
        return b"".join(found[index] for index in range(chunks))


@dataclass(frozen=True)
class Result:
    arrays: list
    report: Report
    sent: int
    heard: int


@contextlib.contextmanager
def gateway(address, times):
    """A gateway to this address. DeviceError says what is wrong with the address, the line or the answers."""
    try:
        line = open_line(address, times.deadline)
    except (OSError, serial.SerialException) as error:
        raise DeviceError(f"it cannot be reached: {error}") from error
    except WrongAddress as error:
        raise DeviceError(str(error)) from error
    try:
        yield Gateway(line, times)
    except (OSError, serial.SerialException) as error:
        raise DeviceError(f"the line broke: {error}") from error
    except (model.WrongFile, frames.WrongPlan) as error:
        raise DeviceError(str(error)) from error
    finally:
        line.close()


def ask_what_it_is(address, times=Times()) -> Here:
    with gateway(address, times) as device:
        return device.hello()


def run_round(address, arrays, plan, times=Times(), rates=()) -> Result:
    """A round with the device at this address. The arrays of the result are w₀ + difference, or the parameters.

    DeviceError says why there is none.
    """
    with gateway(address, times) as device:
        return exchange(device, arrays, plan, rates)


def exchange(gateway: Gateway, arrays, plan, rates):
    here = gateway.hello()
    if (here.version, here.scalar) != (frames.VERSION, 4):
        raise DeviceError(f"it speaks version {here.version} with numbers of {here.scalar} bytes, not {frames.VERSION} and 4")
    file = model.pack(arrays, plan.fingerprint, rates)
    gateway.begin(replace(plan, bytes=len(file), checksum=model.checksum(file)), file)
    report = gateway.work()
    if not np.isfinite(report.loss) or report.rows == 0:
        raise DeviceError(f"it reports a loss of {report.loss} over {report.rows} rows")
    if report.hits > report.rows:
        raise DeviceError(f"it reports {report.hits} hits in {report.rows} rows")
    answer = None if plan.evaluate else parameters(gateway.fetch(len(file)), report, arrays, plan)
    return Result(answer, report, gateway.sent, gateway.heard)


def parameters(file, report, arrays, plan):
    """The parameters that an answer stands for."""
    if model.checksum(file) != report.checksum:
        raise DeviceError("its answer is not the one that it reported")
    found = model.unpack(file, [array.shape for array in arrays], plan.fingerprint)
    if plan.difference:
        with np.errstate(over="ignore", invalid="ignore"):
            found = [array + difference for array, difference in zip(arrays, found)]
    if not all(np.isfinite(array).all() for array in found):
        raise DeviceError("its answer has numbers that are not finite")
    return found
