"""The e-mails' relay: due rows of the outbox → the mail server.

After a crash the same e-mail may go again, with the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from ivr.delivery.attempt import Attempt, work_off
from ivr.delivery.email import compose
from ivr.delivery.smtp import MailServer, mail_server, mail_session, send
from ivr.errors import DeliveryRefused
from ivr.records import Records
from ivr.records.messages import Message
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
        return Attempt(about, lambda: _send(message, settings, server))

    return work_off(records, OutboxKind.EMAIL, now, prepare)


def _send(message: Message | None, settings: Settings, server: MailServer) -> None:
    if message is None:
        raise DeliveryRefused("The message is no longer in the records.")
    mail = compose(message, _audio(message, settings), settings.mail_from)
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
