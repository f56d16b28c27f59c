"""Frames between gateway and device, as docs/fleet.md has them."""

import struct
import zlib
from dataclasses import dataclass, fields, replace

VERSION = 1
START = 0xB9
PAYLOAD = 72
CHUNK = 64
HELLO, BEGIN, CHUNKS, WORK, GIVE = 1, 2, 3, 4, 5
HERE, WANT, DONE, REFUSED = 0x81, 0x82, 0x83, 0x84
NAMES = {HELLO: "Hello", BEGIN: "Begin", CHUNKS: "Chunk", WORK: "Work", GIVE: "Give"}
# Why training fails on a device.
CAUSES = {
    1: "a setting of the firmware is not possible",
    2: "a row cannot be learned",
    3: "an output or a loss is not finite",
    4: "a gradient is not finite or too large",
    5: "a parameter is not finite or too large",
}


class WrongPlan(Exception):
    """A setting of a round that no device can be asked for."""


@dataclass(frozen=True)
class Plan:
    """What a round asks of a device: `federated::Plan` of the library."""

    evaluate: bool = False
    difference: bool = True
    round: int = 0
    fingerprint: int = 0
    bytes: int = 0
    checksum: int = 0
    epochs: int = 1
    samples: int = 0
    seed: int = 0
    mu: float = 0.0
    clip: float = 0.0
    noise: float = 0.0

    def payload(self):
        payload = struct.pack("<BBBB", VERSION, bool(self.evaluate), bool(self.difference), 0)
        for name, format in FORMATS.items():
            try:
                payload += struct.pack(format, getattr(self, name))
            except (struct.error, OverflowError) as error:
                raise WrongPlan(f"{name} of the plan is {getattr(self, name)!r}: {error}") from error
        return payload

    def key(self):
        """Every frame of a round names its plan by this checksum."""
        return zlib.crc32(self.payload())

    @classmethod
    def of(cls, config):
        """From a configuration of Flower. Names that no plan has are left to others."""
        config = {"mu": config.get("proximal-mu", 0.0), "round": config.get("server-round", 0), **config}
        return replace(cls(), **{field.name: config[field.name] for field in fields(cls) if field.name in config})


# The numbers of a plan, as they lie behind the first four bytes of its payload.
FORMATS = dict.fromkeys(("round", "fingerprint", "bytes", "checksum", "epochs", "samples"), "<I")
FORMATS |= {"seed": "<Q", "mu": "<f", "clip": "<f", "noise": "<f"}


def refusal(plan, why, here):
    """What a device says with Refused."""
    match why:
        case 2:
            return f"its network is another: fingerprint 0x{here:08X}, not 0x{plan.fingerprint:08X}"
        case 3:
            hint = "is `rates` of dropout missing?" if here > plan.bytes else "are there too many `rates` of dropout?"
            return f"its network has another size: a file of {here} bytes, not {plan.bytes}; {hint}"
        case 4:
            return "the chunks it got are no whole model"
        case 5:
            return "a parameter it got is not finite, or a rate of dropout is not below 1"
        case 6:
            return f"a setting of the plan is not possible: {setting(plan, here)}"
        case 7:
            return "it does not know this round: it has restarted, or another gateway speaks to it"
        case 8:
            return f"training failed: {CAUSES.get(here, 'for an unknown reason')}"
    return f"refusal {why}"


def setting(plan, place):
    """The setting at this place of the payload."""
    if place == 20:
        return "epochs and samples are 0"
    at = 4
    for name, format in FORMATS.items():
        if at == place:
            return f"{name} is {getattr(plan, name)}"
        at += struct.calcsize(format)
    return f"byte {place} of Begin"


@dataclass(frozen=True)
class Here:
    version: int
    scalar: int
    fingerprint: int
    bytes: int
    round: int


@dataclass(frozen=True)
class Report:
    plan: int
    rows: int
    hits: int
    loss: float
    norm: float
    checksum: int


def frame(kind, payload=b""):
    body = bytes([kind, len(payload)]) + payload
    return bytes([START]) + body + struct.pack("<I", zlib.crc32(body))


class Reader:
    """Finds frames in a stream of bytes, and passes over what is none."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        """Yields the kind and the payload of every frame that `data` completes."""
        self.buffer += data
        while self.buffer:
            found = self.look()
            if found is None:
                return
            if found:
                kind, payload = self.buffer[1], bytes(self.buffer[3 : 3 + self.buffer[2]])
                del self.buffer[: len(payload) + 7]
                yield kind, payload
            else:
                del self.buffer[0]

    def look(self):
        """Whether a frame begins here; None where that is not known yet."""
        if self.buffer[0] != START or (len(self.buffer) > 2 and self.buffer[2] > PAYLOAD):
            return False
        if len(self.buffer) < 3 or len(self.buffer) < 7 + self.buffer[2]:
            return None
        end = 3 + self.buffer[2]
        return zlib.crc32(self.buffer[1:end]) == struct.unpack_from("<I", self.buffer, end)[0]


def unpack(format, payload):
    """The fields of a payload, or None where its length is wrong."""
    return struct.unpack(format, payload) if len(payload) == struct.calcsize(format) else None
