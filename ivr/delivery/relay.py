"""The e-mails' relay: due rows of the outbox → the mail server.

A row is claimed, the e-mail sent outside any transaction, the row finished. Whoever dies in
between leaves a row that is due again when its lease ends; the same e-mail then goes again,
with the same Message-ID.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from random import SystemRandom

import structlog

from ivr.delivery.email import compose
from ivr.delivery.smtp import MailServer, mail_server, mail_session, send
from ivr.errors import DeliveryError, DeliveryRefused
from ivr.records import Records
from ivr.records.messages import Message
from ivr.records.outbox import OutboxItem, OutboxKind
from ivr.settings import Settings

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=1)
PASS_SECONDS = 30
"""How long one call of `deliver_once` goes on claiming, so that its caller can stop."""

log = structlog.get_logger()
_random = SystemRandom()


def deliver_once(records: Records, settings: Settings, now: datetime) -> int:
    """Send the e-mails that are due, for about `PASS_SECONDS`; returns how many were dealt with.

    Without IVR_SMTP_URL they wait. A failure is logged and tried again, after 30 seconds at
    first and an hour at most; after a day, or where the recipient is refused for good, it is
    given up and logged as an error. Raises `RecordsError`, and `SettingsError` where the URL is
    none.
    """
    if settings.smtp_url is None:
        return 0
    server, began = mail_server(settings.smtp_url), time.monotonic()
    dealt_with = 0
    while (passed := time.monotonic() - began) < PASS_SECONDS:
        moment = now + timedelta(seconds=passed)
        claimed = records.claim([OutboxKind.EMAIL], moment, LEASE, limit=1)
        if not claimed:
            break
        _deal_with(claimed[0], records, settings, server, moment)
        dealt_with += 1
    return dealt_with


def _deal_with(
    item: OutboxItem, records: Records, settings: Settings, server: MailServer, now: datetime
) -> None:
    message = records.message(item.subject)
    bound = log.bind(
        message=item.subject,
        call_sid=message and message.call_sid,
        client=message and message.client,
        attempts=item.attempts,
    )
    try:
        _send(message, settings, server)
    except DeliveryError as error:
        if isinstance(error, DeliveryRefused) or now - item.first_claimed_at >= GIVE_UP_AFTER:
            bound.error("email.given_up", error=str(error))
            records.give_up(item.id, str(error), now)
        else:
            at = now + wait_before(item.attempts + 1)
            bound.warning("email.failed", error=str(error), again_at=at.isoformat())
            records.retry(item.id, at, str(error))
    else:
        records.done(item.id, now)
        bound.info("email.sent")


def _send(message: Message | None, settings: Settings, server: MailServer) -> None:
    if message is None:
        raise DeliveryRefused("The message is no longer in the records.")
    mail = compose(message, _audio(message, settings), settings.mail_from)
    with mail_session(server) as client:
        send(client, mail)


def wait_before(attempt: int) -> timedelta:
    """How long to wait before attempt number `attempt` (from 2): doubling, with jitter, so that
    what failed together does not come back together."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 2, 16))
    return wait * _random.uniform(0.75, 1.25)


def _audio(message: Message, settings: Settings) -> bytes | None:
    if message.audio is None:
        return None
    try:
        return (settings.recordings / message.audio).read_bytes()
    except OSError as error:
        log.error("email.without_audio", call_sid=message.call_sid, error=str(error))
        return None
