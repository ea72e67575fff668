"""The e-mails' relay: each due message reaches its person, once, or is given up loudly."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from ivr.adapters.sql import SqlRecords
from ivr.bootstrap import delivery_channels
from ivr.core.delivery.plan import TRIES
from ivr.core.records.message import Recipient, Transcript, Word
from ivr.errors import SettingsError
from ivr.services.deliveries.attempt import LEASE
from ivr.services.deliveries.relay import deliver_once
from ivr.settings import Settings
from tests.recordings_folder import recordings_folder
from tests.services.deliveries.mail_server import Mailbox, RecordMessage, unused_port

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DUE = NOON + timedelta(minutes=10)
HEARD = Transcript(
    "please ring <script>alert(1)</script> back", (Word("please", 0, 1, 1),), "vosk", "small"
)


def deliver(records: SqlRecords, settings: Settings, now: datetime) -> int:
    """Send what is due, with the mail server of these settings."""
    return deliver_once(records, delivery_channels(settings), now)


@pytest.fixture
def server_down(settings: Settings) -> Settings:
    """Settings with a mail server that is not there."""
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{unused_port()}")


def test_words_and_audio_reach_the_clients_person_at_once(
    records: SqlRecords,
    record_message: RecordMessage,
    mail_settings: Settings,
    mailbox: Mailbox,
) -> None:
    audio = bytes(range(256)) * 100
    message_id = record_message(audio=audio)
    records.recordings.transcribed(message_id, HEARD, NOON)
    assert deliver(records, mail_settings, NOON) == 1
    (mail,) = mailbox.mails
    assert mail["To"] == "Ian Frost <ian@rainbowfrost.example>"
    assert mail["Subject"] == "Message for Rainbow Frost from a withheld number"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "please ring <script>alert(1)</script> back" in plain.get_content()
    assert "<script>" not in html.get_content()
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == audio


def test_an_email_goes_once(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    record_message()
    assert deliver(records, mail_settings, DUE) == 1
    assert deliver(records, mail_settings, DUE + timedelta(days=1)) == 0
    assert len(mailbox.mails) == 1
    assert records.outbox.waiting("email").count == 0


def test_an_email_that_is_not_due_waits(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    record_message()
    assert deliver(records, mail_settings, NOON + timedelta(minutes=9)) == 0
    assert mailbox.mails == []


def test_after_ten_minutes_it_goes_without_words(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    record_message()
    deliver(records, mail_settings, DUE)
    plain = mailbox.mails[0].get_body(("plain",))
    assert plain is not None
    assert "not yet transcribed" in plain.get_content()


def test_all_that_are_due_go(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    for n in range(7):
        record_message(f"RE{n}")
    assert deliver(records, mail_settings, DUE) == 7
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 7


def test_without_a_mail_server_emails_wait(
    records: SqlRecords, record_message: RecordMessage, settings: Settings, mail_settings: Settings
) -> None:
    record_message()
    assert deliver(records, replace(settings, smtp_url=None), DUE) == 0
    assert records.outbox.waiting("email").count == 1
    assert deliver(records, mail_settings, DUE + timedelta(days=30)) == 1


def test_a_wrong_address_of_the_mail_server_is_told_before_anything_is_claimed(
    records: SqlRecords, record_message: RecordMessage, settings: Settings, mail_settings: Settings
) -> None:
    record_message()
    with pytest.raises(SettingsError):
        deliver(records, replace(settings, smtp_url="mail.example"), DUE)
    assert deliver(records, mail_settings, DUE) == 1


def test_with_the_server_down_it_is_tried_again_later(
    records: SqlRecords,
    record_message: RecordMessage,
    server_down: Settings,
    mail_settings: Settings,
    mailbox: Mailbox,
) -> None:
    record_message()
    with capture_logs() as logs:
        assert deliver(records, server_down, DUE) == 1
    assert [(line["event"], line["log_level"]) for line in logs] == [("email.failed", "warning")]
    assert (logs[0]["call_sid"], logs[0]["client"]) == ("CA1", "rainbow-frost")
    assert deliver(records, mail_settings, DUE + timedelta(seconds=20)) == 0
    assert deliver(records, mail_settings, DUE + timedelta(seconds=40)) == 1
    assert len(mailbox.mails) == 1


def test_one_message_that_fails_does_not_hold_up_the_others(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    record_message("RE1", recipient=Recipient("Ian", "not an address"))
    record_message("RE2")
    with capture_logs() as logs:
        assert deliver(records, mail_settings, DUE) == 2
    assert [line["event"] for line in logs] == ["email.given_up", "delivery.lost", "email.sent"]
    assert len(mailbox.mails) == 1


def test_after_its_tries_it_is_given_up_loudly(
    records: SqlRecords,
    record_message: RecordMessage,
    server_down: Settings,
    mail_settings: Settings,
) -> None:
    record_message()
    now, dealt_with = DUE, 0
    with capture_logs() as logs:
        while records.outbox.waiting("email").count:
            dealt_with += deliver(records, server_down, now)
            now = max(now, records.outbox.waiting("email").oldest_due or now)
    assert dealt_with == TRIES
    failed = ["email.failed"] * (TRIES - 1)
    assert [line["event"] for line in logs] == [*failed, "email.given_up", "delivery.lost"]
    assert [line["log_level"] for line in logs[-2:]] == ["error", "error"]
    assert timedelta(hours=18) < now - DUE < timedelta(hours=32)
    assert deliver(records, mail_settings, now + timedelta(days=1)) == 0


def test_a_recipient_refused_for_good_is_given_up_at_once_and_loudly(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    mailbox.on_recipient = "550 5.1.1 no such user"
    record_message()
    with capture_logs() as logs:
        deliver(records, mail_settings, DUE)
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("email.given_up", "error"),
        ("delivery.lost", "error"),
    ]
    assert "no such user" in logs[0]["error"]
    assert records.outbox.waiting("email").count == 0
    assert len(records.messages.newest()) == 1


def test_a_recipient_refused_for_now_is_tried_again(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    mailbox.on_recipient = "450 4.2.0 come back"
    record_message()
    deliver(records, mail_settings, DUE)
    mailbox.on_recipient = "250 OK"
    assert deliver(records, mail_settings, DUE + timedelta(minutes=1)) == 1
    assert len(mailbox.mails) == 1


def test_audio_that_is_gone_from_the_disk_does_not_keep_the_email_back(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    record_message(audio=b"RIFF")
    (recordings_folder(mail_settings) / "rainbow-frost" / "RE1.wav").unlink()
    with capture_logs() as logs:
        deliver(records, mail_settings, DUE)
    (mail,) = mailbox.mails
    assert list(mail.iter_attachments()) == []
    assert [line["event"] for line in logs] == ["email.without_audio", "email.sent"]


RELAY_THAT_DIES = """
import os, signal, sys
from dataclasses import replace
from datetime import datetime
from ivr.bootstrap import delivery_channels
from ivr.services.deliveries import relay
from ivr.adapters.sql import open_records
from ivr.adapters.sql.deliveries.delivery_repository import SqlDeliveryRepository
from ivr.settings import load_settings

# Killed where it hurts: the e-mail is out, the row not finished.
SqlDeliveryRepository.sent = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
settings = replace(load_settings({}, dotenv=None), smtp_url=sys.argv[2])
channels, now = delivery_channels(settings), datetime.fromisoformat(sys.argv[3])
relay.deliver_once(open_records(sys.argv[1]), channels, now)
"""


def test_a_relay_killed_after_sending_repeats_the_email_recognisably(
    records: SqlRecords, record_message: RecordMessage, mail_settings: Settings, mailbox: Mailbox
) -> None:
    record_message()
    arguments = [mail_settings.database_url, str(mail_settings.smtp_url), DUE.isoformat()]
    killed = subprocess.run([sys.executable, "-c", RELAY_THAT_DIES, *arguments], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert deliver(records, mail_settings, DUE + LEASE - timedelta(minutes=1)) == 0
    assert deliver(records, mail_settings, DUE + LEASE + timedelta(minutes=1)) == 1
    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
