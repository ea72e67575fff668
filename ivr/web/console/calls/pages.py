"""Pages of the calls that came in: a list, the timeline of each, and what a search finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from flask import (
    Blueprint,
    Response,
    make_response,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.search.findings import Thing
from ivr.adapters.sql.search.index import MOST_PAGES
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission
from ivr.core.agency import Agency
from ivr.core.flow.types import parse_caller
from ivr.core.jobs.job import Job
from ivr.core.nodes.base import Kind
from ivr.core.queue.entry import for_callback
from ivr.core.records.call_course import TimelineEntry, tell
from ivr.core.records.call_detail import CallDetail
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import Message
from ivr.core.records.message_words import message_numbers
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.recording import ConversationRecording
from ivr.core.records.timeline import PathStep
from ivr.core.ring_numbers import RingNumber, ring_numbers
from ivr.errors import UnknownClient
from ivr.services.party_names import party_names
from ivr.services.recording_storage import RecordingStorage
from ivr.web.console.access import current_account, needs, note
from ivr.web.console.calls.listening import note_played
from ivr.web.console.calls.spoken import SpeakerTurn, length, turns
from ivr.web.console.clients import Clients
from ivr.web.console.page_zone import clock, page_zone, show_in
from ivr.web.console.pages import notice
from ivr.web.console.telephone_links import tel
from ivr.web.recording_response import is_there, recording_response

PAGE = 50

CALL_BACK = for_callback("")
"""How the SID of a call of ours begins."""


@dataclass(frozen=True, slots=True)
class CallPages:
    """What the pages need."""

    records: SqlRecords
    library: FolderLibrary[Kind]
    recordings: RecordingStorage
    agency: Agency

    def list(self) -> Response:
        """The page of the newest calls that the account may see, as the address narrows it."""
        account, wanted = current_account(), _wanted()
        self.in_own_time(account)
        client = account.client or wanted["client"] or None
        page = max(1, min(request.args.get("page", 1, type=int), 10_000))
        found = self.records.calls.newest(
            client,
            PAGE + 1,
            _number(wanted["caller"]),
            before=_end_of(wanted["day"]),
            offset=(page - 1) * PAGE,
        )
        note("saw the list of calls", client=client)
        text = render_template(
            "console/calls.html",
            calls=found[:PAGE],
            more=len(found) > PAGE,
            page=page,
            clients=None if account.client else self.names(),
            wanted=wanted,
            **self.words(),
        )
        return make_response(text)

    def search(self) -> Response:
        """The page of what is found, as far as the account may see it."""
        self.in_own_time(current_account())
        account, query = current_account(), request.args.get("q", "").strip()[:200]
        page = max(1, min(request.args.get("page", 1, type=int), MOST_PAGES))
        hits = self.records.search.find(query, account.client, PAGE + 1, page)
        if query:  # what was looked for may be a caller's number, so the trail does not keep it
            note("searched", client=account.client)
        text = render_template(
            "console/search.html",
            searched=query,
            **_folded(self.records.search.look_up(hits[:PAGE])),
            more=len(hits) > PAGE and page < MOST_PAGES,
            page=page,
            clients=self.names(),
            **self.words(),
        )
        return make_response(text)

    def names(self) -> dict[str, str]:
        """The clients that one can choose, by short name."""
        return Clients(self.library).names()

    def one(self, call_detail: CallDetail) -> Response:
        """The page of one call."""
        call = call_detail.call
        show_in(self._zone(call.client))
        note("saw a call", client=call.client, about=f"call {call.call_sid}")
        named = party_names(self.agency, self.library, call.client)
        sees_flows = current_account().may(Permission.SEE_FLOWS)
        text = render_template(
            "console/call.html",
            call=call,
            lines=tell(call_detail, named),
            party=named,
            sees_flows=sees_flows,
            call_detail=call_detail,
            recordings=[(each, _turns(each)) for each in call_detail.recordings],
            link=_line_link(call) if sees_flows else _no_link,
            clients=self.names(),
            **self.words(),
        )
        return make_response(text)

    def recording(self, call_sid: str, recording_id: str) -> ConversationRecording | None:
        """A recording of a call's conversation that is here, and that the account may hear."""
        found = self.records.call_recordings.find(recording_id)
        if found is None or found.call_sid != call_sid or not found.audio:
            return None
        heard = current_account().sees(found.client) and is_there(self.recordings, found.audio)
        return found if heard else None

    def audio(self, recording: ConversationRecording) -> Response:
        """The recording, or the part of it that the player asks for (RFC 9110, 14)."""
        about = f"call {recording.call_sid}, recording {recording.id}"
        note_played("heard a conversation", client=recording.client, about=about)
        return recording_response(self.recordings, str(recording.audio))

    def words(self) -> dict[str, object]:
        """What the templates say things with."""
        return {
            "local": _local,
            "tel_of": self.tel_of,
            "to_ring": self.to_ring,
            "length": length,
        }

    def to_ring(self, thing: Thing) -> tuple[str, str, tuple[RingNumber, ...]]:
        """Which numbers of something that was found can be rung, as of which page and id."""
        if isinstance(thing, Message):
            return "message", thing.id, message_numbers(thing)
        language = self._language(thing.client)
        match thing:
            case Job():
                return "job", thing.id, ring_numbers(thing.caller, thing.fields, None, language)
            case ConversationRecording():
                return "call", thing.call_sid or "", _of_one(thing.caller, language)
            case CallSnapshot():
                is_ours = thing.call_sid.startswith(CALL_BACK)
                other = thing.to if is_ours else thing.from_
                return "call", thing.call_sid, _of_one(other if thing.client else None, language)
            case _:
                return "text", thing.message_sid, _of_one(thing.from_, language)

    def tel_of(self, number: str | None, client: str | None) -> Markup:
        """A caller's number, as people in the client's country write it, to be pressed."""
        return tel(None if number == WITHHELD else number, self._language(client))

    def in_own_time(self, account: Account) -> None:
        """Show a client's account its own time, and everybody else the agency's."""
        if account.client:
            show_in(self._zone(account.client))

    def _language(self, client: str | None) -> str:
        try:
            language: str = self.library.flow(client or "").client.language
        except UnknownClient:
            return "en-GB"
        return language

    def _zone(self, client: str | None) -> tzinfo:
        try:
            zone: tzinfo = self.library.flow(client or "").client.timezone
        except UnknownClient:
            return UTC
        return zone


