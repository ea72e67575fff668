"""A letter → the e-mail that is handed to a mail server."""

from __future__ import annotations

import html
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import PurePosixPath

from ivr.adapters.mail.headers import MAIL, ascii_domain, message_id
from ivr.adapters.mail.linked_html import linked_html
from ivr.core.delivery.letters import EmailContent
from ivr.core.language import telephone
from ivr.core.records.message import Message
from ivr.core.records.message_words import one_line, words_of
from ivr.errors import DeliveryError, DeliveryRefused

ASKS = "Please tell us that you have read this"

LARGEST_ATTACHMENT = 10 * 1024 * 1024
"""Bytes; many mail servers refuse more than 25 MB, and encoding adds a third."""


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
    mail["Subject"] = one_line(letter.subject)
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


def _address(name: str, address: str) -> Address | None:
    """The address for a header, or None where it is none."""
    try:
        found = Address(one_line(name), addr_spec=address)
        found = Address(found.display_name, found.username, ascii_domain(found.domain))
    except (ValueError, IndexError, MessageError):  # all that bad text makes it raise
        return None
    return found if found.username and found.domain else None


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
    subject = html.escape(one_line(letter.subject))
    head = f'<head><meta charset="utf-8"><title>{subject}</title></head>'
    return f'<!doctype html>\n<html lang="en">{head}\n<body>\n{body}\n</body></html>\n'
