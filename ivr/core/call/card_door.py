"""No card number comes into a call: what happens to it is looked through before anything else
sees it. Pure."""

from __future__ import annotations

import json
from dataclasses import replace

from ivr.core.call.events import CardNumber, Event, Pressed, Replied, Spoke
from ivr.core.card_numbers import MASK, without_card_numbers, without_card_numbers_in
from ivr.core.records.message import Word
from ivr.core.transcript.cards import mask_cards


def without_cards(event: Event, language: str) -> Event:
    """What has happened, in a call in `language` (BCP 47), without card numbers.

    Keys and words with one become a `CardNumber`; in what another system replied it is dots.
    """
    match event:
        case Pressed(given):
            masked = without_card_numbers(given)
        case Spoke(given):
            masked = spoken_without_cards(given, language)
        case Replied(_, body):
            return replace(event, body=reply_without_cards(body))
        case _:
            return event
    return CardNumber(masked) if MASK in masked else event


def spoken_without_cards(words: str, language: str) -> str:
    """What a caller said, each digit of a card number a dot.

    Such words have no times: those that follow each other closely are one run.
    """
    said = without_card_numbers(words).split()
    heard = [Word(word, at / 4, at / 4 + 0.25, 1.0) for at, word in enumerate(said)]
    return " ".join(word.word for word in mask_cards(heard, language).words)


def reply_without_cards(body: str) -> str:
    """The text of a reply; where it is JSON it stays JSON."""
    masked = without_card_numbers(body)
    if masked == body:
        return body
    try:
        return json.dumps(without_card_numbers_in(json.loads(body)))
    except (ValueError, RecursionError):
        return masked
