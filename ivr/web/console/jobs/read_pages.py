"""The page behind a link in an e-mail or a text, on which one says that one has read it.

To look at it changes nothing, as mail scanners look at every link; its one button does. Nobody
needs to sign in for it: who has the link has the message already. After the button has been
pressed the page shows the message, with its recording.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.roles import Permission
from ivr.core.delivery.words import read
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Message
from ivr.core.records.message_words import message_numbers
from ivr.core.ring_numbers import how_to_ring
from ivr.services.deliveries.read_links import ReadLinks
from ivr.services.messages import MessageService
from ivr.services.recording_storage import RecordingStorage
from ivr.web.console.access import open_to_all
from ivr.web.console.calls.listening import note_played_by_link
from ivr.web.console.calls.message_pages import WORDS, zone_of
from ivr.web.console.page_zone import show_in
from ivr.web.console.pages import notice
from ivr.web.recording_response import is_there, recording_response

READ = "read"
"""Where the cookie keeps which delivery was acknowledged from this browser."""


@dataclass(frozen=True, slots=True)
class ReadPages:
    """What the pages need."""

    records: SqlRecords
    service: MessageService
    links: ReadLinks
    recordings: RecordingStorage
    clock: Callable[[], datetime]

    def delivery(self, token: str) -> Delivery | None:
        """The delivery that a link is about, if the link still holds."""
        delivery_id = self.links.delivery(token, self.clock())
        return self.records.deliveries.find(delivery_id) if delivery_id else None

    def messages(self, delivery: Delivery) -> list[Message]:
        """What was delivered: one message, or all of a digest."""
        together = [delivery]
        if delivery.digest:
            together = self.records.deliveries.gathered(delivery.digest)
        ids = dict.fromkeys(each.message for each in together if each.message)
        return [found for each in ids if (found := self.records.messages.find(each))]

    def page(self, token: str, delivery: Delivery) -> Response:
        """The page: with the button first, and with what was delivered when it was pressed here."""
        messages = self.messages(delivery)
        mine = session.get(READ) == delivery.id
        if messages:
            show_in(zone_of(messages[0]))
        text = render_template(
            "console/read.html",
            token=token,
            delivery=delivery,
            messages=messages,
            mine=mine,
            corrections={each.id: self.records.messages.corrections(each.id) for each in messages},
            ring={each.id: how_to_ring(message_numbers(each)) for each in messages},
            read=read(delivery, zone_of(messages[0]) if messages else UTC),
            has_inbox=mine and self.has_inbox(delivery.client),
            **WORDS,
        )
        return make_response(text)

    def has_inbox(self, client: str) -> bool:
        """Whether somebody can sign in to the client's page."""
        return any(
            each.client == client and each.may(Permission.CLIENT_PAGE)
            for each in self.records.accounts.all()
        )

    def acknowledge(self, token: str, delivery: Delivery) -> AnyResponse:
        """Note that it was read, and show it."""
        self.service.acknowledge(delivery, "by a link", self.clock())
        session[READ] = delivery.id
        return redirect(url_for("console.read", token=token), 303)


def read_routes(console: Blueprint, pages: ReadPages) -> None:
    """Add the addresses."""

    @console.get("/read/<token>")
    @open_to_all
    def read(token: str) -> Response:
        found = pages.delivery(token)
        return pages.page(token, found) if found else _lapsed()

    @console.post("/read/<token>")
    @open_to_all
    def acknowledge(token: str) -> AnyResponse:
        found = pages.delivery(token)
        return pages.acknowledge(token, found) if found else _lapsed()

    @console.get("/read/<token>/audio/<message_id>")
    @open_to_all
    def read_audio(token: str, message_id: str) -> Response:
        found = pages.delivery(token)
        if found is None or session.get(READ) != found.id:
            return _lapsed()
        message = next((each for each in pages.messages(found) if each.id == message_id), None)
        if message is None or not is_there(pages.recordings, message.audio):
            return _lapsed()
        about = f"message {message.id}, by the link of delivery {found.id}"
        who = found.recipient
        note_played_by_link(who, "heard a message", client=message.client, about=about)
        return recording_response(pages.recordings, str(message.audio))


def _lapsed() -> Response:
    text = "This link does not work any more. Please ask the agency for what it led to."
    return notice("This link has lapsed", text, 404)
