"""Calls that have come in, with their timelines."""

from __future__ import annotations

from datetime import timedelta

from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.timeline import CallEvent, LegNote, PathStep, TurnNote
from tests.web.console.small_console import NOON, Console


def came_in(console: Console, sid: str = "CA1", **changes: object) -> CallSnapshot:
    """Keep a call of two turns and its legs; returns its snapshot."""
    version = console.library.flow("acme").version
    usual = {
        "client": "acme",
        "from_": "+441632960009",
        "to": "+441632960001",
        "started_at": NOON,
        "path": ("greet", "night/ask"),
    }
    call = CallSnapshot(call_sid=sid, flow_version=version, turn=1, **(usual | changes))  # type: ignore[arg-type]
    later = NOON + timedelta(seconds=9)
    greet, ask = (
        PathStep("greet", "acme.yaml", 6, "next"),
        PathStep("ask", "templates/nights.yaml", 5),
    )
    console.records.calls.note(
        [
            call,
            TurnNote(
                call_sid=sid, number=0, at=NOON, version=version, event="started", way=(greet, ask)
            ),
            TurnNote(
                call_sid=sid,
                number=1,
                at=later,
                version=version,
                event="spoke",
                said="<b>help</b>",
                way=(ask,),
            ),
            LegNote(
                key=f"{sid} op", call_sid=sid, role="operator", to="sam", started_at=later, how="x"
            ),
            CallEvent(once=f"{sid} 1", call_sid=sid, at=later, what="put on hold", who="sam"),
        ]
    )
    return call
