"""What `Guarded` lets through, without Flower's simulation."""

import itertools
import random
from types import SimpleNamespace

import numpy as np
import pytest
from flwr.app import Array, ArrayRecord, ConfigRecord, MetricRecord, RecordDict
from flwr.serverapp.strategy import FedAvg, FedProx

from fleet.strategy import Guarded

START = [np.zeros((3, 2), np.float32), np.ones(2, np.float32)]


class Reply:
    """An answer as Flower's strategies see it."""

    def __init__(self, node, content=None, error=None):
        self.metadata, self.content = SimpleNamespace(src_node_id=node), content
        self.error = SimpleNamespace(reason=error) if error else None

    def has_error(self):
        return self.error is not None


def reply(node, arrays, samples=10, loss=0.5):
    metrics = MetricRecord({"num-examples": samples, "loss": loss, "accuracy": 0.0})
    return Reply(node, RecordDict({"arrays": ArrayRecord(arrays), "metrics": metrics, "device": ConfigRecord({"device": node})}))


def guarded(inner=None, **settings):
    strategy = Guarded(inner or FedAvg(), {node: 100 - node for node in range(50)}, **settings)
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
