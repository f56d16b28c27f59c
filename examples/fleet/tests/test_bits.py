"""The same seeds give the same parameters, whatever the order of the answers and whatever the devices are."""

from common import DEVICES, all_with, bits, federation, hostile

from fleet.job import CHIPS, addresses


def test_order_and_chips_change_no_bit():
    calm = federation(all_with({}), workers=1)
    # Each device waits up to 0.3 s before it answers.
    shuffled = federation([hostile("slow", number) for number in range(DEVICES)], workers=6)
    with addresses(CHIPS) as mixed:
        chips = federation(mixed)
    assert bits(calm.arrays) == bits(shuffled.arrays) == bits(chips.arrays)
    for outcome in (calm, shuffled, chips):
        assert [sorted(order) for order in outcome.arrivals] == [list(range(DEVICES))] * 2
    # They did come in another order.
    assert calm.arrivals != shuffled.arrivals
    # What a job of two rounds gave when this was written, on x86-64.
    assert bits(calm.arrays) == "4add2574"


def test_a_share_of_the_devices_is_drawn_by_the_seed():
    one, two = (federation(all_with({}), share=0.5, rounds=3) for _ in range(2))
    drawn = [[traffic["device"] for traffic in outcome.traffic] for outcome in (one, two)]
    assert drawn[0] == drawn[1] and len(drawn[0]) == 18 and len(set(drawn[0])) > 6
    assert bits(one.arrays) == bits(two.arrays)
