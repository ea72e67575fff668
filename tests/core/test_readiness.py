"""Ready is who keeps what callers say, and passes it on."""

from __future__ import annotations

import pytest

from ivr.core.readiness import PartState, Readiness, judge

ALL = ("redis", "database", "disk", "flows", "web-1", "relay", "relay/journal", "worker-1")


def with_down(**why: str) -> Readiness:
    named = {name.replace("__", "/").replace("_", "-"): each for name, each in why.items()}
    return judge(PartState(name, named.get(name, "")) for name in ALL)


def test_all_is_well() -> None:
    assert (with_down().ready, with_down().degraded, with_down().down) == (True, False, ())


@pytest.mark.parametrize(
    "down",
    [
        {"redis": "away"},
        {"database": "locked"},
        {"disk": "full"},
        {"flows": "fails"},
        {"worker_1": "silent"},
        {"web_1": "silent"},
        {"relay__journal": "fails"},
        {"database": "away", "relay__journal": "fails", "disk": "full"},
    ],
)
def test_what_is_bridged_leaves_it_ready_but_degraded(down: dict[str, str]) -> None:
    readiness = with_down(**down)
    assert (readiness.ready, readiness.degraded) == (True, True)
    assert len(readiness.down) == len(down)


@pytest.mark.parametrize(
    "down",
    [
        {"redis": "refuses writes", "database": "locked"},
        {"relay": "silent"},
        {"relay__journal": "silent"},
    ],
)
def test_what_is_not_makes_it_unready(down: dict[str, str]) -> None:
    assert not with_down(**down).ready
