"""Pages of what callers have left: a list, and each message beside its recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission
from ivr.core.delivery.words import first_read, in_words, read
from ivr.core.records.message import Message, MessageState
from ivr.core.records.message_words import message_numbers, readable_number
from ivr.errors import DeliveryRefused
from ivr.services.messages import MessageService
from ivr.services.recording_storage import RecordingStorage
from ivr.web.console.access import current_account, needs, note
from ivr.web.console.calls.listening import note_played
from ivr.web.console.calls.spoken import length, turns
from ivr.web.console.clients import Clients
from ivr.web.console.page_zone import page_zone, show_in
from ivr.web.console.pages import notice
from ivr.web.recording_response import is_there, recording_response

PAGE = 50
STATES = {state: state.words.capitalize() for state in reversed(MessageState)}


@dataclass(frozen=True, slots=True)
class MessagePages:
    """What the pages need."""

    records: SqlRecords
    service: MessageService
    clients: Clients
    recordings: RecordingStorage
    clock: Callable[[], datetime]

    def list(self) -> Response:
        """The page of the newest messages that the account may see, as the address narrows it."""
        account = current_account()
        client = account.client or request.args.get("client") or None
        state = _state(request.args.get("state", ""))
        page = max(1, min(request.args.get("page", 1, type=int), 100_000))
        found = self.records.messages.newest(
            client, PAGE + 1, state=state, offset=(page - 1) * PAGE
        )
        note("saw the list of messages", client=client)
        if account.client and found:
            show_in(zone_of(found[0]))
        text = render_template(
            "console/messages.html",
            messages=found[:PAGE],
            more=len(found) > PAGE,
            page=page,
            clients=None if account.client else self.choice(client),
            wanted={"client": client or "", "state": state or ""},
            states=STATES,
            **WORDS,
        )
        return make_response(text)

    def choice(self, wanted: str | None) -> dict[str, str]:
        """The clients that one can choose, by short name; also one whose file is gone."""
        names = self.clients.names()
        if wanted and wanted not in names:
            names[wanted] = wanted
        return names

    def find(self, message_id: str) -> Message | None:
        """A message that the account may see: of another's nobody learns that it exists."""
        message = self.records.messages.find(message_id)
        return message if message and current_account().sees(message.client) else None

    def one(self, message: Message, problem: str = "") -> Response:
        """The page of one message; `problem` says why it was not corrected."""
        show_in(zone_of(message))
        note("saw a message", client=message.client, about=f"message {message.id}")
        deliveries = self.records.deliveries.of_message(message.id)
        first = first_read(deliveries)
        works = current_account().may(Permission.WORK_MESSAGES)
        text = render_template(
            "console/message.html",
            message=message,
            turns=list(turns(message.transcript)) if message.transcript else [],
            transcripts=self.records.recordings.transcripts(message.id),
            deliveries=[in_words(each, zone_of(message), works) for each in deliveries],
            read=read(first, zone_of(message)) if first else "",
            corrections=self.records.messages.corrections(message.id),
            to_ring=message_numbers(message),
            works=works,
            problem=problem,
            form=request.form,
            **WORDS,
        )
        return make_response(text, 422 if problem else 200)

    def correct(self, message: Message) -> AnyResponse:
        """Add a correction, which is delivered as such."""
        text, why = request.form.get("text", ""), request.form.get("why", "")
        actor = signed_in(current_account())
        try:
            self.service.correct(message, text, why, actor, self.clock())
        except DeliveryRefused as error:
            return self.one(message, str(error))
        return redirect(url_for("console.message", message_id=message.id), 303)

    def audio(self, message: Message) -> Response:
        """The recording, or the part of it that the player asks for (RFC 9110, 14)."""
        about = f"message {message.id}"
        note_played("heard a message", client=message.client, about=about)
        return recording_response(self.recordings, str(message.audio))


def message_routes(console: Blueprint, pages: MessagePages) -> None:
    """Add the addresses."""

    @console.get("/messages/")
    @needs(Permission.SEE_MESSAGES)
    def messages() -> Response:
        return pages.list()

    @console.get("/messages/<message_id>")
    @needs(Permission.SEE_MESSAGES)
    def message(message_id: str) -> Response:
        found = pages.find(message_id)
        return pages.one(found) if found else _no_message()

    @console.post("/messages/<message_id>/correction")
    @needs(Permission.WORK_MESSAGES)
    def correct_message(message_id: str) -> AnyResponse:
        found = pages.find(message_id)
        return pages.correct(found) if found else _no_message()

    @console.get("/messages/<message_id>/audio")
    @needs(Permission.SEE_MESSAGES)
    def message_audio(message_id: str) -> Response:
        found = pages.find(message_id)
        if found is None or not is_there(pages.recordings, found.audio):
            return _no_message()
        return pages.audio(found)


def local(message: Message, moment: datetime | None = None) -> str:
    """When a message came, or another moment, on the page's clock."""
    here = (moment or message.received_at).astimezone(page_zone())
    return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"


def zone_of(message: Message) -> tzinfo:
    """Where the client's clocks are."""
    try:
        return ZoneInfo(message.timezone)
    except (ZoneInfoNotFoundError, ValueError):  # better a foreign clock than no page
        return UTC


WORDS = {
    "local": local,
    "length": length,
    "number": readable_number,
    "message_numbers": message_numbers,
}
"""What the templates say things with."""


def _state(text: str) -> MessageState | None:
    return MessageState(text) if text in list(MessageState) else None


def _no_message() -> Response:
    return notice("No such message", "There is no message or no recording at this address.", 404)
