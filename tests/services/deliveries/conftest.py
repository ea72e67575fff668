"""A real mail server on loopback, and records with a message to send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Opening
from ivr.core.records.message import Recipient, RecordingNote
from ivr.settings import Settings
from tests.recordings_folder import recordings_folder
from tests.services.deliveries.mail_server import (
    Mailbox,
    RecordMessage,
    ServeMail,
    start_mail_server,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def mailbox() -> Mailbox:
    """Where the mail server puts what it takes."""
    return Mailbox()


@pytest.fixture
def serve_mail(mailbox: Mailbox) -> Iterator[ServeMail]:
    """Starts a mail server with these options of aiosmtpd's and returns its port."""
    started: list[Controller] = []

    def start(**options: Any) -> int:
        started.append(start_mail_server(mailbox, **options))
        return int(started[-1].port)

    yield start
    for controller in started:
        controller.stop()


@pytest.fixture
def mail_settings(settings: Settings, serve_mail: ServeMail) -> Settings:
    """Settings with a plain mail server that runs."""
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{serve_mail()}")


@pytest.fixture
def records(settings: Settings) -> Iterator[SqlRecords]:
    """Empty records."""
    migrate(settings.database_url)
    opened = open_records(settings.database_url)
    yield opened
    opened.close()


@pytest.fixture
def record_message(records: SqlRecords, settings: Settings) -> RecordMessage:
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
            opening=Opening(
                the_agency("the agency"), NOON + timedelta(hours=4), FollowUpTerms(), "Ring back"
            ),
        )
        message_id = records.messages.recording_ready(replace(usual, **changes))
        if audio is not None:
            path = Path("rainbow-frost") / f"{sid}.wav"
            (recordings_folder(settings) / path).parent.mkdir(parents=True, exist_ok=True)
            (recordings_folder(settings) / path).write_bytes(audio)
            records.recordings.audio_stored(message_id, str(path), 12.0, NOON)
        return message_id

    return record