def call_routes(console: Blueprint, pages: CallPages) -> None:
    """Add the addresses."""

    @console.get("/calls/")
    @needs(Permission.SEE_MESSAGES)
    def calls() -> Response:
        return pages.list()

    @console.get("/search")
    @needs(Permission.SEE_MESSAGES)
    def search() -> Response:
        return pages.search()

    @console.get("/calls/<call_sid>")
    @needs(Permission.SEE_MESSAGES)
    def call(call_sid: str) -> Response:
        call_detail = pages.records.calls.detail(call_sid)
        if call_detail is None or not current_account().sees(call_detail.call.client):
            return notice("No such call", "There is no call at this address.", 404)
        return pages.one(call_detail)

    @console.get("/calls/<call_sid>/recordings/<recording_id>")
    @needs(Permission.SEE_MESSAGES)
    def call_recording(call_sid: str, recording_id: str) -> Response:
        found = pages.recording(call_sid, recording_id)
        if found is None:
            return notice("No such recording", "There is no recording at this address.", 404)
        return pages.audio(found)


def _of_one(number: str | None, language: str) -> tuple[RingNumber, ...]:
    return ring_numbers(number, {}, None, language)


def _turns(recording: ConversationRecording) -> list[SpeakerTurn]:
    return list(turns(recording.transcript)) if recording.transcript else []


def _folded(found: list[Thing]) -> dict[str, object]:
    """What a page shows as found: a job beside the message that has opened it, where both are."""
    messages = {each.id for each in found if isinstance(each, Message)}
    beside = {
        each.message: each for each in found if isinstance(each, Job) and each.message in messages
    }
    left = [each for each in found if not (isinstance(each, Job) and each.message in beside)]
    return {"found": left, "jobs": beside}


def _wanted() -> dict[str, str]:
    """How the address narrows the list."""
    return {name: request.args.get(name, "").strip() for name in ("client", "caller", "day")}


def _number(text: str) -> str | None:
    """A caller's number as it is kept; one that is none is looked for as it stands."""
    if not text:
        return None
    try:
        return parse_caller(text)
    except ValueError:
        return WITHHELD if text.lower() == "withheld" else text


def _end_of(day: str) -> datetime | None:
    """The moment after a day by the page's clock; None where none is given."""
    try:
        found = date.fromisoformat(day)
        after = found + timedelta(days=1)
        local = datetime(after.year, after.month, after.day, tzinfo=page_zone())
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _local(moment: datetime, form: str = "%a %d %b %Y, %H:%M") -> str:
    return clock(moment, form)


def _line_link(call: CallSnapshot) -> Callable[[TimelineEntry, PathStep], str | None]:
    """Where each node of a timeline leads: to its line of the version that the call had."""

    def link(line: TimelineEntry, step: PathStep) -> str | None:
        if call.client is None or not step.line:
            return None
        page = url_for("console.flow_version", client=call.client, version=line.version)
        return f"{page}#{step.file}:{step.line}"

    return link


def _no_link(line: TimelineEntry, step: PathStep) -> None:
    """For those who may not see the files."""
