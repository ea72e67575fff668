"""Call backs for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.core.queue.entry import QueueEntry, for_callback
from ivr.core.records.call_back import CallBack

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def ticket(call_sid: str, joined: float = 0, priority: int = 5, callback: str = "") -> QueueEntry:
    """A place in line since `joined`."""
    return QueueEntry(
        call_sid, "acme", "", "", priority, (), at(joined), 60, wrap_up=0, callback=callback
    )


def call_back(id_: str = "cb1", joined: float = 0, asked: float = 30, **more: Any) -> CallBack:
    """A call back, asked for by somebody who has stood in line since `joined`."""
    priority = more.pop("priority", 5)
    usual = CallBack(
        id=id_,
        client="acme",
        call_sid=f"CA-{id_}",
        node="desk",
        number=f"+44163296{id_[2:]:0>4}",
        shown="+441632960999",
        ticket=ticket(for_callback(id_), joined, priority, id_).to_json(),
        tries=3,
        after=600,
        timezone="Europe/London",
        asked_at=at(asked),
        due_at=at(asked),
        fields={"reason": "leak"},
    )
    return replace(usual, **more)
