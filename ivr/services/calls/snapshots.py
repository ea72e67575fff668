"""A call's state → the snapshot that the records keep of it."""

from __future__ import annotations

from ivr.core.call.state import CallState
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.numbers import WITHHELD


def snapshot(state: CallState) -> CallSnapshot:
    """What the records keep of the call as it now is."""
    return CallSnapshot(
        call_sid=state.call_sid,
        client=state.client,
        from_=state.caller or WITHHELD,
        to=state.called,
        started_at=state.started_at,
        flow_version=state.flow_version,
        turn=state.turn,
        path=state.path,
        ended_at=state.ended_at,
        outcome=state.outcome,
    )
