"""What `Guarded` lets through, without Flower's simulation."""

import itertools
import random
from types import SimpleNamespace

import numpy as np
import pytest
from flwr.app import Array, ArrayRecord, ConfigRecord, MetricRecord, RecordDict
from flwr.serverapp.strategy import FedAdam, FedAvg, FedProx
from flwr.supercore.task_identity import TaskIdentity

from fleet.strategy import Guarded, Known

# Flower's messages name the run and the task of the process that makes them.
TaskIdentity.run_id = TaskIdentity.task_id = TaskIdentity.node_id = 1
START = [np.zeros((3, 2), np.float32), np.ones(2, np.float32)]


class Reply:
    """An answer as Flower's strategies see it."""

    def __init__(self, node, content=None, error=None):
        self.metadata, self.content = SimpleNamespace(src_node_id=node), content
        self.error = SimpleNamespace(reason=error) if error else None

    def has_error(self):
        return self.error is not None


def reply(node, arrays, samples=10, loss=0.5):
    metrics = MetricRecord({"num-examples": samples, "loss": loss})
    arrays = arrays if isinstance(arrays, ArrayRecord) else ArrayRecord(arrays)
    return Reply(node, RecordDict({"arrays": arrays, "metrics": metrics, "device": ConfigRecord({"device": node})}))


def guarded(inner=None, **settings):
    strategy = Guarded(inner or FedAvg(), devices={node: 100 - node for node in range(50)}, **settings)
    strategy.arrays = ArrayRecord(START)
    return strategy


def aggregate(strategy, replies):
    arrays, _ = strategy.aggregate_train(1, replies)
    return arrays and [array.tobytes() for array in arrays.to_numpy_ndarrays()]


def drawn(seed):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=array.shape).astype(np.float32) for array in START]


@pytest.mark.parametrize("inner", [FedAvg(), FedProx(proximal_mu=0.1)])
def test_the_order_of_answers_changes_no_bit(inner):
    replies = [reply(node, drawn(node), samples=7 + node) for node in range(12)]
    found = set()
    for seed in range(20):
        random.Random(seed).shuffle(replies)
        found.add(b"".join(aggregate(guarded(inner), replies)))
    assert len(found) == 1
    # Which is not so without it: f32 sums depend on their order.
    plain = set()
    for seed in range(20):
        random.Random(seed).shuffle(replies)
        plain.add(inner.aggregate_train(1, replies)[0].to_numpy_ndarrays()[0].tobytes())
    assert len(plain) > 1


def changed(change):
    arrays = drawn(3)
    arrays[0][1, 1] = change
    return arrays


def unreadable(arrays):
    """Arrays whose bytes are no array."""
    return ArrayRecord({str(place): Array("float32", array.shape, "numpy.ndarray", b"?") for place, array in enumerate(arrays)})


BAD = {
    "nan": reply(1, changed(np.nan)),
    "infinite": reply(1, changed(np.inf)),
    "shape": reply(1, [START[0].T.copy(), START[1]]),
    "dtype": reply(1, [array.astype(np.float64) for array in START]),
    "fewer arrays": reply(1, START[:1]),
    "no samples": reply(1, drawn(3), samples=0),
    "negative": reply(1, drawn(3), samples=-5),
    "too many": reply(1, drawn(3), samples=10**9),
    "no number": reply(1, drawn(3), loss=float("nan")),
    "error": Reply(1, error="device 99: it is gone"),
    "other names": Reply(1, RecordDict({"arrays": ArrayRecord(drawn(3)), "metrics": MetricRecord({"num-examples": 9, "loss": 0.5, "more": 1})})),
    "unreadable": reply(1, unreadable(drawn(3))),
    "empty": Reply(1, RecordDict({})),
    "no arrays": Reply(1, RecordDict({"metrics": MetricRecord({"num-examples": 10, "loss": 0.5})})),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_answers_are_left_out(name):
    good, strategy = [reply(0, drawn(1)), reply(2, drawn(2))], guarded()
    assert aggregate(strategy, [good[0], BAD[name], good[1]]) == aggregate(guarded(), good)
    assert [(round, device) for round, device, _ in strategy.events] == [(1, 99)]


def test_who_answers_twice_counts_once():
    first, second = reply(1, drawn(1)), reply(1, drawn(2))
    found = set()
    for order in itertools.permutations([first, second, reply(2, drawn(3))]):
        strategy = guarded()
        found.add(b"".join(aggregate(strategy, order)))
        assert [why for _, _, why in strategy.events] == ["it answered twice"]
    assert len(found) == 1


def test_a_node_that_nobody_knows():
    strategy = guarded()
    assert aggregate(strategy, [reply(99, drawn(1)), reply(1, drawn(2))]) == aggregate(guarded(), [reply(1, drawn(2))])
    assert strategy.events == [(1, -1, "nobody knows which device this node speaks for")]


def test_nobody():
    assert guarded().aggregate_train(1, [BAD["nan"], BAD["error"]]) == (None, None)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6, 1e30, 3e38])
