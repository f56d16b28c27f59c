"""Starts every peer as a process of its own, asks them in turn for each job, round after round, and prints the medians as one table."""

import argparse
import collections
import datetime
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys

from importlib.metadata import version

from tqdm import tqdm

HERE = pathlib.Path(__file__).resolve().parent
SIZES = {"moons": [2, 64, 32, 1], "digits": [64, 128, 64, 10], "images": [784, 128, 64, 10]}
JOBS = {
    "train moons 32": "2-64-32-1, dropout, L2, batch 32",
    "train digits 32": "64-128-64-10, batch 32",
    "train images 32": "784-128-64-10, batch 32",
    "train images 128": "784-128-64-10, batch 128",
    "infer moons 1": "2-64-32-1, 1 row",
    "infer moons 32": "2-64-32-1, 32 rows",
    "infer images 1": "784-128-64-10, 1 row",
    "infer images 32": "784-128-64-10, 32 rows",
    "learn conv 32": "conv 128×6 → 16, batch 32",
    "learn motions 32": "motions by convolution, batch 32",
    "learn gru 32": "motions by GRU, batch 32",
    "learn pictures 32": "digits by convolution, batch 32",
    "pass conv 32": "conv 128×6 → 16, 32 rows",
    "pass motions 32": "motions by convolution, 32 rows",
    "pass pictures 32": "digits by convolution, 32 rows",
}
# Each width in bits, and how many operations a call of the probe does.
PROBES, PROBE_FLOP = {128: "SSE2", 256: "AVX2", 512: "AVX-512"}, 2 * 16 * 12 * 1000
RUST = ["bareprop", "bareprop-64", "bareprop-128", "dfdx", "rust-mlp", "burn", "candle", "fann"]
PYTHON = {"numpy": "numpy", "torch": "torch", "torch-fused": "torch", "jax": "jax", "jax-scan": "jax", "scikit-learn": "scikit-learn"}
ONE_THREAD = ["OMP_NUM_THREADS", "RAYON_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True, help="the crate's program")
    parser.add_argument("--floor", type=pathlib.Path, required=True, help="the program of floor.c")
    parser.add_argument("--versions", default="", help="lines of `cargo tree --depth 1`")
    parser.add_argument("--only", type=lambda text: text.split(","), help="these peers alone, with commas between them")
    parser.add_argument("--jobs", help="a regular expression of the jobs wanted, such as 'train|images 1$'")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.15, help="for each job of each peer in each round")
    return parser.parse_args()


class Peer:
    """A process that answers a job with microseconds."""

    def __init__(self, command):
        environment = os.environ | dict.fromkeys(ONE_THREAD, "1")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        self.process = subprocess.Popen(command, env=environment, **pipes)

    def ask(self, job, seconds):
        """Microseconds of a call, or nothing where the peer has no such job."""
        self.process.stdin.write(f"{job} {seconds}\n")
        answer = self.process.stdout.readline().strip()
        if not answer:
            sys.exit(f"{self.process.args} ended at: {job}")
        return None if answer == "-" else float(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def peers(options):
    built = subprocess.run([options.binary, "list"], capture_output=True, text=True, check=True).stdout.split()
    commands = {name: [options.binary, name] for name in RUST if name in built}
    commands |= {name: [sys.executable, HERE / "peer.py", name] for name in PYTHON} | {"C floor": [options.floor]}
    unknown = [name for name in options.only or [] if name not in commands]
    if unknown:
        sys.exit(f"no such peer here: {unknown}; there are {list(commands)}")
    commands = {name: command for name, command in commands.items() if name in (options.only or commands)}
    return {name: Peer(command) for name, command in commands.items()}


def measure(options, running, jobs):
    """Medians over the rounds: of each (peer, job), and of each probe."""
    times, probe = collections.defaultdict(list), Peer([options.binary, "peak"])
    turns = [(turn, job) for turn in range(options.rounds) for job in jobs]
    for turn, job in tqdm(turns, unit="job", disable=not sys.stderr.isatty()):
        for width in PROBES:
            times["peak", width].append(probe.ask(f"train bits {width}", 0.01))
        # No peer is always the first.
        names = list(running)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            times[name, job].append(running[name].ask(job, options.seconds))
    probe.close()
    return {key: statistics.median(of) for key, of in times.items() if None not in of}


def flop(job):
    """Multiplications and additions of the products; a first layer has no input gradient."""
    verb, net, rows = job.split()
    first, second, third = (i * o for i, o in zip(SIZES[net], SIZES[net][1:]))
    multiply_adds = first + second + third if verb == "infer" else 2 * first + 3 * (second + third)
    return 2 * int(rows) * multiply_adds


def head(options, medians):
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    machine = model[1] if model else platform.machine()
    peaks = {width: PROBE_FLOP / medians["peak", width] / 1e3 for width in PROBES if ("peak", width) in medians}
    print(f"{datetime.date.today()}, {machine}, one thread, processor time, load {os.getloadavg()[0]:.1f}, {options.rounds} rounds")
    text = ", ".join(f"{PROBES[width]} {peak:.0f} GFLOP/s" for width, peak in peaks.items())
    print(f"peak of multiply and add without fusing: {text}")
    python = [f"{package} {version(package)}" for package in dict.fromkeys(PYTHON.values())]
    print("; ".join([*re.findall(r"── (\S+ v\S+)", options.versions), *python]))
    print()
    return max(peaks.values())


def table(running, jobs, medians, peak):
    rows = [["µs a call (times bareprop)", *(JOBS[job] for job in jobs)], ["---", *("---:" for _ in jobs)]]
    for name in running:
        cells = []
        for job in jobs:
            time, own = medians.get((name, job)), medians.get(("bareprop", job))
            ratio = f" ({time / own:.2f})" if time and own and name != "bareprop" else ""
            cells.append(f"{time:.{2 if time < 100 else 0}f}{ratio}" if time else "–")
        rows.append([name, *cells])
    for name in ["bareprop", "C floor"]:
        if name in running:
            rates = [flop(job) / medians[name, job] / 1e3 if job.split()[1] in SIZES else None for job in jobs]
            if not any(rates):
                continue
            rows.append([f"{name}, GFLOP/s", *(f"{rate:.1f}" if rate else "–" for rate in rates)])
            rows.append([f"{name}, share of the peak", *(f"{rate / peak:.0%}" if rate else "–" for rate in rates)])
    for row in rows:
        print("| " + " | ".join(row) + " |")


def main():
    options = arguments()
    jobs = [job for job in JOBS if re.search(options.jobs or "", job)]
    running = peers(options)
    medians = measure(options, running, jobs)
    table(running, jobs, medians, head(options, medians))
    for peer in running.values():
        peer.close()


if __name__ == "__main__":
    main()
