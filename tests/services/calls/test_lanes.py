"""Each client's work has its own places."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.services.calls.lanes import Lanes


class ByHand:
    """Takes work, and does it when it is told to."""

    def __init__(self) -> None:
        self.taken: list[Callable[[], object]] = []

    def submit(self, function: Callable[..., object], *arguments: object) -> None:
        self.taken.append(partial(function, *arguments))


@given(
    st.lists(st.sampled_from("ab"), max_size=40),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_all_work_is_done_and_never_too_much_of_one_lane(
    lanes: list[str], most: int, luck: Random
) -> None:
    hand = ByHand()
    done: list[tuple[str, int]] = []
    work = Lanes(hand.submit, most)
    for number, lane in enumerate(lanes):
        work.do(lane, partial(done.append, (lane, number)))
    assert len(hand.taken) == sum(min(most, lanes.count(lane)) for lane in "ab")
    while hand.taken:
        assert len(hand.taken) <= 2 * most
        hand.taken.pop(luck.randrange(len(hand.taken)))()
    assert sorted(done) == sorted((lane, number) for number, lane in enumerate(lanes))


def test_a_lane_that_stands_still_leaves_the_threads_to_others() -> None:
    dead, alive = Event(), Event()
    with ThreadPoolExecutor(3) as pool:
        work = Lanes(pool.submit, 2)
        for _ in range(20):
            work.do("dead", partial(_wait, dead))
        work.do("alive", alive.set)
        assert alive.wait(60)
        dead.set()


def test_work_that_breaks_gives_its_place_back() -> None:
    hand = ByHand()
    done: list[int] = []
    work = Lanes(hand.submit, 1)
    work.do("a", _break)
    work.do("a", partial(done.append, 1))
    with pytest.raises(ZeroDivisionError):
        hand.taken.pop()()
    hand.taken.pop()()
    assert done == [1]


def _wait(event: Event) -> None:
    event.wait(20)


def _break() -> None:
    raise ZeroDivisionError
