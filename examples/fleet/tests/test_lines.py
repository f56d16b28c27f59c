"""Pipes, TCP and serial ports carry the same round, to chips and to programs."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from common import JOB, JOBS, TARGET, bits, hostile, pipe
from flwr.app import ArrayRecord

from fleet.client import one_round
from fleet.frames import Plan, Reader, WrongPlan, frame
from fleet.gateway import DeviceError, Times, ask_what_it_is, run_round
from fleet.line import open_line
from fleet.qemu import Board

PLAN = Plan(round=4, fingerprint=JOB.fingerprint, epochs=2, seed=3, mu=0.1)


def answer(address, plan=PLAN, times=Times(again=0.2, deadline=20)):
    result = run_round(address, JOB.initial(1), plan, times)
    return bits(result.arrays), result.report


@pytest.mark.parametrize("chip", ["cortex-m4f", "riscv32"])
@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_chips_and_programs_have_the_same_bits(chip, serial):
    # With clipped norm and noise.
    noisy = Plan(round=9, fingerprint=JOB.fingerprint, epochs=1, clip=0.25, noise=0.01)
    with Board(chip, TARGET, 5, 12, serial=serial) as board:
        if not serial:
            board.wait()
        for plan in (PLAN, Plan(round=5, fingerprint=JOB.fingerprint, evaluate=True), noisy):
            found, expected = (run_round(address, JOB.initial(1), plan, Times(0.2, 20)) for address in (board.address, pipe(5)))
            assert found.report == expected.report
            assert plan.evaluate or bits(found.arrays) == bits(expected.arrays)


@pytest.mark.parametrize("chip", ["cortex-m4f", "riscv32"])
def test_chips_and_programs_drop_the_same_units(chip):
    """Masks follow the seed, the round and the row, on every device."""
    job, start = JOBS["dropout"], JOBS["dropout"].initial(1)
    plan, times = Plan(round=7, fingerprint=job.fingerprint, epochs=2, seed=3), Times(0.2, 20)
    learned = lambda address, plan=plan, rate=0.25: bits(run_round(address, start, plan, times, [rate]).arrays)
    with Board(chip, TARGET, 5, 12, dropout=True) as board:
        board.wait()
        addresses = (board.address, pipe(5, job="dropout"))
        for other in (plan, replace(plan, seed=4), replace(plan, round=8)):
            found, expected = (learned(address, other) for address in addresses)
            assert found == expected and (found == learned(addresses[1])) == (other == plan)
        # A round that is repeated after others.
        assert learned(addresses[0]) == learned(addresses[1])
    assert learned(addresses[1], rate=0.0) != learned(addresses[1])


def test_a_chip_that_was_given_up_takes_part_in_the_next_round():
    """What it still says of the round before is passed over, wherever that one ended."""
    with Board("cortex-m4f", TARGET, 5, 12) as board:
        board.wait()
        for number, deadline in enumerate((0.02, 0.1, 0.3), 10):
            with pytest.raises(DeviceError, match="in time"):
                answer(board.address, replace(PLAN, round=number, epochs=3000), Times(again=0.05, deadline=deadline))
            following = replace(PLAN, round=number + 100)
            assert answer(board.address, following, Times(again=0.5, deadline=60)) == answer(pipe(5), following)


def test_a_bad_line_changes_no_bit():
    assert answer(hostile("noise", 5)) == answer(hostile("twice", 5)) == answer(pipe(5))


def test_parameters_are_the_start_and_the_difference():
    one, two = (run_round(pipe(5), JOB.initial(1), replace(PLAN, difference=difference)).arrays for difference in (True, False))
    # w₀ + (w − w₀) is w, but for the rounding of both.
    for moved, w in zip(one, two):
        assert np.abs(moved - w).max() <= 2**-23 and not (w == 0).all()


def test_a_serial_port_that_hangs_up():
    controller, terminal = os.openpty()
    threading.Timer(0.3, os.close, [controller]).start()
    with pytest.raises(DeviceError, match="the line broke|did not answer"):
        answer(f"serial:{os.ttyname(terminal)}", times=Times(0.1, 2))
    os.close(terminal)


@pytest.mark.parametrize("address", ["serial:/dev/none", "tcp:127.0.0.1:1", "pipe:/nobody"])
def test_nobody_is_there(address):
    with pytest.raises(DeviceError, match="cannot be reached"):
        answer(address)


@pytest.mark.parametrize("address", ["radio:1", "pipe:", "pipe:'", "serial:/dev/ttyS0@fast"])
def test_wrong_addresses(address):
    with pytest.raises(DeviceError, match="its address '?\"?.* is wrong: "):
        answer(address)


@pytest.mark.parametrize(
    ("changes", "rates", "reason"),
    [
        ({"fingerprint": 5}, (), "its network is another: fingerprint 0xD071D5CC, not 0x00000005"),
        ({}, (0.5,), "its network has another size: a file of 1128 bytes, not 1132; are there too many `rates`"),
        ({"mu": -1.0}, (), "a setting of the plan is not possible: mu is -1.0"),
        ({"noise": float("inf")}, (), "a setting of the plan is not possible: noise is inf"),
        ({"epochs": 0}, (), "a setting of the plan is not possible: epochs and samples are 0"),
        ({"epochs": -1}, (), "epochs of the plan is -1: "),
        ({"seed": 0.5}, (), "seed of the plan is 0.5: "),
        ({"clip": 1e39}, (), "clip of the plan is 1e[+]39: "),
    ],
)
def test_what_a_device_refuses(changes, rates, reason):
    with pytest.raises(DeviceError, match=reason):
        run_round(pipe(5), JOB.initial(1), replace(PLAN, **changes), Times(0.2, 20), rates)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"epoch": 5}, "no device knows epoch of the configuration, but again, clip, deadline, .*epochs"),
        ({"bytes": 5}, "no device knows bytes"),
        ({"window": 0}, "window at least 1"),
        ({"deadline": -1.0}, "again and deadline have to be above 0"),
    ],
)
def test_configurations_that_nobody_understands(config, reason):
    with pytest.raises(WrongPlan, match=reason):
        one_round(pipe(5), ArrayRecord(JOB.initial(1)), config, evaluate=False)


def test_rates_of_dropout_that_are_missing():
    job = JOBS["dropout"]
    with pytest.raises(DeviceError, match="a file of 1132 bytes, not 1128; is `rates` of dropout missing"):
        answer(pipe(5, job="dropout"), replace(PLAN, fingerprint=job.fingerprint))
    with pytest.raises(DeviceError, match="not finite, or a rate of dropout is not below 1"):
        run_round(pipe(5, job="dropout"), job.initial(1), replace(PLAN, fingerprint=job.fingerprint), Times(0.2, 20), [1.5])


def test_parameters_that_cannot_be_trained():
    with pytest.raises(DeviceError, match="training failed: an output or a loss is not finite"):
        run_round(pipe(5), [np.full_like(array, 3e38) for array in JOB.initial(1)], PLAN, Times(0.2, 20))


def test_a_device_that_reads_nothing():
    """The file is larger than what a pipe holds."""
    begin = time.monotonic()
    with pytest.raises(DeviceError, match="it did not answer in time: 2 s were over at Chunk"):
        run_round(hostile("deaf", 0), [np.zeros((300, 300), np.float32)], PLAN, Times(0.2, 2))
    assert time.monotonic() - begin < 8


def test_a_device_that_claims_more_hits_than_rows():
    with pytest.raises(DeviceError, match="it reports 101 hits in 100 rows"):
        answer(hostile("lucky", 0), replace(PLAN, evaluate=True))


def test_a_chip_that_is_switched_off_while_it_trains():
    with Board("riscv32", TARGET, 5, 12) as board:
        board.wait()
        threading.Timer(0.5, board.process.kill).start()
        with pytest.raises(DeviceError, match="the line broke"):
            answer(board.address, replace(PLAN, epochs=10**6))


def test_two_gateways_at_once():
    """A board takes one connection after the other, or refuses the second; a serial port is refused to it. None gets an answer of
    another's plan."""

    def attempt(seed):
        try:
            return answer(board.address, replace(PLAN, seed=seed))
        except DeviceError as error:
            return str(error)

    with Board("cortex-m4f", TARGET, 5, 12) as board, ThreadPoolExecutor() as threads:
        board.wait()
        found = list(threads.map(attempt, range(4)))
    right = [seed for seed in range(4) if found[seed] == answer(pipe(5), replace(PLAN, seed=seed))]
    assert right and all("reset" in found[seed] for seed in range(4) if seed not in right), found
    controller, terminal = os.openpty()
    address = f"serial:{os.ttyname(terminal)}"
    line = open_line(address, 1)
    with pytest.raises(DeviceError, match="cannot be reached: .*lock"):
        answer(address)
    line.close()
    os.close(controller), os.close(terminal)


def test_what_a_device_says_of_itself():
    for name, job in JOBS.items():
        here = ask_what_it_is(pipe(0, 100, name))
        numbers = sum(array.size for array in job.initial(1)) + len(job.rates)
        assert (here.version, here.scalar, here.fingerprint, here.bytes) == (1, 4, job.fingerprint, 24 + 4 * numbers)


def test_frames_in_noise():
    reader = Reader()
    stream = b"\xb9\x01\xb9" + frame(1) + b"\xb9\x83\xff" + frame(0x83) + b"\xb9\x82\x48" + frame(0x82, bytes(8)) + b"\x00" * 90
    found = [kind for byte in stream for kind, _ in reader.feed(bytes([byte]))]
    assert found == [1, 0x83, 0x82]
