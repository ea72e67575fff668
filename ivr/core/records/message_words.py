"""Messages in words: whose, when, what was said, and on which number they are to be rung."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ivr.core.language import telephone
from ivr.core.records.message import Message, MessageState
from ivr.core.ring_numbers import RingNumber, ring_numbers


def readable_number(caller: str | None, language: str) -> str:
    """The caller's number as people in the client's country write it.

    `language` is a BCP 47 tag; its region says which numbers need no country code.
    """
    written = one_line(caller or "")
    if not written:
        return "a withheld number"
    return telephone.written(written, telephone.country_of(language))


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


def message_numbers(message: Message) -> tuple[RingNumber, ...]:
    """On which numbers whoever left a message can be rung."""
    given = message.transcript.number_given if message.transcript else None
    return ring_numbers(message.caller, message.fields, given, message.language)


def one_line(text: str) -> str:
    """Text fit for a header: no line breaks, no control characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", text).strip()
