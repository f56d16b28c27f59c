"""Lines to devices: a pipe to a program, a serial port, TCP.

pipe:COMMAND…            starts the program, whose standard input and output are the line
serial:/dev/ttyACM0@115200
tcp:192.168.1.7:5000
"""

import os
import select
import shlex
import subprocess
import time

import serial


class WrongAddress(Exception):
    """An address that names no line."""


def open_line(address, seconds):
    """A line to this address. A device that reads nothing ends a `write` with TimeoutError after so many seconds."""
    kind, _, rest = address.partition(":")
    try:
        match kind:
            case "pipe" if rest.strip():
                return Pipe(shlex.split(rest), seconds)
            case "serial":
                port, _, baud = rest.partition("@")
                return Port(port, int(baud or 115200), seconds)
            case "tcp":
                return Port(f"socket://{rest}", 115200, seconds)
    except ValueError as error:
        raise WrongAddress(f"its address {address!r} is wrong: {error}") from error
    raise WrongAddress(f"its address {address!r} is wrong: it begins with pipe:, serial: or tcp:, and a command, port or host follows")


class Pipe:
    """A program that is started for one round; what it learned is in its answer."""

    def __init__(self, command, seconds):
        self.process, self.seconds = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0), seconds
        os.set_blocking(self.process.stdin.fileno(), False)

    def write(self, data):
        end = time.monotonic() + self.seconds
        while data:
            _, writable, _ = select.select([], [self.process.stdin], [], max(end - time.monotonic(), 0))
            if not writable:
                raise TimeoutError("the program reads nothing")
            data = data[os.write(self.process.stdin.fileno(), data) :]

    def read(self, seconds):
        """What has come, at least a byte unless `seconds` pass. ConnectionError where nothing will come any more."""
        readable, _, _ = select.select([self.process.stdout], [], [], max(seconds, 0))
        if not readable:
            return b""
        data = os.read(self.process.stdout.fileno(), 65536)
        if not data:
            raise ConnectionError("the program has ended")
        return data

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(0.2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Port:
    """A serial port or a connection, as pyserial opens them. A serial port is this gateway's alone."""

    def __init__(self, url, baud, seconds):
        self.port = serial.serial_for_url(url, baud, timeout=0, write_timeout=seconds, exclusive=True)

    def write(self, data):
        try:
            self.port.write(data)
        except serial.SerialTimeoutException as error:
            raise TimeoutError("the port takes no bytes") from error

    def read(self, seconds):
        end = time.monotonic() + seconds
        while True:
            self.port.timeout = min(max(end - time.monotonic(), 0), 0.05)
            data = self.port.read(1)
            if data:
                self.port.timeout = 0
                return data + self.port.read(65536)
            if time.monotonic() >= end:
                return b""

    def close(self):
        self.port.close()
