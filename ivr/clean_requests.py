"""The present request's form and query, cleaned once, where they come in. Card numbers go no
further than here, whatever they were written into.

Webhooks call `clean_webhook` once the signature of what was really sent has been checked, the
console `clean_request` before anything reads its forms.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from ivr.core.card_numbers import without_card_numbers
from ivr.core.clean_text import clean

LONG_FIELDS = ("Body", "SpeechResult", "TranscriptionText")
"""What people say or write; every other field of a webhook is an id, a number or an address."""

GIVEN_BY_CALLERS = (*LONG_FIELDS, "Digits", "StableSpeechResult", "UnstableSpeechResult")
"""Where a card number may stand in a webhook. An address may look like one: `:45103/2010-04-01`."""

LONGEST_FIELD = 1024
LONGEST_NUMBER = 255
PASSWORDS = ("password", "old", "new", "again")
"""Kept as hashes only, and to be taken as they are."""

NUMBERS = ("From", "To", "Caller", "Called", "CallerName", "ForwardedFrom", "SipResponseCode")
"""Numbers, SIP addresses and names; the longest address that counts has 255 characters."""


def clean_webhook() -> None:
    """Clean and bound the fields that the carrier has sent."""
    _replace(_most, lambda name: name in GIVEN_BY_CALLERS)


def clean_request() -> None:
    """Clean what a person has sent."""
    _replace(lambda name: None, lambda name: name not in PASSWORDS)


def _most(name: str) -> int | None:
    if name in LONG_FIELDS:
        return None
    return LONGEST_NUMBER if name in NUMBERS else LONGEST_FIELD


def _replace(most: Callable[[str], int | None], may_hold_cards: Callable[[str], bool]) -> None:
    for part in ("form", "args"):
        sent = fields = list(getattr(request, part).items(multi=True))
        if not _is_plain(sent):
            fields = [(clean(name), clean(value, most(name))) for name, value in sent]
        fields = [
            (name, without_card_numbers(value) if may_hold_cards(name) else value)
            for name, value in fields
        ]
        if fields != sent:
            setattr(request, part, ImmutableMultiDict(fields))


def _is_plain(fields: list[tuple[str, str]]) -> bool:
    """Whether there is nothing to clean, as in nearly every webhook: a caller waits for it."""
    whole = "".join(map("".join, fields))
    short = all(len(value) <= LONGEST_NUMBER for _, value in fields)
    return short and whole.isascii() and whole.isprintable()
