"""The present request's form and query, cleaned once, where they come in. Card numbers go no
further than here, whatever they were written into.

Webhooks call `clean_webhook` once the signature of what was really sent has been checked, the
console `clean_request` before anything reads its forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from ivr.core.card_numbers import SHORTEST as CARD
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
        sent = getattr(request, part)
        if _is_plain(sent, may_hold_cards):
            continue
        fields = []
        for name, value in sent.items(multi=True):
            cleaned = clean(value, most(name))
            cleaned = without_card_numbers(cleaned) if may_hold_cards(name) else cleaned
            fields.append((clean(name), cleaned))
        setattr(request, part, ImmutableMultiDict(fields))


def _is_plain(sent: MultiDict[str, str], may_hold_cards: Callable[[str], bool]) -> bool:
    """Whether there is nothing to clean, as in nearly every webhook: a caller waits for it."""
    values = [value for several in sent.listvalues() for value in several]
    whole = "".join((*sent, *values))
    if not (whole.isascii() and whole.isprintable() and _longest(values) <= LONGEST_NUMBER):
        return False
    return _longest(v for name in sent if may_hold_cards(name) for v in sent.getlist(name)) < CARD


def _longest(values: Iterable[str]) -> int:
    return max(map(len, values), default=0)
