"""Devices that run as firmware in QEMU. Their line is a serial port, which QEMU offers over TCP or as a terminal."""

import socket
import subprocess
import time
from pathlib import Path

MACHINES = {
    "cortex-m4f": ["qemu-system-arm", "-cpu", "cortex-m4", "-machine", "mps2-an386"],
    "riscv32": ["qemu-system-riscv32", "-machine", "virt", "-bios", "none"],
}
# Where the program looks for its job and its number.
IDENTITIES = {"cortex-m4f": 0x20100000, "riscv32": 0x80200000}
TRIPLES = {"cortex-m4f": "thumbv7em-none-eabihf", "riscv32": "riscv32imac-unknown-none-elf"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Board:
    """A chip in QEMU with the program of a device, until it is left."""

    def __init__(self, chip, target, number, devices, serial=False, dropout=False):
        program = Path(target) / TRIPLES[chip] / "release/fleet-device"
        if not program.exists():
            raise FileNotFoundError(f"{program} is not built: run examples/fleet/build")
        self.port = free_port()
        line = "pty,id=line" if serial else f"socket,id=line,host=127.0.0.1,port={self.port},server=on,wait=off"
        identity = f"loader,addr={IDENTITIES[chip]:#x},data={number | dropout << 15 | devices << 16},data-len=4"
        options = ["-chardev", line, "-serial", "chardev:line", "-semihosting-config", "enable=on", "-device", identity]
        command = [*MACHINES[chip], "-display", "none", "-monitor", "none", *options, "-kernel", program]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.address = self.pty() if serial else f"tcp:127.0.0.1:{self.port}"

    def pty(self):
        """QEMU says which terminal it has opened."""
        for line in self.process.stdout:
            if b"/dev/" in line:
                return f"serial:{line.split(b'redirected to ')[1].split()[0].decode()}"
        raise RuntimeError("QEMU opened no terminal")

    def wait(self):
        """Until the port is open."""
        for _ in range(100):
            if self.process.poll() is not None:
                raise RuntimeError(f"QEMU ended: {self.process.stdout.read().decode()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("QEMU opened no port")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