def test_the_norm_of_an_answer_is_clipped(size):
    strategy = guarded(clip=0.5)
    arrays = [array + np.float32(size) for array in START]
    mean, _ = strategy.aggregate_train(1, [reply(1, arrays)])
    pairs = list(zip(mean.to_numpy_ndarrays(), START, arrays))
    norm = np.sqrt(sum(np.square(w.astype(np.float64) - start).sum() for w, start, _ in pairs))
    if size * np.sqrt(8) <= 0.5:
        assert all((w == sent).all() for w, _, sent in pairs) and not strategy.events
    else:
        assert abs(norm - 0.5) < 1e-6 and strategy.events == [(1, 99, "clipped")]


def test_arrays_keep_their_names():
    strategy = guarded()
    strategy.arrays = ArrayRecord({"weights": Array(START[0]), "bias": Array(START[1])})
    content = RecordDict({"arrays": strategy.arrays, "metrics": MetricRecord({"num-examples": 3, "loss": 0.1})})
    assert list(strategy.aggregate_train(1, [Reply(1, content)])[0].keys()) == ["weights", "bias"]


def test_a_mean_that_overflows_is_left_out():
    """Three answers of the largest number: their shares 3/11, 4/11 and 4/11 are rounded to a sum above 1."""
    largest = [np.full_like(array, np.finfo(np.float32).max) for array in START]
    strategy = guarded()
    with np.errstate(over="ignore"):
        assert strategy.aggregate_train(1, [reply(node, largest, samples) for node, samples in enumerate((4, 4, 3))]) == (None, None)
    assert strategy.events == [(1, -1, "the mean has numbers that are not finite: the parameters stay as they were")]


@pytest.mark.parametrize("samples", [1, 2**31, 2**32 - 1])
def test_counts_as_large_as_a_frame_holds(samples):
    """Equal counts weigh the same, whatever they are; the share of one that is larger is its share of the counts."""
    replies = [reply(node, drawn(node), samples) for node in (1, 2)]
    mean, _ = guarded(most_samples=2**32).aggregate_train(1, replies)
    for found, one, two in zip(mean.to_numpy_ndarrays(), drawn(1), drawn(2)):
        assert np.allclose(found, (one + two) / 2, rtol=1e-6)
    # A bound of what devices have keeps one that claims more from weighing more.
    strategy = guarded(most_samples=1)
    assert aggregate(strategy, replies) is None or samples == 1


def test_another_strategy():
    """FedAdam moves by its own steps, in the order of the devices, and by clipped answers."""
    replies, found = [reply(node, drawn(node)) for node in range(5)], set()
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 1, 3]):
        strategy = guarded(FedAdam(eta=0.1, tau=0.1), clip=1.0)
        config = ConfigRecord({"epochs": 1})
        messages = list(strategy.configure_train(1, ArrayRecord(START), config, Grid({node: 100 - node for node in range(5)})))
        assert len(messages) == 5 and config["server-round"] == 1
        found.add(b"".join(aggregate(strategy, [replies[node] for node in order])))
    assert len(found) == 1 and np.isfinite(np.frombuffer(found.pop(), np.float32)).all()


def test_a_node_that_is_gone():
    """Flower says so in the name of the server, node 1, or not at all when the time is over."""
    strategy, nodes = guarded(), Grid({node: 100 - node for node in (2, 3, 4)})
    strategy.configure_train(1, ArrayRecord(START), ConfigRecord({}), nodes)
    found = strategy.aggregate_train(1, [reply(3, drawn(3)), Reply(51, error="Node Unavailable")])
    assert found[0] is not None and sorted(strategy.events, key=str) == [
        (1, -1, "Node Unavailable"),
        (1, 96, "no answer came from its node"),
        (1, 98, "no answer came from its node"),
    ]


class Grid:
    """Nodes, and the devices that they say they speak for."""

    def __init__(self, nodes):
        self.nodes, self.asked = nodes, []

    def get_node_ids(self):
        return list(self.nodes)

    def send_and_receive(self, messages, timeout):
        self.asked += (nodes := [message.metadata.dst_node_id for message in messages])
        answers = {node: self.nodes[node] for node in nodes}
        none = {node: RecordDict({}) for node, device in answers.items() if device is None}
        said = {node: RecordDict({"device": ConfigRecord({"device": device})}) for node, device in answers.items() if isinstance(device, int)}
        errors = [Reply(node, error=device) for node, device in answers.items() if isinstance(device, str)]
        return [Reply(node, content) for node, content in {**none, **said}.items()] + errors


def test_nodes_are_asked_which_device_they_speak_for():
    grid, devices = Grid({7: 2, 8: 0, 9: 1, 10: "no app", 11: None, 14: -1}), {}
    assert Known(grid, devices).get_node_ids() == [8, 9, 7] and devices == {7: 2, 8: 0, 9: 1}
    # Those that answered are not asked again; one that comes later counts, also in place of another.
    grid.asked.clear()
    grid.nodes |= {12: 3, 13: 1}
    assert Known(grid, devices).get_node_ids() == [8, 13, 7, 12] and sorted(grid.asked) == [10, 11, 12, 13, 14]
    del grid.nodes[8]
    assert Known(grid, devices).get_node_ids() == [13, 7, 12]
