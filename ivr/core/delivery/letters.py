"""What e-mails say: of a message, or of whatever else they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ivr.core.records.message import Message, Recipient
from ivr.core.records.message_words import (
    message_numbers,
    one_line,
    readable_number,
    title,
    when_left,
)
from ivr.core.ring_numbers import how_to_ring


@dataclass(frozen=True, slots=True)
class EmailContent:
    """What an e-mail says, whatever it is about.

    `id` tells it from every other, so that a repeat can be recognised (RFC 5322, 3.6.4). `after`
    are the ids of those that it follows in its thread, the first one first. `link` is where one
    says that one has read it. The region of `language`, a BCP 47 tag, is that of telephone numbers
    without a country code.
    """

    to: Recipient
    subject: str
    paragraphs: tuple[str, ...]
    id: str
    at: datetime
    after: tuple[str, ...] = ()
    link: str | None = None
    language: str = "en-GB"


def message_letter(message: Message) -> EmailContent:
    """What is written to a message's recipient, but for the words."""
    caller = readable_number(message.caller, message.language)
    subject = f"{_what(message)} for {message.client_name} from {caller}"
    facts = tuple(_facts(message, caller))
    own = message_mail_id(message.id)
    return EmailContent(
        to=message.recipient,
        subject=subject,
        paragraphs=facts,
        id=own,
        at=message.received_at,
        after=thread(message),
        language=message.language,
    )


def message_mail_id(message_id: str) -> str:
    """What tells the e-mail of a message from every other."""
    return f"message.{message_id}"


def thread(message: Message) -> tuple[str, ...]:
    """The id under which mail programs gather all that one caller leaves one client."""
    if not message.caller:
        return ()
    name = f"{message.client} {message.caller}"
    return (f"caller.{sha256(name.encode(errors='replace')).hexdigest()[:32]}",)


def _what(message: Message) -> str:
    """What has come, so that nobody opens an empty message."""
    silent = message.transcript is not None and not message.transcript.words
    return "Message without words" if silent else "Message"


def _facts(message: Message, caller: str) -> list[str]:
    return [
        f"Hello {message.recipient.name},",
        f"{caller[0].upper()}{caller[1:]} left a message for {message.client_name} on "
        f"{when_left(message)} ({message.seconds:.0f} seconds).",
        *(f"{title(name)}: {text}" for name, text in message.fields.items()),
        *([to_ring] if (to_ring := _to_ring(message)) else ()),
    ]


def _to_ring(message: Message) -> str:
    """On which number the caller wants to be rung, where it is not the one that rang."""
    if said := how_to_ring(message_numbers(message)):
        return said
    difference = message.transcript.difference if message.transcript else None
    return one_line(f"The caller {difference}.") if difference else ""
