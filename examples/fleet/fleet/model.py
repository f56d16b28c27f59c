"""Parameters as a file of the library, docs/format.md, and back."""

import struct
import zlib

import numpy as np

HEADER = struct.Struct("<8sBBBBII")


class WrongFile(Exception):
    """A file that is no answer of this network."""


def pack(arrays, fingerprint, rates=()):
    """The model file of these arrays, and of the rates of dropout behind them."""
    numbers = [np.ascontiguousarray(array, "<f4").tobytes() for array in (*arrays, np.array(rates))]
    payload = b"".join(numbers)
    file = HEADER.pack(b"bareprop", 1, 1, 4, 0, fingerprint, len(payload)) + payload
    return file + struct.pack("<I", zlib.crc32(file))


def checksum(file):
    """The last four bytes of a file."""
    return int.from_bytes(file[-4:], "little")


def unpack(file, shapes, fingerprint):
    """The arrays of these shapes in a file. Whether their numbers are finite is not looked at here."""
    counts = [int(np.prod(shape)) for shape in shapes]
    if len(file) < HEADER.size + 4 * sum(counts) + 4:
        raise WrongFile(f"its answer has {len(file)} bytes")
    magic, version, kind, scalar, _, found, size = HEADER.unpack_from(file)
    if (magic, version, kind, scalar, found, size) != (b"bareprop", 1, 1, 4, fingerprint, len(file) - 24):
        raise WrongFile("its answer is no model of this network")
    if zlib.crc32(file[:-4]) != checksum(file):
        raise WrongFile("its answer has a wrong checksum")
    numbers = np.frombuffer(file, "<f4", sum(counts), HEADER.size)
    parts = np.split(numbers, np.cumsum(counts)[:-1])
    return [part.reshape(shape).copy() for part, shape in zip(parts, shapes)]
