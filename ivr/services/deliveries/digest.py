"""The e-mail of the day: all that came for somebody since the last one, in one.

Which digest something goes into is settled when it comes; the outbox's row of a digest is promised
once, by client, person and day. So there is one a day, whatever the clocks or the processes do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from ivr.core.delivery.contact_points import ContactPoint
from ivr.core.delivery.letters import EmailContent
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Recipient
from ivr.core.records.message_words import readable_number, when_left, words_of
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.errors import DeliveryRefused
from ivr.metrics import DELIVERIES
from ivr.services.deliveries.attempt import Attempt, attempt_all
from ivr.services.deliveries.channels import DeliveryChannels, Mailer
from ivr.services.deliveries.read_links import ReadLinks
from ivr.services.protocols.records import Records


def digest_key(client: str, reach: ContactPoint, at: datetime) -> str:
    """What tells a person's digest of one day from every other."""
    day = at.astimezone(ZoneInfo(reach.wishes.zone)).date()
    whose = sha256(f"{client} {reach.person}".encode()).hexdigest()[:21]
    return f"{whose}.{day.isoformat()}"


def digest_once(records: Records, channels: DeliveryChannels, now: datetime) -> int:
    """Send the digests that are due; returns how many were dealt with.

    Without a mail server they wait. Raises `RecordsError`.
    """
    mailer, links = channels.mailer, channels.links
    if mailer is None:
        return 0

    def prepare(item: OutboxItem) -> Attempt:
        key = item.key.removeprefix(f"{OutboxKind.DIGEST}-")
        about = {"digest": key, "client": item.payload["client"]}

        def give_up(error: str) -> None:
            records.deliveries.digest_given_up(key, error, now)
            DELIVERIES.labels("digest", "given_up").inc()

        return Attempt(about, lambda: _send(item, key, records, mailer, links, now), give_up)

    return attempt_all(records, OutboxKind.DIGEST, now, prepare)


def _send(
    item: OutboxItem,
    key: str,
    records: Records,
    mailer: Mailer,
    links: ReadLinks,
    now: datetime,
) -> None:
    found = records.deliveries.gathered(key)
    if not found:
        raise DeliveryRefused("Nothing that the digest was to bring is left in the records.")
    note = item.payload
    count = f"{len(found)} messages" if len(found) > 1 else "1 message"
    letter = EmailContent(
        to=Recipient(note["name"], note["email"]),
        subject=f"{count} for {note['client_name']}",
        paragraphs=(f"Hello {note['name']},", *_lines(found, records)),
        id=f"digest.{key}",
        at=datetime.fromisoformat(note["at"]),
        link=links.link(found[0].id, found[0].began_at),
        language=_language(found, records),
    )
    mailer.send(letter)
    records.deliveries.digest_sent(key, now)
    DELIVERIES.labels("digest", "sent").inc()


def _language(found: list[Delivery], records: Records) -> str:
    first = records.messages.find(found[0].message) if found[0].message else None
    return first.language if first else "en-GB"


def _lines(found: list[Delivery], records: Records) -> Iterator[str]:
    for message_id in dict.fromkeys(each.message for each in found):
        message = records.messages.find(message_id) if message_id else None
        if message is None:
            continue
        caller = readable_number(message.caller, message.language)
        yield f"{when_left(message)}, {caller} ({message.kind}): {words_of(message)}"
        for correction in records.messages.corrections(message.id):
            yield f"Corrected by {correction.by}: “{correction.text}”"
