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


def open_line(address):
    kind, _, rest = address.partition(":")
    match kind:
        case "pipe":
            return Pipe(rest)
        case "serial":
            port, _, baud = rest.partition("@")
            return Port(port, int(baud or 115200))
        case "tcp":
            return Port(f"socket://{rest}", 115200)
    raise ValueError(f"no line is of the kind {kind!r}: pipe, serial or tcp")


class Pipe:
    """A program that is started for one round; what it learned is in its answer."""

    def __init__(self, command):
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def write(self, data):
        self.process.stdin.write(data)

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
    """A serial port or a connection, as pyserial opens them."""

    def __init__(self, url, baud):
        self.port = serial.serial_for_url(url, baud, timeout=0)

    def write(self, data):
        self.port.write(data)

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
