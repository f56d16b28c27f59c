"""The server to copy: FedAdam, dropout, another number of devices, a chip among them."""

from common import TARGET, bits, pipe

from fleet import own
from fleet.qemu import Board
from fleet.simulation import run

# Five of the twelve devices take part.
DEVICES, ROUNDS = 5, 2


def test_another_strategy_with_dropout():
    with Board("riscv32", TARGET, 2, 12, dropout=True) as board:
        board.wait()
        addresses = [pipe(number, job="dropout") for number in range(DEVICES)]
        addresses[2] = board.address
        result, strategy = run({"addresses": addresses}, DEVICES, lambda grid: own.federate(grid, DEVICES, ROUNDS), log=TARGET / "tests.log")
    assert not strategy.events and strategy.counts == [DEVICES] * ROUNDS
    assert all(0 < metrics["accuracy"] < 1 for metrics in result.evaluate_metrics_clientapp.values())
    # What five programs on x86-64 gave when this was written.
    assert bits(result.arrays.to_numpy_ndarrays()) == "856bac40"
