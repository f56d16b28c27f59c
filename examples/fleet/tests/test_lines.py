"""Pipes, TCP and serial ports carry the same round, to chips and to programs."""

import os
import threading
from dataclasses import replace

import numpy as np
import pytest
from common import JOB, TARGET, bits, hostile, pipe

from fleet.frames import Plan, Reader, frame
from fleet.gateway import DeviceError, Times, run_round
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


def test_wrong_addresses():
    for address in ("serial:/dev/none", "tcp:127.0.0.1:1", "pipe:/nobody"):
        with pytest.raises(DeviceError, match="cannot be reached"):
            answer(address)
    with pytest.raises(ValueError):
        open_line("radio:1")


def test_frames_in_noise():
    reader = Reader()
    stream = b"\xb9\x01\xb9" + frame(1) + b"\xb9\x82\x48" + frame(0x82, bytes(8)) + b"\x00" * 90
    found = [kind for byte in stream for kind, _ in reader.feed(bytes([byte]))]
    assert found == [1, 0x82]
