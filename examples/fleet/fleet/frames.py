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
REFUSALS = {
    2: "its network is another",
    3: "its network has another size",
    4: "the chunks it got are no whole model",
    5: "a parameter it got is not finite",
    6: "a setting of the plan is not possible",
    7: "it has not begun this round",
    8: "training failed",
}


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
        head = struct.pack("<BBBB", VERSION, self.evaluate, self.difference, 0)
        counts = (self.round, self.fingerprint, self.bytes, self.checksum, self.epochs, self.samples)
        return head + struct.pack("<6IQ3f", *counts, self.seed, self.mu, self.clip, self.noise)

    @classmethod
    def of(cls, config):
        """From a configuration of Flower, whose names may have hyphens."""
        config = {"mu": config.get("proximal-mu", 0.0), "round": config.get("server-round", 0), **config}
        return replace(cls(), **{field.name: config[field.name] for field in fields(cls) if field.name in config})


@dataclass(frozen=True)
class Here:
    version: int
    scalar: int
    fingerprint: int
    bytes: int
    round: int


@dataclass(frozen=True)
class Report:
    round: int
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
        self.noise = 0

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
                self.noise += 1

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
