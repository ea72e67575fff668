"""What is kept of one caller is looked up, and erased when they ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.accounts.actor import Actor
from ivr.core.records.retention import Traces
from ivr.services.protocols.records import Records
from ivr.services.reconciliation import LONGEST_CALL
from ivr.services.recording_storage import RecordingStorage


@dataclass(frozen=True, slots=True)
class CallerService:
    """Knows callers by their numbers (E.164), at one client or (None) at all. `now` is aware. Every
    method raises `RecordsUnavailable` where the records cannot be used: then nothing is done."""

    records: Records
    storage: RecordingStorage

    def traces(self, number: str, client: str | None) -> Traces:
        """Whatever there is of a caller."""
        return self.records.purges.traces(number, client)

    def on_the_line(self, traces: Traces, now: datetime) -> bool:
        """Whether a call of theirs is going on: what is yet to come of it could not be erased."""
        calls = (self.records.calls.find(call_sid) for call_sid in traces.calls)
        return any(
            call and not call.ended_at and now - call.started_at < LONGEST_CALL for call in calls
        )

    def erase(self, number: str, client: str | None, actor: Actor, now: datetime) -> Traces:
        """Erase whatever there is of a caller; returns what there was. The audit trail says that it
        was done, and not of whom."""
        with self.records.unit_of_work() as work:
            traces = work.purges.erase(number, client, self.storage.delete, now, actor.login)
            work.audit.add(actor.entry("erased all about a caller", now, client))
        return traces
