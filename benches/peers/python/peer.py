"""One Python peer as a process, with the same lines as the crate beside it: `train moons 32 0.3` comes in, microseconds go out, or `-`.

    echo 'train moons 32 0.3' | python peer.py jax
"""

import importlib
import itertools
import os
import statistics
import sys
import time

import numpy as np

from jobs import PEERS, SIZES, STACKS


def data(net, rows):
    """Batches of uniform rows, and their classes: whether two signs agree, or which of ten inputs is largest."""
    # One where a batch is a whole set of data.
    batches = 1 if rows > 1000 else 16
    rng = np.random.default_rng(1)
    width, classes = STACKS.get(net) or (SIZES[net][0], 10)
    inputs = [rng.uniform(-1, 1, (rows, width)).astype(np.float32) for _ in range(batches)]
    if net == "moons":
        return inputs, [(x[:, 0] * x[:, 1] > 0).astype(np.int64) for x in inputs]
    return inputs, [x[:, :classes].argmax(axis=1) for x in inputs]


# Where threads are asked for, the time that passes counts.
CLOCK = time.perf_counter if "PEERS_THREADS" in os.environ else time.process_time


def microseconds(call, count, seconds):
    """The median over chunks of half a millisecond of the process's processor time. A tenth of `seconds` warms up."""
    batches, steps = itertools.cycle(range(count)), getattr(call, "steps", 1)
    start, warm_up, warm = time.perf_counter(), CLOCK(), 0
    while time.perf_counter() - start < 0.1 * seconds or warm < 3:
        call(next(batches))
        warm += 1
    mean = (CLOCK() - warm_up) / warm
    calls, chunks = max(1, int(500e-6 / mean)), []
    while time.perf_counter() - start < seconds or len(chunks) < 5:
        chunk = CLOCK()
        for _ in range(calls):
            call(next(batches))
        chunks.append((CLOCK() - chunk) * 1e6 / calls)
    return statistics.median(chunks) / steps


def main(peer):
    module, calls = importlib.import_module(PEERS[peer]), {}
    for line in sys.stdin:
        verb, net, rows, seconds = line.split()
        job = (verb, net, rows)
        if job not in calls:
            make = getattr(module, "pass_" if verb == "pass" else verb, None)
            inputs, classes = data(net, int(rows)) if make else ((), ())
            calls[job] = make(peer, net, inputs, classes) if make else None, len(inputs)
            # Compilers and allocators warm up before the clock runs.
            for batch in range(len(inputs) if calls[job][0] else 0):
                calls[job][0](batch)
        call, count = calls[job]
        print(f"{microseconds(call, count, float(seconds)):.5f}" if call else "-", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
