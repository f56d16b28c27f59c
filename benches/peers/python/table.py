"""Times the same jobs in bareprop and its peers, one thread each, and prints one table for each kind of job: medians
in microseconds of processor time; and one table with two threads, where they are of the time that passes. Every peer is a process of its own. All are asked in turn for each job, round after
round.

From nothing it takes about half an hour on two cores: a quarter of an hour builds the Rust peers, and PyTorch is
fetched, which takes 5 GB of disk. Once that is there, a run takes about five minutes, with --quick two and a half.
With --only or --jobs it takes its share of that. Its first lines check that the floor in C and the peers in Python
do what they should."""

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

from jobs import PEERS, TABLES, flop

HERE = pathlib.Path(__file__).resolve().parent
# The probe: each width in bits, how many chains are independent, and how many operations a call does. 14 chains and
# two constants fill 16 registers, 30 fill 32.
WIDTHS, CHAINS, PROBE_FLOP = {128: "SSE", 256: "AVX2", 512: "AVX-512"}, [14, 24, 30], 2 * 16 * 840 * 25
PROBES = [f"{verb} {chains} {bits}" for verb in ["apart", "fused"] for bits in WIDTHS for chains in CHAINS]
# Only where they are asked for by name.
VARIANTS = ["bareprop-64", "bareprop-128"]
PACKAGES = ["numpy", "torch", "jax", "scikit-learn", "onnxruntime"]
THREADS = ["OMP_NUM_THREADS", "RAYON_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"]
# Memory that was freed stays in the process. Otherwise a peer that allocates in each step gives it back to the system
# and asks for it again. 32 MiB is the most that glibc takes for the second.
MALLOC = {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(32 << 20)}
# OpenBLAS, which NumPy and scikit-learn have, takes processors that it does not know for ones without AVX-512: half as
# fast on AMD's of 2024.
CPU = pathlib.Path("/proc/cpuinfo").read_text()
BLAS = {"OPENBLAS_CORETYPE": "SkylakeX"} if "avx512vl" in CPU else {}


def arguments():
    text = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("benches/peers/run", description=__doc__, formatter_class=text)
    parser.add_argument("--binary", type=pathlib.Path, action="append", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--floor", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--versions", default="", help=argparse.SUPPRESS)
    parser.add_argument("--only", type=lambda text: text.split(","), help="these peers alone, with commas between them")
    parser.add_argument("--jobs", default="", help="a regular expression of the jobs wanted, such as 'train|images 1$'")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 0.05 seconds, for a first look")
    parser.add_argument("--rounds", type=int, help="how many rounds (7)")
    parser.add_argument("--seconds", type=float, help="for each job of each peer in each round (0.15)")
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.seconds = options.seconds or (0.05 if options.quick else 0.15)
    return options


class Peer:
    """A process that answers a job with microseconds. `threads`: with so many threads, the time that passes."""

    def __init__(self, command, threads=None):
        asked = {"PEERS_THREADS": threads} if threads else {}
        environment = os.environ | dict.fromkeys(THREADS, threads or "1") | asked | MALLOC | BLAS
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


def commands(options):
    """How each peer is started. Of programs that have the same peer, the first is taken."""
    of = {}
    for binary in options.binary:
        built = subprocess.run([binary, "list"], capture_output=True, text=True, check=True).stdout.split()
        of = {name: [binary, name] for name in built} | of
    of |= {name: [sys.executable, HERE / "peer.py", name] for name in PEERS} | {"C floor": [options.floor]}
    of |= {f"{name}@{threads}": command for name, command in of.items() for threads in "12"}
    unknown = [name for name in options.only or [] if name not in of]
    if unknown:
        sys.exit(f"no such peer here: {unknown}; there are {list(of)}")
    return of


def chosen(options, of):
    """The tables with the jobs and the peers that were asked for."""
    for table in TABLES:
        wanted = options.only or [name for name in table.rows if name not in VARIANTS]
        table.rows = {name: label for name, label in table.rows.items() if name in wanted and name in of}
        table.jobs = {job: label for job, label in table.jobs.items() if re.search(options.jobs, job)}
    return [table for table in TABLES if table.rows and table.jobs]


