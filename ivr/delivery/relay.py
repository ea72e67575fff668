"""The e-mails' relay: due rows of the outbox → the mail server.

After a crash the same e-mail may go again, with the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

import structlog

from ivr.delivery.attempt import Attempt, work_off
from ivr.delivery.email import Letter, compose, write
from ivr.delivery.smtp import MailServer, mail_server, mail_session, send
from ivr.errors import DeliveryRefused
from ivr.records import Records
from ivr.records.messages import Message, Recipient
from ivr.records.outbox import OutboxItem, OutboxKind
from ivr.settings import Settings

log = structlog.get_logger()


def deliver_once(records: Records, settings: Settings, now: datetime) -> int:
    """Send the e-mails that are due; returns how many were dealt with.

    Without IVR_SMTP_URL they wait. Raises `RecordsError`, and `SettingsError` where the URL is
    none.
    """
    if settings.smtp_url is None:
        return 0
    server = mail_server(settings.smtp_url)

    def prepare(item: OutboxItem) -> Attempt:
        message = records.message(item.subject)
        about = {
            "message": item.subject,
            "call_sid": message and message.call_sid,
            "client": message and message.client,
        }
        return Attempt(about, lambda: _send(_mail(message, settings), server))

    return work_off(records, OutboxKind.EMAIL, now, prepare)


def notify_once(records: Records, settings: Settings, now: datetime) -> int:
    """Send the e-mails about jobs that are due, each with the message that opened the job.

    As `deliver_once` otherwise.
    """
    if settings.smtp_url is None:
        return 0
    server = mail_server(settings.smtp_url)

    def prepare(item: OutboxItem) -> Attempt:
        about = {"job": item.subject, "client": item.payload["client"]}
        message = records.message(item.payload["message"])
        return Attempt(about, lambda: _send(_notice(item, message, settings), server))

    return work_off(records, OutboxKind.NOTICE, now, prepare)


def _mail(message: Message | None, settings: Settings) -> EmailMessage:
    if message is None:
        raise DeliveryRefused("The message is no longer in the records.")
    return compose(message, _audio(message, settings), settings.mail_from)


def _notice(item: OutboxItem, message: Message | None, settings: Settings) -> EmailMessage:
    note = item.payload
    letter = Letter(
        Recipient(note["name"], note["email"]),
        note["subject"],
        tuple(note["text"].split("\n\n")),
        item.key,
        datetime.fromisoformat(note["at"]),
    )
    audio = _audio(message, settings) if message else None
    return write(letter, settings.mail_from, message, audio)


def _send(mail: EmailMessage, server: MailServer) -> None:
    with mail_session(server) as client:
        send(client, mail)


def _audio(message: Message, settings: Settings) -> bytes | None:
    if message.audio is None:
        return None
    try:
        return (settings.recordings / message.audio).read_bytes()
    except OSError as error:
        log.error("email.without_audio", call_sid=message.call_sid, error=str(error))
        return None
