"""E-mails: that tell a client's person of a message, or anybody of a job."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ivr.adapters.mail.headers import MAIL, ascii_domain, message_id
from ivr.adapters.mail.linked_html import linked_html
from ivr.core.language import telephone
from ivr.core.records.message import Message, MessageState, Recipient
from ivr.core.ring_numbers import RingNumber, how_to_ring, ring_numbers
from ivr.errors import DeliveryError, DeliveryRefused

ASKS = "Please tell us that you have read this"

LARGEST_ATTACHMENT = 10 * 1024 * 1024
"""Bytes; many mail servers refuse more than 25 MB, and encoding adds a third."""


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


def write(
    letter: EmailContent, sender: str, message: Message | None = None, audio: bytes | None = None
) -> EmailMessage:
    """The e-mail of a letter, from `sender`; with the words and the recording of `message`.

    Raises `DeliveryRefused` where the recipient has no usable address, and `DeliveryError` where
    the sender has none.
    """
    origin = _address(*parseaddr(sender))
    if origin is None:
        raise DeliveryError(f"IVR_MAIL_FROM is not a mail address: {sender!r}; correct it.")
    recipient = _address(letter.to.name, letter.to.email or "")
    if recipient is None:
        raise DeliveryRefused(
            f"{letter.to.name} has no usable e-mail address: "
            f"{letter.to.email!r}; correct it in the client's file."
        )
    attached = audio if audio and len(audio) <= LARGEST_ATTACHMENT else None
    paragraphs = list(letter.paragraphs)
    if message is not None:
        paragraphs += [words_of(message), _about_audio(message, attached, letter.link)]
    asks = f"{ASKS}: {letter.link}" if letter.link else None

    mail = EmailMessage(policy=MAIL)
    mail["Subject"] = _one_line(letter.subject)
    mail["From"] = origin
    mail["To"] = recipient
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = message_id(letter.id, origin.domain)
    if letter.after:  # RFC 5322, 3.6.4
        ids = [message_id(each, origin.domain) for each in letter.after]
        mail["In-Reply-To"], mail["References"] = ids[-1], " ".join(ids)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
    mail.set_content("\n\n".join([*paragraphs, *([asks] if asks else [])]) + "\n")
    mail.add_alternative(_html(paragraphs, letter), subtype="html")
    if message is not None and attached:
        suffix = PurePosixPath(message.audio or "").suffix or ".wav"
        name = f"message-{message.received_at:%Y-%m-%d-%H%M}{suffix}"
        subtype = "mpeg" if suffix == ".mp3" else "wav"
        mail.add_attachment(attached, maintype="audio", subtype=subtype, filename=name)
    return mail


def _what(message: Message) -> str:
    """What has come, so that nobody opens an empty message."""
    silent = message.transcript is not None and not message.transcript.words
    return "Message without words" if silent else "Message"


def readable_number(caller: str | None, language: str) -> str:
    """The caller's number as people in the client's country write it.

    `language` is a BCP 47 tag; its region says which numbers need no country code.
    """
    written = _one_line(caller or "")
    if not written:
        return "a withheld number"
    return telephone.written(written, telephone.country_of(language))


def _address(name: str, address: str) -> Address | None:
    """The address for a header, or None where it is none."""
    try:
        found = Address(_one_line(name), addr_spec=address)
        found = Address(found.display_name, found.username, ascii_domain(found.domain))
    except (ValueError, IndexError, MessageError):  # all that bad text makes it raise
        return None
    return found if found.username and found.domain else None


def _one_line(text: str) -> str:
    """Text fit for a header: no line breaks, no control characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", text).strip()


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
    return _one_line(f"The caller {difference}.") if difference else ""


def message_numbers(message: Message) -> tuple[RingNumber, ...]:
    """On which numbers whoever left a message can be rung."""
    given = message.transcript.number_given if message.transcript else None
    return ring_numbers(message.caller, message.fields, given, message.language)


def title(field: str) -> str:
    """The name of a field as people read it."""
    return field.replace("_", " ").capitalize()


def when_left(message: Message) -> str:
    """When a message came, on its client's clock."""
    try:
        local = message.received_at.astimezone(ZoneInfo(message.timezone))
    except (ZoneInfoNotFoundError, ValueError):  # better a foreign clock than no e-mail
        local = message.received_at
    return f"{local:%A} {local.day} {local:%B %Y at %H:%M %Z}"


def words_of(message: Message) -> str:
    """The caller's words, or why there are none."""
    if message.transcript is not None:
        text = message.transcript.text
        return f"“{text}”" if text else "Nobody spoke, or no words could be made out."
    if message.state is MessageState.SET_ASIDE:
        return f"The message could not be transcribed: {message.reason}"
    return "The message is not yet transcribed."


def _about_audio(message: Message, attached: bytes | None, link: str | None) -> str:
    if message.audio is None:
        return "The recording could not be attached: it has not reached us."
    if attached is None and link:
        return "The recording is too large to be attached: you can hear it at the address below."
    if attached is None:
        return "The recording is kept, but could not be attached."
    if message.transcript is not None:
        return "The recording is attached. A machine wrote the words: if in doubt, listen."
    return "The recording is attached."


def _html(paragraphs: list[str], letter: EmailContent) -> str:
    region = telephone.country_of(letter.language)
    lines = [f"<p>{linked_html(text, region)}</p>" for text in paragraphs]
    if letter.link:
        lines.append(f'<p><a href="{html.escape(letter.link)}">{ASKS}</a></p>')
    body = "\n".join(lines)
    subject = html.escape(_one_line(letter.subject))
    head = f'<head><meta charset="utf-8"><title>{subject}</title></head>'
    return f'<!doctype html>\n<html lang="en">{head}\n<body>\n{body}\n</body></html>\n'
