"""Telephones: what happens when they are rung."""

from __future__ import annotations

from ivr.simulator import Busy, Decides, NoAnswer
from ivr.simulator.telephones import Telephones


def test_a_telephone_that_decides_is_asked_each_time() -> None:
    coming = iter((Busy(), NoAnswer()))
    telephones = Telephones({"+441632960001": Decides(lambda: next(coming))})
    rung = [telephones.ring("+441632960001", "+441632960002") for _ in range(2)]
    assert rung == [Busy(), NoAnswer()]