def measure(options, running, tables):
    """Medians over the rounds: of each (peer, job), and of each probe."""
    from tqdm import tqdm

    times = collections.defaultdict(list)
    asked = {}
    for table in tables:
        for job in table.jobs:
            asked.setdefault(job, {}).update(table.rows)
    turns = [(turn, job) for turn in range(options.rounds) for job in asked]
    for turn, job in tqdm(turns, unit="job", disable=not sys.stderr.isatty()):
        for probe in PROBES:
            times[probe].append(running["peak"].ask(probe, 0.002))
        # No peer is always the first.
        names = list(asked[job])
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            times[name, job].append(running[name].ask(job, options.seconds))
    return {key: statistics.median(of) for key, of in times.items() if None not in of}


def head(options, medians, load):
    """What was measured on. Returns the peaks without fused multiply-add and with it."""
    model = re.search(r"model name\s*: (.*)", CPU)
    machine = model[1] if model else platform.machine()
    after = os.getloadavg()[0]
    print(f"{datetime.date.today()}, {machine}, one thread, processor time, {options.rounds} rounds, load {load:.1f} to {after:.1f}")
    print("every peer with " + " ".join(f"{name}={value}" for name, value in (MALLOC | BLAS).items()))
    peaks = []
    for verb, text in [("apart", "without fusing"), ("fused", "with fused multiply-add")]:
        rates = {probe: PROBE_FLOP / medians[probe] / 1e3 for probe in PROBES if probe in medians and verb in probe}
        for width, name in WIDTHS.items():
            of = {probe.split()[1]: rate for probe, rate in rates.items() if probe.endswith(f" {width}")}
            if of:
                print(f"peak {text}, {name}: " + ", ".join(f"{rate:.0f} GFLOP/s by {chains} chains" for chains, rate in of.items()))
        peaks.append(max(rates.values()))
    print("; ".join([*re.findall(r"── (\S+ v\S+)", options.versions), *(f"{package} {version(package)}" for package in PACKAGES)]))
    return peaks


def cell(time, own, is_base):
    """Microseconds, and how many times those of bareprop; in bold where bareprop is slower."""
    if not time:
        return "–"
    text = f"{time:.{2 if time < 100 else 0}f}"
    if is_base or not own:
        return text
    ratio = round(time / own, 2)
    return f"{text} **({ratio:.2f})**" if ratio < 1 else f"{text} ({ratio:.2f})"


def show(table, medians, peaks):
    base = table.base
    rows = [[f"µs a call (times {base})", *table.jobs.values()], ["---", *("---:" for _ in table.jobs)]]
    for name, label in table.rows.items():
        cells = (cell(medians.get((name, job)), medians.get((base, job)), name == base) for job in table.jobs)
        rows.append([label, *cells])
    for name, peak, text in [(base, peaks[0], "without fusing"), ("C floor", peaks[1], "with fusing")]:
        times = {job: medians.get((name, job)) for job in table.jobs if name in table.rows}
        rates = [flop(job) / time / 1e3 if flop(job) and time else None for job, time in times.items()]
        # Of more than one thread the peak is not known.
        if any(rates) and "@" not in base:
            share = f"{name}, share of the peak {text}"
            rows.append([f"{name}, GFLOP/s", *(f"{rate:.1f}" if rate else "–" for rate in rates)])
            rows.append([share, *(f"{rate / peak * table.bits / 32:.0%}" if rate else "–" for rate in rates)])
    print(f"\n{table.title}\n")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def main():
    options, load = arguments(), os.getloadavg()[0]
    of = commands(options)
    tables = chosen(options, of)
    if not tables:
        sys.exit("no table has such jobs of such peers")
    names = dict.fromkeys(["peak", *(name for table in tables for name in table.rows)])
    # A peer with an @ has so many threads.
    running = {name: Peer(of[name], name.partition("@")[2]) for name in names}
    medians = measure(options, running, tables)
    peaks = head(options, medians, load)
    for table in tables:
        show(table, medians, peaks)
    for peer in running.values():
        peer.close()


if __name__ == "__main__":
    main()
