"""`Records`: everything that the rest of the system asks of the records database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa

from ivr.adapters.sql import outbox, probe
from ivr.adapters.sql.calls import call_details, timeline, ways
from ivr.adapters.sql.calls import snapshots as calls
from ivr.adapters.sql.calls.ways import WaysTaken
from ivr.adapters.sql.database import connect, reading, writing
from ivr.adapters.sql.deliveries.book import DeliveryBook
from ivr.adapters.sql.flows.book import VersionBook
from ivr.adapters.sql.jobs.book import JobBook
from ivr.adapters.sql.jobs.drafts import DraftBook
from ivr.adapters.sql.jobs.inbox import InboxBook
from ivr.adapters.sql.keeping import erased
from ivr.adapters.sql.keeping.carrier_book import CarrierBook
from ivr.adapters.sql.keeping.purge_book import PurgeBook
from ivr.adapters.sql.messages import book as message_book
from ivr.adapters.sql.messages import corrections
from ivr.adapters.sql.messages import queries as message_queries
from ivr.adapters.sql.messages.text_book import TextBook
from ivr.adapters.sql.people.account_book import AccountBook
from ivr.adapters.sql.people.status_book import StatusBook
from ivr.adapters.sql.programs.kept_answers import AnswerBook
from ivr.adapters.sql.programs.lists import ListBook
from ivr.adapters.sql.programs.subscription_book import SubscriptionBook
from ivr.adapters.sql.programs.token_book import TokenBook
from ivr.adapters.sql.queue.call_back_book import CallBackBook
from ivr.adapters.sql.queue.queue_book import QueueBook
from ivr.adapters.sql.recordings.book import RecordingBook
from ivr.adapters.sql.recordings.of_conversations import CallRecordingBook
from ivr.adapters.sql.search import findings
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.search.findings import Thing
from ivr.adapters.sql.search.index import Hit
from ivr.adapters.sql.unit_of_work import SqlUnitOfWork
from ivr.core.records.call_detail import CallDetail
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import (
    Correction,
    Message,
    MessageNote,
    MessageState,
    Missing,
    RecordingNote,
)
from ivr.core.records.outbox import Backlog, OutboxItem
from ivr.core.records.timeline import CallEvent, LegNote, Timeline, TurnNote
from ivr.errors import RecordsError

CallNote = CallSnapshot | TurnNote | LegNote | CallEvent


class SqlRecords:
    """The records database.

    Each method is one transaction. Safe across threads; connects on first use, and may be
    opened before a fork. All times are aware. Every method raises `RecordsUnavailable` where
    the database cannot be used, and `RecordsError` where it refuses.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.purges = PurgeBook(engine)
        """Deleting what is over its time, and all about one caller."""
        self.at_carrier = CarrierBook(engine)
        """What is known of the carrier's calls, recordings and texts, by their SIDs."""
        self.versions = VersionBook(engine)
        """The versions of flows, and which is live."""
        self.recordings = RecordingBook(engine)
        """Recordings that are to be heard."""
        self.texts = TextBook(engine)
        """Text messages, to be sent and received."""
        self.accounts = AccountBook(engine)
        """Accounts, their sessions and the audit trail."""
        self.queue = QueueBook(engine)
        """What the operator queue did."""
        self.drafts = DraftBook(engine)
        """What operators write down during calls."""
        self.jobs = JobBook(engine)
        """What calls leave open, and who owns it."""
        self.call_backs = CallBackBook(engine)
        """Call backs that callers were promised."""
        self.call_recordings = CallRecordingBook(engine)
        """Recordings of conversations."""
        self.deliveries = DeliveryBook(engine)
        """What was sent to whom, and who has read it."""
        self.statuses = StatusBook(engine)
        """Where clients' people say that they are."""
        self.lists = ListBook(engine)
        """Calls, messages and jobs, to be read page by page."""
        self.tokens = TokenBook(engine)
        """Who may use the API."""
        self.subscriptions = SubscriptionBook(engine)
        """Where programs want to be told of what happens."""
        self.answers = AnswerBook(engine)
        """Answers to programs that are kept for a day."""
        self.inbox = InboxBook(engine)
        """What clients see of their jobs."""

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        self._engine.dispose()

    @contextmanager
    def unit_of_work(self) -> Iterator[SqlUnitOfWork]:
        """One transaction that writes: all of it or nothing."""
        with writing(self._engine) as connection:
            yield SqlUnitOfWork(connection)

    def probe(self) -> None:
        """Write, and change nothing. Raises `PartDown`."""
        try:
            with writing(self._engine) as connection:
                probe.write(connection)
        except RecordsError as error:
            raise probe.part_down(error) from error

    # Calls

    def note_call(self, snapshot: CallSnapshot) -> None:
        """Keep how a call stands. An older turn never overwrites a newer one, and an ended
        call stays ended."""
        self.note_calls([snapshot])

    def note_calls(self, snapshots: Iterable[CallSnapshot]) -> None:
        """Keep several snapshots, all or none."""
        self.note(snapshots)

    def note(self, notes: Iterable[CallNote]) -> None:
        """Keep what is told of calls, all or none; what is kept already changes nothing, and what
        was erased stays so."""
        told = list(notes)
        with writing(self._engine) as connection:
            gone = erased.those_of(connection, {each.call_sid for each in told})
            notes = [each for each in told if each.call_sid not in gone]
            calls.note(connection, [each for each in notes if isinstance(each, CallSnapshot)])
            timeline.note(connection, [n for n in notes if not isinstance(n, CallSnapshot)])

    def timeline(self, call_sid: str) -> Timeline:
        """The turns, the legs and the other events of a call, in order of time."""
        with reading(self._engine) as connection:
            return timeline.of_call(connection, call_sid)

    def call_detail(self, call_sid: str) -> CallDetail | None:
        """A call with all that came of it: its timeline, messages, deliveries and jobs."""
        with reading(self._engine) as connection:
            return call_details.of_call(connection, call_sid)

    def end_call(self, call_sid: str, at: datetime, outcome: str, from_: str, to: str) -> None:
        """Note that a call has ended, also one of which no turn was ever noted."""
        with writing(self._engine) as connection:
            calls.end(connection, call_sid, at, outcome, from_, to)

    def call(self, call_sid: str) -> CallSnapshot | None:
        """The call as last noted."""
        with reading(self._engine) as connection:
            return calls.find(connection, call_sid)

    def calls(
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
        with reading(self._engine) as connection:
            return calls.newest(connection, client, limit, caller, before, offset)

    def ways_taken(self, client: str, since: datetime) -> WaysTaken:
        """Which ways through their flow the callers of a client have taken since then; of very
        many calls, the newest 50,000 are counted."""
        with reading(self._engine) as connection:
            return ways.count(connection, client, since)

    # Search

    def search(
        self, query: str, client: str | None = None, limit: int = 50, page: int = 1
    ) -> list[Hit]:
        """The newest calls, messages, texts and jobs that `query` finds: by callers' numbers
        however they are written, by what was collected or filled in, by words. Each word may be
        the beginning of one."""
        with reading(self._engine) as connection:
            return search.search(connection, query, client, limit, page)

    def look_up(self, hits: Sequence[Hit]) -> list[Thing]:
        """The calls, messages, texts and jobs that were found, in their order."""
        with reading(self._engine) as connection:
            return findings.look_up(connection, hits)

    # Messages

    def keep_message(self, note: MessageNote) -> str:
        """Note what the call's turn knows of a recording. Returns the message's id."""
        with writing(self._engine) as connection:
            return message_book.keep(connection, note)

    def recording_ready(self, note: RecordingNote) -> str:
        """Note that the carrier has the recording, and promise to fetch it and to write to the
        recipient. Returns the message's id."""
        with writing(self._engine) as connection:
            return message_book.recording_ready(connection, note)

    def recording_missing(self, note: RecordingNote, why: Missing) -> str | None:
        """Note that there is no recording and never will be. Returns the message's id, None where
        it is none: nothing was said."""
        with writing(self._engine) as connection:
            return message_book.recording_missing(connection, note, why)

    def correct(self, message_id: str, text: str, why: str, by: str, now: datetime) -> Correction:
        """Add a correction to a message, and promise to bring it to whoever was told of it.

        Raises `DeliveryRefused` where nothing was delivered yet, or something is missing.
        """
        with writing(self._engine) as connection:
            return corrections.add(connection, message_id, text, why, by, now)

    def corrections(self, message_id: str) -> list[Correction]:
        """The corrections of a message, the first one first."""
        with reading(self._engine) as connection:
            return corrections.of_message(connection, message_id)

    def correction(self, correction_id: str) -> Correction | None:
        """The correction with this id."""
        with reading(self._engine) as connection:
            return corrections.find(connection, correction_id)

    def message(self, message_id: str) -> Message | None:
        """The message with this id."""
        with reading(self._engine) as connection:
            return message_queries.find(connection, message_id)

    def messages(
        self,
        client: str | None = None,
        limit: int = 100,
        *,
        state: MessageState | None = None,
        caller: str | None = None,
        offset: int = 0,
    ) -> list[Message]:
        """At most `limit` messages after the first `offset`, the newest first: of one client or of
        all, in one state or in any, from one number or from any."""
        with reading(self._engine) as connection:
            return message_queries.newest(connection, client, state, caller, limit, offset)

    # Outbox

    def claim(
        self, kinds: Collection[str], now: datetime, lease: timedelta, limit: int
    ) -> list[OutboxItem]:
        """Claim at most `limit` due items until `now + lease`, the longest due first. Two
        claimers never hold one item."""
        with writing(self._engine) as connection:
            return outbox.claim(connection, kinds, now, lease, limit)

    def done(self, item_id: int, now: datetime) -> None:
        """Finish an item."""
        with writing(self._engine) as connection:
            outbox.finish(connection, item_id, now)

    def retry(self, item_id: int, at: datetime, error: str | None) -> None:
        """Give an item back, to be due at `at`; it failed where there is an `error`."""
        with writing(self._engine) as connection:
            outbox.put_back(connection, item_id, at, error)

    def give_up(self, item_id: int, error: str, now: datetime) -> None:
        """Finish an item without having done it."""
        with writing(self._engine) as connection:
            outbox.give_up(connection, item_id, error, now)

    def waiting(self, kind: str) -> Backlog:
        """How much unfinished work of one kind there is."""
        with reading(self._engine) as connection:
            return outbox.waiting(connection, kind)


def open_records(database_url: str) -> SqlRecords:
    """The records at `database_url` (an SQLAlchemy URL), which `migrate` has set up.

    Connects on first use. Raises `SettingsError` where the URL is none.
    """
    return SqlRecords(connect(database_url))
