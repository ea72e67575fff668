"""`SqlCallRepository`: calls, each as its latest turn left it, and what happened in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ivr.adapters.sql.calls import call_details, snapshots, timeline, ways
from ivr.adapters.sql.calls.ways import WaysTaken
from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.keeping import erased
from ivr.core.records.call_detail import CallDetail
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.timeline import CallEvent, LegNote, Timeline, TurnNote

CallNote = CallSnapshot | TurnNote | LegNote | CallEvent


class SqlCallRepository:
    """The calls in the records. Every method raises `RecordsUnavailable` where the database cannot
    be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def note(self, notes: Iterable[CallNote]) -> None:
        """Keep what is told of calls, all or none.

        What is kept already changes nothing, and what was erased stays so. The snapshot of an
        older turn never overwrites a newer one, and an ended call stays ended.
        """
        told = list(notes)
        with writing(self._source) as connection:
            gone = erased.those_of(connection, {each.call_sid for each in told})
            kept = [each for each in told if each.call_sid not in gone]
            snapshots.note(connection, [each for each in kept if isinstance(each, CallSnapshot)])
            timeline.note(connection, [n for n in kept if not isinstance(n, CallSnapshot)])

    def end(self, call_sid: str, at: datetime, outcome: str, from_: str, to: str) -> None:
        """Note that a call has ended, also one of which no turn was ever noted."""
        with writing(self._source) as connection:
            snapshots.end(connection, call_sid, at, outcome, from_, to)

    def find(self, call_sid: str) -> CallSnapshot | None:
        """The call as last noted."""
        with reading(self._source) as connection:
            return snapshots.find(connection, call_sid)

    def newest(
        self,
        client: str | None = None,
        limit: int = 100,
        caller: str | None = None,
        *,
        before: datetime | None = None,
        offset: int = 0,
    ) -> list[CallSnapshot]:
        """The newest calls first, of one client or of all, from one number or from any, those that
        began `before` a moment; `offset` of them are left out."""
        with reading(self._source) as connection:
            return snapshots.newest(connection, client, limit, caller, before, offset)

    def timeline(self, call_sid: str) -> Timeline:
        """The turns, the legs and the other events of a call, in order of time."""
        with reading(self._source) as connection:
            return timeline.of_call(connection, call_sid)

    def detail(self, call_sid: str) -> CallDetail | None:
        """A call with all that came of it: its timeline, messages, deliveries and jobs."""
        with reading(self._source) as connection:
            return call_details.of_call(connection, call_sid)

    def ways_taken(self, client: str, since: datetime) -> WaysTaken:
        """Which ways through their flow the callers of a client have taken since then; of very
        many calls, the newest 50,000 are counted."""
        with reading(self._source) as connection:
            return ways.count(connection, client, since)
