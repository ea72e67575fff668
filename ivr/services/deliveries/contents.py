"""What a promise of the outbox brings to whom: a message, its correction, what happens to a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.core.delivery.contact_points import ContactPoint, from_data, usable
from ivr.core.delivery.letters import EmailContent, message_letter, message_mail_id, thread
from ivr.core.delivery.plan import Channel, DeliveryPreferences
from ivr.core.records.delivery import DeliveryItem
from ivr.core.records.message import Correction, Message, Recipient
from ivr.core.records.message_words import readable_number, when_left, words_of
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.services.protocols.records import Records

LONGEST_WORDS = 300
"""Characters of the caller's words in a text; the rest is behind the link."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is brought, in the form of each channel.

    `message` is what an e-mail brings besides the letter. `text` is said in texts, and `posted` is
    what the client's system gets.
    """

    parcel: DeliveryItem
    recipient: Recipient
    letter: EmailContent
    text: str
    message: Message | None
    posted: Mapping[str, object]

    @property
    def reach(self) -> ContactPoint:
        """Where and how the recipient is reached."""
        return self.recipient.reach

    @property
    def wishes(self) -> DeliveryPreferences:
        """How the recipient wants to be reached, by the channels on which they can be."""
        channels = usable(self.reach, self.recipient.email)
        other = self.reach.agency not in (None, self.recipient.email)
        return replace(self.reach.wishes, channels=channels, fallback=other)


def content(item: OutboxItem, records: Records) -> Content | None:
    """What a row of the outbox brings; None where it is no longer in the records."""
    if item.kind is OutboxKind.NOTICE:
        return _notice(item, records.messages.find(item.payload["message"]))
    message = records.messages.find(item.subject)
    if message is None:
        return None
    correction_id = item.payload.get("correction")
    correction = records.messages.correction(correction_id) if correction_id else None
    made = _correction(item, message, correction) if correction else _message(item, message)
    return _to_system(made) if item.kind is OutboxKind.WEBHOOK else made


def for_agency(made: Content) -> Content:
    """The same for the agency, because nothing has reached the recipient."""
    told = f"This has not reached {made.recipient.name}. Please see to it that it does."
    letter = made.letter
    instead = replace(
        letter,
        to=Recipient(made.reach.agency_name, made.reach.agency),
        subject=f"Not delivered: {letter.subject}",
        paragraphs=(told, *letter.paragraphs),
        id=f"{letter.id}.agency",
    )
    return replace(made, letter=instead)


def _message(item: OutboxItem, message: Message) -> Content:
    caller = readable_number(message.caller, message.language)
    text = f"Message for {message.client_name} from {caller}."
    if message.recipient.reach.full_texts:
        text = f"{text} {words_of(message)[:LONGEST_WORDS]}"
    return Content(
        parcel=_parcel(item, message, "message"),
        recipient=message.recipient,
        letter=message_letter(message),
        text=text,
        message=message,
        posted={"event": "message", **_posted(message)},
    )


def _correction(item: OutboxItem, message: Message, correction: Correction) -> Content:
    first = message_letter(message)
    about = f"the message from {readable_number(message.caller, message.language)}"
    letter = EmailContent(
        to=message.recipient,
        subject=f"Correction: {first.subject}",
        paragraphs=(
            f"Hello {message.recipient.name},",
            f"{correction.by} has corrected {about} for {message.client_name} of "
            f"{when_left(message)}:",
            f"“{correction.text}”",
            f"Why: {correction.why}",
        ),
        id=f"correction.{correction.id}",
        at=correction.at,
        after=(*thread(message), message_mail_id(message.id)),
        language=message.language,
    )
    text = f"Correction of {about} for {message.client_name}."
    if message.recipient.reach.full_texts:
        text = f"{text} “{correction.text[:LONGEST_WORDS]}”"
    added = {
        "id": correction.id,
        "at": correction.at.isoformat(),
        "by": correction.by,
        "text": correction.text,
        "why": correction.why,
    }
    return Content(
        parcel=_parcel(item, message, "correction"),
        recipient=message.recipient,
        letter=letter,
        text=text,
        message=None,
        posted={"event": "correction", **_posted(message), "correction": added},
    )


def _notice(item: OutboxItem, message: Message | None) -> Content:
    note = item.payload
    recipient = Recipient(note["name"], note["email"], from_data(note.get("reach")))
    letter = EmailContent(
        to=recipient,
        subject=note["subject"],
        paragraphs=tuple(note["text"].split("\n\n")),
        id=item.key,
        at=datetime.fromisoformat(note["at"]),
        after=thread(message) if message else (),
        language=note.get("language", "en-GB"),
    )
    parcel = DeliveryItem(
        promise=item.key,
        client=note["client"],
        about="notice",
        recipient=recipient.name,
        message=message.id if message else None,
        job=item.subject,
    )
    short = note.get("short", note["subject"])
    posted = {"event": "job", "job": item.subject, "client": note["client"], "text": short}
    return Content(parcel, recipient, letter, short, message, posted)


def _to_system(made: Content) -> Content:
    """The same for the client's own system, which is nobody's in particular."""
    name = f"{made.parcel.client}'s system"
    reach = replace(made.reach, wishes=DeliveryPreferences(channels=(Channel.WEBHOOK,)))
    return replace(
        made,
        parcel=replace(made.parcel, recipient=name),
        recipient=Recipient(name, None, reach),
    )


def _parcel(item: OutboxItem, message: Message, about: str) -> DeliveryItem:
    return DeliveryItem(
        promise=item.key,
        client=message.client,
        about=about,
        recipient=message.recipient.name,
        message=message.id,
    )


def _posted(message: Message) -> dict[str, object]:
    heard = message.transcript
    return {
        "id": message.id,
        "client": message.client,
        "caller": message.caller,
        "kind": message.kind,
        "received_at": message.received_at.isoformat(),
        "seconds": message.seconds,
        "for": message.recipient.name,
        "fields": dict(message.fields),
        "text": heard.text if heard else None,
        "number_given": heard.number_given if heard else None,
    }
