"""A strategy of Flower that lets no bad answer through, and whose sums have one order."""

import logging
import random
import time

import numpy as np
from flwr.app import Array, ArrayRecord, Message, MessageType, MetricRecord, RecordDict
from flwr.serverapp.strategy import Strategy
from flwr.serverapp.strategy.strategy_utils import sample_nodes

log = logging.getLogger("fleet")

# What the answers of fleet.client report: other names would end the federation, since Flower's means need the same in all answers.
TRAINED = {"num-examples", "loss"}
EVALUATED = TRAINED | {"accuracy"}
# Seconds that a node has to say which device it speaks for.
PATIENCE = 30


class Known:
    """The grid with the nodes that have said which device they speak for, in the order of the devices, so that a seed draws the
    same devices every time. Where two nodes speak for one device, the one that came later counts: the other was restarted."""

    def __init__(self, grid, devices):
        self.grid, self.devices = grid, devices

    def get_node_ids(self):
        nodes = set(self.grid.get_node_ids())
        self.meet(sorted(nodes - self.devices.keys()))
        of_device = {device: node for node, device in self.devices.items() if node in nodes}
        return [of_device[device] for device in sorted(of_device)]

    def meet(self, nodes):
        """Asks nodes which device they speak for."""
        if not nodes:
            return
        messages = [Message(RecordDict(), dst_node_id=node, message_type=MessageType.QUERY) for node in nodes]
        for reply in sorted(self.grid.send_and_receive(messages, timeout=PATIENCE), key=lambda reply: reply.metadata.src_node_id):
            node = reply.metadata.src_node_id
            device = None if reply.has_error() else reply.content.get("device", {}).get("device")
            if not isinstance(device, int) or device < 0:
                why = reply.error.reason if reply.has_error() else "it says no number"
                log.warning("node %d does not say which device it speaks for: %s", node, why)
                continue
            if device in self.devices.values():
                log.warning("node %d speaks for device %d, as another node did before", node, device)
            self.devices[node] = device

    def __getattr__(self, name):
        return getattr(self.grid, name)


