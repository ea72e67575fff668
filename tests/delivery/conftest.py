"""A real mail server on loopback, and records with a message to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from ivr.records import Records, migrate, open_records
from ivr.records.messages import Recipient, RecordingNote
from ivr.settings import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Mailbox:
    """What the mail server has taken; it answers RCPT and DATA as it is told to."""

    on_recipient: str = "250 OK"
    on_data: str = "250 OK"
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.on_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.on_data.startswith("250"):
            self.envelopes.append(envelope)
        return self.on_data

    @property
    def mails(self) -> list[EmailMessage]:
        """The e-mails as a mail program reads them."""
        return [
            message_from_bytes(envelope.content, EmailMessage, policy=policy.default)
            for envelope in self.envelopes
            if isinstance(envelope.content, bytes)
        ]


@pytest.fixture
def mailbox() -> Mailbox:
    """Where the mail server puts what it takes."""
    return Mailbox()


ServeMail = Callable[..., int]


@pytest.fixture
def serve_mail(mailbox: Mailbox) -> Iterator[ServeMail]:
    """Starts a mail server with these options of aiosmtpd's and returns its port."""
    started: list[Controller] = []

    def start(**options: Any) -> int:
        controller = Controller(mailbox, hostname="127.0.0.1", port=0, **options)
        controller.start()
        started.append(controller)
        port: int = controller.server.sockets[0].getsockname()[1]
        return port

    yield start
    for controller in started:
        controller.stop()


@pytest.fixture
def mail_settings(settings: Settings, serve_mail: ServeMail) -> Settings:
    """Settings with a plain mail server that runs."""
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{serve_mail()}")


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    """Empty records."""
    migrate(settings.database_url)
    opened = open_records(settings.database_url)
    yield opened
    opened.close()


RecordMessage = Callable[..., str]


@pytest.fixture
def record_message(records: Records, settings: Settings) -> RecordMessage:
    """Notes a recording whose e-mail is due ten minutes after noon, and returns its id."""

    def record(sid: str = "RE1", audio: bytes | None = None, **changes: Any) -> str:
        usual = RecordingNote(
            recording_sid=sid,
            call_sid="CA1",
            client="rainbow-frost",
            kind="message",
            node="take_message",
            recording_url="https://carrier.example/RE1",
            seconds=12,
            received_at=NOON,
            language="en-GB",
            timezone="Europe/London",
            client_name="Rainbow Frost",
            recipient=Recipient("Ian Frost", "ian@rainbowfrost.example"),
        )
        message_id = records.recording_ready(replace(usual, **changes))
        if audio is not None:
            path = Path("rainbow-frost") / f"{sid}.wav"
            (settings.recordings / path).parent.mkdir(parents=True, exist_ok=True)
            (settings.recordings / path).write_bytes(audio)
            records.audio_stored(message_id, str(path), 12.0, NOON)
        return message_id

    return record
