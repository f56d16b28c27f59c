"""The job: what twelve devices learn together, what each learns alone, what one that had all recordings would."""

import argparse
import contextlib
import os
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from fleet.gateway import run_round  # noqa: E402
from fleet.frames import Plan  # noqa: E402
from fleet.jobs import JOBS, accuracy  # noqa: E402
from fleet.qemu import Board  # noqa: E402
from fleet.server import Settings  # noqa: E402
from fleet.simulation import FLEET, simulate  # noqa: E402

DEVICES = 12
CHIPS = {3: "cortex-m4f", 7: "cortex-m4f", 10: "riscv32"}
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", FLEET / "target")).resolve()
PROGRAM = TARGET / "release/fleet-device"
JOB = JOBS["motions"]
# The bounds: of the federation, at least, and of any device alone, at most.
TOGETHER, ALONE = 0.95, 0.70


def pipe(number, devices=DEVICES, job="motions"):
    return f"pipe:{PROGRAM} {job} {number} {devices}"


def bits(arrays):
    """A checksum of parameters."""
    return f"{zlib.crc32(b''.join(array.tobytes() for array in arrays)):08x}"


@contextlib.contextmanager
def addresses(chips):
    """Those of the twelve devices, with these chips among them."""
    with contextlib.ExitStack() as stack:
        boards = {number: stack.enter_context(Board(chip, TARGET, number, DEVICES)) for number, chip in chips.items()}
        for board in boards.values():
            board.wait()
        yield [boards[number].address if number in boards else pipe(number) for number in range(DEVICES)]


def alone(address, settings, test):
    """The accuracies of a device that goes on with its own parameters, round after round, in the same steps."""
    arrays = JOB.initial(settings.seed)
    accuracies = [accuracy(arrays, test)]
    for round in range(1, settings.rounds + 1):
        plan = Plan.of({**settings.plan, "round": round, "fingerprint": JOB.fingerprint, "seed": settings.seed})
        arrays = run_round(address, arrays, plan).arrays
        accuracies.append(accuracy(arrays, test))
    return accuracies


def progress(round, rounds, accuracy, answered, seconds):
    answered = f", {answered[0]} devices of {DEVICES} answered" if answered else ""
    print(f"round {round:2} of {rounds}: accuracy {accuracy:.3f}{answered}, {seconds:.1f} s", flush=True)


@dataclass
class Curves:
    together: list
    central: list
    each: list


def draw(curves: Curves, path):
    figure, axes = plt.subplots(figsize=(8, 5), dpi=120)
    rounds = range(len(curves.together))
    lowest, highest = [[choose(values) for values in zip(*curves.each)] for choose in (min, max)]
    mean = [sum(values) / len(values) for values in zip(*curves.each)]
    axes.plot(rounds, curves.central, color="0.45", linestyle="--", label="one device with all recordings")
    axes.plot(rounds, curves.together, color="tab:blue", linewidth=2, label=f"{DEVICES} devices together")
    axes.fill_between(rounds, lowest, highest, color="tab:orange", alpha=0.25, label="alone: lowest to highest")
    axes.plot(rounds, mean, color="tab:orange", label="alone: mean")
    axes.axhline(TOGETHER, color="tab:green", linewidth=0.8, linestyle=":", label=f"bound {TOGETHER}")
    axes.set(xlabel="round", ylabel="accuracy on the test windows", ylim=(0, 1.02), xlim=(0, rounds[-1]))
    axes.set_xticks(range(0, len(curves.together), 2))
    axes.set_title("Four activities, of which each device has recorded two")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--host", action="store_true", help="no QEMU: all devices are programs of this machine")
    parser.add_argument("--picture", type=Path, default=Path("fleet.png"))
    options = parser.parse_args()
    settings, test = Settings(rounds=options.rounds, seed=options.seed), JOB.test()
    log = TARGET / "flower.log"
    chips = {} if options.host else CHIPS
    print(f"{DEVICES} devices, {list(chips.values())} of them in QEMU; {len(test[1])} test windows; Flower's log: {log}", flush=True)
    with addresses(chips) as found:
        outcome = simulate({"addresses": found}, DEVICES, settings, progress, log=log)
    each = [alone(pipe(number), settings, test) for number in range(DEVICES)]
    curves = Curves(outcome.accuracies, alone(pipe(0, 1), settings, test), each)
    draw(curves, options.picture)
    best = max(max(values) for values in each)
    windows = len(test[1])
    hits = round(outcome.federated[settings.rounds]["accuracy"] * windows) if settings.evaluate else 0
    print(f"together {curves.together[-1]:.3f}; the devices count {hits} of {windows} test windows themselves")
    print(f"one device with all recordings {curves.central[-1]:.3f}")
    print(f"alone {min(values[-1] for values in each):.3f} to {max(values[-1] for values in each):.3f}, in any round at most {best:.3f}")
    print(f"bits of the parameters {bits(outcome.arrays)}; picture: {options.picture}")
    for event in outcome.events:
        print("round {}, device {}: {}".format(*event))
    if options.rounds >= 20 and not (curves.together[-1] >= TOGETHER and best < ALONE and hits == round(curves.together[-1] * windows)):
        sys.exit(f"the bounds do not hold: together at least {TOGETHER}, alone below {ALONE}, and the devices' own count")


if __name__ == "__main__":
    main()