class Guarded(Strategy):
    """`inner`, FedAvg or another strategy of Flower, which gets the answers that are good, in the order of their devices.

    An answer is left out where it is an error, the second of a device, of another shape, not finite, or of no or too many samples. One
    whose distance to the parameters of the round is above `clip` is scaled to it, so that a device moves the mean by at
    most its share of `clip`, whatever it says. A mean that is not finite is left out too. `events` is the record of who was
    left out and why. `devices` says which device each node speaks for; nodes that are not there are asked.
    """

    def __init__(self, inner, clip=0.0, most_samples=10**6, seed=0, devices=()):
        self.inner, self.clip, self.most_samples, self.seed = inner, clip, most_samples, seed
        self.devices = dict(devices)
        self.events, self.counts, self.traffic, self.arrays = [], [], [], None
        # The nodes that were asked last.
        self.asked = set()
        # Of each round: the devices in the order of their answers, and the seconds that checks and sums took.
        self.arrivals, self.seconds = [], []

    def wait(self, grid, count):
        """Waits until so many devices are there. In the rounds that follow any of them may be missing."""
        sample_nodes(Known(grid, self.devices), count, 0)

    def summary(self):
        self.inner.summary()

    def configure_train(self, server_round, arrays, config, grid):
        self.arrays = arrays
        random.seed(f"{self.seed} train {server_round}")
        return self.ask(self.inner.configure_train(server_round, arrays, config, Known(grid, self.devices)))

    def configure_evaluate(self, server_round, arrays, config, grid):
        random.seed(f"{self.seed} evaluate {server_round}")
        return self.ask(self.inner.configure_evaluate(server_round, arrays, config, Known(grid, self.devices)))

    def ask(self, messages):
        messages = list(messages)
        self.asked = {message.metadata.dst_node_id for message in messages}
        return messages

    def aggregate_train(self, server_round, replies):
        replies, begin = list(replies), time.perf_counter()
        self.arrivals.append([self.devices.get(reply.metadata.src_node_id, -1) for reply in replies])
        good = self.good(server_round, replies, self.trained)
        self.counts.append(len(good))
        found = self.mean(server_round, good) if good else (None, None)
        self.seconds.append(time.perf_counter() - begin)
        return found

    def mean(self, server_round, good):
        arrays, metrics = self.inner.aggregate_train(server_round, good)
        if arrays is not None and not is_finite(arrays):
            self.note(server_round, -1, "the mean has numbers that are not finite: the parameters stay as they were")
            return None, None
        return arrays, metrics

    def aggregate_evaluate(self, server_round, replies):
        good = self.good(server_round, replies, self.evaluated)
        return self.inner.aggregate_evaluate(server_round, good) if good else None

    def note(self, server_round, device, why):
        self.events.append((server_round, device, why))
        who = "" if device < 0 or why.startswith("device") else f"device {device}: "
        log.warning("round %d, %s%s", server_round, who, why)

    def good(self, server_round, replies, check):
        """The answers that count, sorted by device."""
        found = {}
        for reply in sorted(replies, key=self.order):
            device = self.devices.get(reply.metadata.src_node_id, -1)
            why = reply.error.reason if reply.has_error() else self.checked(check, server_round, device, reply.content)
            if why is None and device < 0:
                why = "nobody knows which device this node speaks for"
            if why is None and device in found:
                why = "it answered twice"
            if why is None:
                found[device] = reply
            else:
                self.note(server_round, device, why)
        # Flower says that a node is gone in its own name, or, at its timeout, not at all.
        for node in sorted(self.asked - {reply.metadata.src_node_id for reply in replies}):
            self.note(server_round, self.devices.get(node, -1), "no answer came from its node")
        self.asked = set()
        return list(found.values())

    def checked(self, check, server_round, device, content):
        try:
            return check(server_round, device, content)
        except Exception as error:  # whatever a node sends: the round goes on with the others
            return f"its answer cannot be read: {error!r}"

    def order(self, reply: Message):
        """By device. Two answers of one device: by what they say, not by when they came."""
        device = self.devices.get(reply.metadata.src_node_id, -1)
        return device, reply.has_error(), b"" if reply.has_error() else numbers(reply.content)

    def trained(self, server_round, device, content):
        """What is wrong with an answer, or None. One that is too far away is drawn nearer."""
        if (why := self.metrics(content, TRAINED)) is not None:
            return why
        if len(content.array_records) != 1 or "arrays" not in content:
            return "it answered without parameters"
        arrays = content["arrays"]
        shape = lambda record: {key: (array.dtype, tuple(array.shape)) for key, array in record.items()}
        if shape(arrays) != shape(self.arrays):
            return "its answer is of another shape"
        if not is_finite(arrays):
            return "its answer has numbers that are not finite"
        return self.bound(server_round, device, content)

    def evaluated(self, server_round, device, content):
        return self.metrics(content, EVALUATED)

    def metrics(self, content: RecordDict, names):
        if len(content.metric_records) != 1 or "metrics" not in content:
            return "it answered without a report"
        metrics: MetricRecord = content["metrics"]
        if set(metrics) != names:
            return f"it reports {sorted(metrics)}, not {sorted(names)}"
        samples, loss, accuracy = metrics["num-examples"], metrics["loss"], metrics.get("accuracy", 0.0)
        if not isinstance(samples, int) or not 0 < samples <= self.most_samples:
            return f"it claims to have {samples} samples, and at most {self.most_samples} are possible"
        if not isinstance(loss, float) or not np.isfinite(loss):
            return f"it reports a loss of {loss}"
        if not isinstance(accuracy, float) or not 0 <= accuracy <= 1:
            return f"it reports an accuracy of {accuracy}"
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


def is_finite(arrays: ArrayRecord):
    return all(np.isfinite(array.numpy()).all() for array in arrays.values())


def numbers(content: RecordDict):
    return b"".join(array.data for record in content.array_records.values() for array in record.values())
