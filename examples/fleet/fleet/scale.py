"""A thousand devices that learn digits, a hundred of them each round: time, bytes, and what follows for a million."""

import argparse
import os
import resource
import statistics
import sys
import time

from fleet.frames import CHUNK, Plan
from fleet.gateway import run_round
from fleet.job import PROGRAM, TARGET
from fleet.jobs import JOBS
from fleet.server import Settings
from fleet.simulation import simulate


def progress(round, rounds, accuracy, answered, seconds):
    print(f"round {round:2} of {rounds}: accuracy {accuracy:.3f}, {answered[0] if answered else 0} answers, {seconds:.1f} s", flush=True)


def frames_of(size):
    """Bytes to and from a device for a file of this size: a frame for each chunk and its acknowledgement, and what goes around."""
    chunks, rest = divmod(size, CHUNK)
    chunks += rest > 0
    parameters, asked = size + 15 * chunks, 15 * chunks
    # Hello, plan, work; here, first chunk wanted, report.
    return parameters + asked + (7 + 55 + 11), asked + parameters + (23 + 15 + 31)


def on_the_air(parameters):
    """Bytes of an update, by how its numbers are written."""
    file = 24 + 4 * parameters
    down, up = frames_of(file)
    rows = [("f32, parameters there and difference back", down, up)]
    half = 24 + 2 * parameters
    rows.append(("difference in f16", down, frames_of(half)[1]))
    rows.append(("both in f16", *frames_of(half)))
    rows.append(("the numbers alone in f32, one way", 4 * parameters, 4 * parameters))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--least", type=float, default=0.0, help="fails where the accuracy at the end is lower")
    options = parser.parse_args()
    plan = {"epochs": 20}
    settings = Settings("digits", options.clients, options.rounds, options.share, evaluate=False, mu=0.3, plan=plan)
    pattern = f"pipe:{PROGRAM} digits {{device}} {options.clients}"
    workers, begin = 2 * (os.cpu_count() or 1), time.perf_counter()
    outcome = simulate({"pattern": pattern}, options.clients, settings, progress, workers, TARGET / "scale.log")
    whole = time.perf_counter() - begin
    table(options, outcome, whole, workers, pattern, plan)
    if outcome.events or outcome.accuracies[-1] < options.least:
        sys.exit(f"accuracy {outcome.accuracies[-1]:.3f}, and {len(outcome.events)} answers were left out")


def alone(pattern, plan, rounds=50):
    """Seconds of a device's round without Flower, and the processor time of the gateway and of the device in it."""
    job = JOBS["digits"]
    arrays = job.initial(1)
    used = lambda: [sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    before, begin = used(), time.perf_counter()
    for number in range(rounds):
        plan_of = Plan.of({**plan, "round": 1, "fingerprint": job.fingerprint, "mu": 0.3})
        run_round(pattern.replace("{device}", str(number)), arrays, plan_of)
    seconds = time.perf_counter() - begin
    gateway, device = (after - before for after, before in zip(used(), before))
    return seconds / rounds, gateway / rounds, device / rounds


def table(options, outcome, whole, workers, pattern, plan):
    parameters = sum(array.size for array in JOBS["digits"].initial(1))
    each, rounds = len(outcome.traffic) / options.rounds, outcome.seconds[1:]
    busy = sum(traffic["seconds"] for traffic in outcome.traffic) / options.rounds / workers
    sent, heard = ({traffic[key] for traffic in outcome.traffic} for key in ("sent", "heard"))
    single, gateway, device = alone(pattern, plan)
    sums = statistics.median(outcome.sums)
    print(f"{options.clients} devices, {each:.0f} a round, {parameters} parameters, {workers} workers of Ray")
    print(f"until the first round {outcome.seconds[0]:.1f} s, everything {whole:.1f} s")
    print(f"a round: median {statistics.median(rounds):.2f} s; gateways and devices {busy:.2f} s, sums {sums:.3f} s, the rest is Flower and Ray")
    print(f"a device's round without Flower: {1000 * single:.1f} ms; processor: gateway {1000 * gateway:.1f} ms, device {1000 * device:.1f} ms")
    print(f"bytes to a device {min(sent)} to {max(sent)}, back {min(heard)} to {max(heard)}")
    print(f"{'an update, computed':45} {'to the device':>14} {'back':>8}")
    for name, down, up in on_the_air(parameters):
        print(f"{name:45} {down:14} {up:8}")
    million(parameters, statistics.median(rounds) / each, sums / each)


def million(parameters, round_each, sum_each):
    """On paper: what a million devices cost the server, from the figures above."""
    print("on paper, for a million devices:  in a round   numbers in and out   sums   one server of this simulation")
    for count in (1000, 10_000, 1_000_000):
        size, minutes = 4 * parameters * count / 1e6, round_each * count / 60
        print(f"{'':33} {count:11,} {size:12,.0f} MB each {sum_each * count:6.1f} s {minutes:18,.1f} min")


if __name__ == "__main__":
    main()
