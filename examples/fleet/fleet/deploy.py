"""The recipe of docs/fleet.md: a SuperLink, a SuperNode for each device, of which one is a chip at a serial port, and `flwr run`."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from fleet.job import TARGET, pipe
from fleet.qemu import Board, free_port
from fleet.simulation import FLEET

DEVICES, ROUNDS = 3, 2
# Of a simulation with the same devices.
ACCURACIES = ["0.4388888888888889", "0.49444444444444446"]


@contextlib.contextmanager
def process(name, *arguments, environment):
    """A program of Flower's until it is left; what it says goes to a file."""
    with open(TARGET / f"{name}.log", "w") as log:
        program = Path(sys.executable).parent / arguments[0]
        child = subprocess.Popen([program, *arguments[1:]], env=environment, stdout=log, stderr=log)
        try:
            yield child
        finally:
            child.terminate()
            child.wait()


def main():
    with tempfile.TemporaryDirectory() as home, contextlib.ExitStack() as stack:
        port = free_port()
        Path(home, "config.toml").write_text(f'[superlink.fleet]\naddress = "127.0.0.1:{port}"\ninsecure = true\n')
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "FLWR_HOME": home, "PATH": path, "FLEET_EXAMPLES": str(FLEET.parent)}
        start = lambda *arguments: stack.enter_context(process(*arguments, environment=environment))
        start("superlink", "flower-superlink", "--insecure", "--port", str(port))
        board = stack.enter_context(Board("cortex-m4f", TARGET, DEVICES - 1, 12, serial=True))
        addresses = [pipe(number) for number in range(DEVICES - 1)] + [board.address]
        for number, address in enumerate(addresses):
            node = ["--superlink", f"127.0.0.1:{port}", "--port", str(free_port())]
            start(f"supernode{number}", "flower-supernode", "--insecure", *node, "--node-config", f'device={number} address="{address}"')
        command = [Path(sys.executable).parent / "flwr", "run", FLEET, "fleet", "--stream"]
        config = ["--run-config", f"rounds={ROUNDS} devices={DEVICES}"]
        # The SuperLink takes some seconds to start.
        for _ in range(20):
            run = subprocess.run(command + config, env=environment, capture_output=True, text=True, timeout=240)
            if "is unavailable" not in run.stdout + run.stderr:
                break
    text = run.stdout + run.stderr
    answers = re.findall(r"aggregate_train: Received (\d+) results and (\d+) failures", text)
    accuracies = re.findall(r"MetricRecord: \{'accuracy': ([0-9.]+)\}", text)
    print(f"addresses: {addresses}\nanswers and failures of each round: {answers}; accuracy {accuracies}")
    if run.returncode or answers != [(str(DEVICES), "0")] * ROUNDS or accuracies != ACCURACIES:
        sys.exit(text)


if __name__ == "__main__":
    main()
