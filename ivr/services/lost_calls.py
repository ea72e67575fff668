"""Calls that the carrier has and nobody reported to us: their beginning, or their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from ivr.core.call.call_leg import CallLeg
from ivr.core.call.state import CallState
from ivr.core.carrier import INBOUND, CarrierCall, outcome_of
from ivr.core.reconciliation import Discrepancy
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.purge import Purged
from ivr.errors import CallGone
from ivr.services.deletion_log import DeletionLog
from ivr.services.protocols.clients import Library
from ivr.services.protocols.records import Records
from ivr.services.reconciliation import CarrierHistory, Repair

MOST_OPEN = 500
"""How many of our open calls are looked up one by one."""

ON_ITS_WAY = timedelta(minutes=2)
"""How long a reported end may take to reach the records."""

NEVER_REACHED = "never reached Tango"
"""The outcome of a call that the carrier could not connect to us."""


@dataclass(frozen=True, slots=True)
class LostCalls:
    """Compares calls.

    `state` returns what Redis knows of a call. `end` does all that follows when the carrier reports
    the end of a call and its outcome.
    """

    carrier: CarrierHistory
    records: Records
    library: Library
    deleted: DeletionLog
    state: Callable[[str], CallState | None]
    end: Callable[[CallLeg, str], None]

    def compare(self, page: list[CarrierCall], now: datetime) -> Iterator[Repair]:
        """Return repairs for unreported ends of calls and legs, and for calls that never reached
        us."""
        over = {call.sid: call for call in page if call.is_over}
        known, gone = self.records.at_carrier.calls(over), self.deleted.among(over)
        for sid, call in over.items():
            if call.direction == INBOUND and sid not in gone:
                yield from self._compare(call, known.get(sid), now)
        for sid, leg in self.records.at_carrier.open_legs(over).items():
            ended = min(over[sid].ended_at or now, now)
            if now - ended > ON_ITS_WAY:
                told = replace(leg, ended_at=ended, how=outcome_of(over[sid].status))
                found = _found(over[sid], None, "somebody's leg has ended, and nobody told")
                yield Repair(found, partial(self.records.calls.note, [told]))

    def left_open(self, since: datetime, seen: set[str], now: datetime) -> Iterator[Repair]:
        """Return repairs for calls that are open here and that the carrier did not list."""
        for mine in self.records.at_carrier.open_calls(since, MOST_OPEN):
            if mine.call_sid in seen:
                continue
            try:
                call = self.carrier.call(mine.call_sid)
            except CallGone:
                words = "is open here, and the carrier knows no such call"
                why = "it may be another account's"
                yield Repair(
                    Discrepancy(
                        kind="call",
                        sid=mine.call_sid,
                        client=mine.client,
                        at=mine.started_at,
                        words=words,
                        why=why,
                    ),
                    None,
                )
                continue
            if call.is_over:
                yield from self._compare(call, mine, now)

    def _compare(
        self, call: CarrierCall, mine: CallSnapshot | None, now: datetime
    ) -> Iterator[Repair]:
        if mine is not None and mine.ended_at is not None:
            return
        state = self.state(call.sid)
        if state is not None and state.ended_at and now - state.ended_at < ON_ITS_WAY:
            return
        if mine is not None or state is not None:
            client = mine.client if mine else state.client if state else None
            found = _found(call, client, "has ended, and nobody told")
            yield Repair(found, partial(self._end, call, now))
            return
        flow = self.library.answering(call.called)
        if flow is None or self.deleted.over(flow.client_id, Purged.CALLER, call.started_at, now):
            return  # somebody else's in this account, or over its time
        found = _found(call, flow.client_id, NEVER_REACHED)
        yield Repair(
            found, partial(self.records.calls.note, [_never_came(call, flow.client_id, now)])
        )

    def _end(self, call: CarrierCall, now: datetime) -> None:
        """End the call as of its real end, with all that follows from a report of it."""
        leg = CallLeg(call.sid, call.caller, call.called)
        at = min(call.ended_at or now, now)
        outcome = outcome_of(call.status)
        self.records.calls.end(call.sid, at, outcome, leg.caller or WITHHELD, leg.called)
        self.end(leg, outcome)


def _found(call: CarrierCall, client: str | None, words: str) -> Discrepancy:
    return Discrepancy(kind="call", sid=call.sid, client=client, at=call.started_at, words=words)


def _never_came(call: CarrierCall, client: str, now: datetime) -> CallSnapshot:
    return CallSnapshot(
        call_sid=call.sid,
        client=client,
        from_=call.caller or WITHHELD,
        to=call.called,
        started_at=call.started_at,
        flow_version="",
        turn=0,
        ended_at=min(call.ended_at or now, now),
        outcome=NEVER_REACHED,
    )
