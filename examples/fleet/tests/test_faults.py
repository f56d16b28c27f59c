"""Federations in Flower with devices that are broken or hostile: the round ends with the others."""

import numpy as np
import pytest
from common import DEVICES, IMPATIENT, JOB, NOBODY, all_with, bits, federation, hostile

from fleet.gateway import DeviceError, run_round
from fleet.frames import Plan

# Device, what it does, and the reason that is written down.
FAULTS = {
    0: ("vanish", "the line broke"),
    1: ("half", "the line broke"),
    2: ("late", "it did not answer in time"),
    4: ("garbage", "it did not answer in time"),
    5: ("nan", "numbers that are not finite"),
    6: ("infinite", "numbers that are not finite"),
    8: ("silly_loss", "it reports a loss of nan"),
    9: ("greedy", "it claims to have 4294967295 samples"),
    11: ("narrow", "its network is another: fingerprint 0x"),
    12: ("cut", "the line broke"),
    13: ("nothing", "it reports a loss of 0.5 over 0 rows"),
    14: ("stranger", "its answer is no model of this network"),
    15: ("drip", "it did not answer in time"),
    16: ("flood", "it did not answer in time"),
}


def bad(number, mode):
    return hostile("twice", number, "narrow") if mode == "narrow" else hostile(mode, number % DEVICES)


def fleet(others):
    """Twelve devices and those that are more, with these in place of theirs."""
    return all_with(others) + [others[number] for number in sorted(others) if number >= DEVICES]


@pytest.fixture(scope="module")
def with_faults():
    # Device 3 answers every frame twice, 7 has a line that harms a fifth of the frames, 10 says all for another plan too: they count.
    others = {number: bad(number, mode) for number, (mode, _) in FAULTS.items()}
    return federation(fleet({**others, 3: hostile("twice", 3), 7: hostile("noise", 7), 10: hostile("stale", 10)}), rounds=1, plan=IMPATIENT)


def test_the_log_says_who_and_why(with_faults):
    found = {device: why for _, device, why in with_faults.events}
    assert sorted(found) == sorted(FAULTS)
    for device, (_, reason) in FAULTS.items():
        assert reason in found[device], (device, found[device])
    assert with_faults.counts == [3]


def test_no_bad_answer_touches_the_model(with_faults):
    """The same bits as where nobody is in the place of the devices that are left out."""
    without = federation(fleet(dict.fromkeys(FAULTS, NOBODY)), rounds=1)
    assert {device for _, device, _ in without.events} == set(FAULTS)
    assert bits(with_faults.arrays) == bits(without.arrays) != bits(JOB.initial(1))


def distance(arrays):
    squares = (np.square(w.astype(np.float64) - start).sum() for w, start in zip(arrays, JOB.initial(1)))
    return float(np.sqrt(sum(squares)))


def test_a_huge_update_is_bounded_by_the_clip():
    good, clip = federation(all_with({}), rounds=1, clip=4.0), 4.0
    evil = federation(all_with({5: hostile("huge", 5)}), rounds=1, clip=clip)
    assert ("clipped" in {why for _, device, why in evil.events if device == 5}) and len(evil.events) == 1
    assert not good.events and distance(good.arrays) < clip
    # Its weight among the others is 100 of all rows.
    moved = np.sqrt(sum(np.square(a - b).sum() for a, b in zip(evil.arrays, good.arrays)))
    assert distance(evil.arrays) <= clip and 0 < moved < clip / 4


def test_numbers_that_overflow_are_refused():
    plan = Plan(round=1, fingerprint=JOB.fingerprint)
    huge = [np.full_like(array, 3e38) for array in JOB.initial(1)]
    with pytest.raises(DeviceError, match="not finite"):
        run_round(hostile("overflow", 0), huge, plan)


def test_a_round_in_which_nobody_answers_changes_nothing():
    nobody = federation([NOBODY] * 12, rounds=1)
    assert bits(nobody.arrays) == bits(JOB.initial(1)) and len(nobody.events) == 12 and nobody.counts == [0]
