"""A strategy of Flower that lets no bad answer through, and whose sums have one order."""

import logging
import random
import time

import numpy as np
from flwr.app import Array, ArrayRecord, MetricRecord, Message, RecordDict
from flwr.serverapp.strategy import Strategy

log = logging.getLogger("fleet")


class Sorted:
    """The grid with its nodes in the order of their devices, so that a seed draws the same devices every time."""

    def __init__(self, grid, devices):
        self.grid, self.devices = grid, devices

    def get_node_ids(self):
        return sorted(self.grid.get_node_ids(), key=lambda node: (self.devices.get(node, float("inf")), node))

    def __getattr__(self, name):
        return getattr(self.grid, name)


class Guarded(Strategy):
    """`inner`, FedAvg or FedProx, which gets the answers that are good, in the order of their devices.

    An answer is left out where it is an error, the second of a device, of another shape, not finite, or of no or too many samples. One
    whose distance to the parameters of the round is above `clip` is scaled to it, so that a device moves the mean by at
    most its share of `clip`, whatever it says. `events` is the record of who was left out and why.
    """

    def __init__(self, inner, devices, clip=0.0, most_samples=10**6, seed=0):
        self.inner, self.devices, self.clip, self.most_samples, self.seed = inner, devices, clip, most_samples, seed
        self.events, self.counts, self.traffic, self.arrays = [], [], [], None
        # Of each round: the devices in the order of their answers, and the seconds that checks and sums took.
        self.arrivals, self.seconds = [], []

    def summary(self):
        self.inner.summary()

    def configure_train(self, server_round, arrays, config, grid):
        self.arrays = arrays
        random.seed(f"{self.seed} train {server_round}")
        return self.inner.configure_train(server_round, arrays, config, Sorted(grid, self.devices))

    def configure_evaluate(self, server_round, arrays, config, grid):
        random.seed(f"{self.seed} evaluate {server_round}")
        return self.inner.configure_evaluate(server_round, arrays, config, Sorted(grid, self.devices))

    def aggregate_train(self, server_round, replies):
        replies, begin = list(replies), time.perf_counter()
        self.arrivals.append([self.devices.get(reply.metadata.src_node_id, -1) for reply in replies])
        good = self.good(server_round, replies, self.trained)
        self.counts.append(len(good))
        found = self.inner.aggregate_train(server_round, good) if good else (None, None)
        self.seconds.append(time.perf_counter() - begin)
        return found

    def aggregate_evaluate(self, server_round, replies):
        good = self.good(server_round, replies, self.evaluated)
        return self.inner.aggregate_evaluate(server_round, good) if good else None

    def note(self, server_round, device, why):
        self.events.append((server_round, device, why))
        log.warning("round %d, %s", server_round, why if why.startswith("device") else f"device {device}: {why}")

    def good(self, server_round, replies, check):
        """The answers that count, sorted by device."""
        found = {}
        for reply in sorted(replies, key=self.order):
            device = self.devices.get(reply.metadata.src_node_id, -1)
            why = reply.error.reason if reply.has_error() else check(server_round, device, reply.content)
            if why is None and device < 0:
                why = "nobody knows which device this node speaks for"
            if why is None and device in found:
                why = "it answered twice"
            if why is None:
                found[device] = reply
            else:
                self.note(server_round, device, why)
        return list(found.values())

    def order(self, reply: Message):
        """By device. Two answers of one device: by what they say, not by when they came."""
        device = self.devices.get(reply.metadata.src_node_id, -1)
        return device, reply.has_error(), b"" if reply.has_error() else numbers(reply.content)

    def trained(self, server_round, device, content):
        """What is wrong with an answer, or None. One that is too far away is drawn nearer."""
        if (why := self.metrics(content)) is not None:
            return why
        if len(content.array_records) != 1 or "arrays" not in content:
            return "it answered without parameters"
        arrays = content["arrays"]
        shape = lambda record: {key: (array.dtype, tuple(array.shape)) for key, array in record.items()}
        if shape(arrays) != shape(self.arrays):
            return "its answer is of another shape"
        if not all(np.isfinite(array.numpy()).all() for array in arrays.values()):
            return "its answer has numbers that are not finite"
        return self.bound(server_round, device, content)

    def evaluated(self, server_round, device, content):
        return self.metrics(content)

    def metrics(self, content: RecordDict):
        if len(content.metric_records) != 1 or "metrics" not in content:
            return "it answered without a report"
        metrics: MetricRecord = content["metrics"]
        samples, loss = metrics.get("num-examples"), metrics.get("loss")
        if not isinstance(samples, int) or not 0 < samples <= self.most_samples:
            return f"it claims to have {samples} samples"
        if not isinstance(loss, float) or not np.isfinite(loss):
            return f"it reports a loss of {loss}"
        if "device" in content:
            self.traffic.append(dict(content["device"]))
        return None

    def bound(self, server_round, device, content):
        """Scales w − w₀ to the norm `clip` where it is longer."""
        if not self.clip:
            return None
        pairs = [(key, self.arrays[key].numpy(), array.numpy()) for key, array in content["arrays"].items()]
        # In f64, where no square of an f32 overflows.
        norm = np.sqrt(sum(np.square(w.astype(np.float64) - w0).sum() for _, w0, w in pairs))
        if norm > self.clip:
            factor = self.clip / norm
            moved = {key: w0 + (factor * (w.astype(np.float64) - w0)).astype(w0.dtype) for key, w0, w in pairs}
            content["arrays"] = ArrayRecord({key: Array(array) for key, array in moved.items()})
            self.events.append((server_round, device, "clipped"))
            log.warning("round %d, device %d: its update of norm %.3g was clipped to %.3g", server_round, device, norm, self.clip)
        return None


def numbers(content: RecordDict):
    return b"".join(array.data for record in content.array_records.values() for array in record.values())
