"""Amounts of money in the currency of the client's country: said, written, heard, keyed in.

An amount is a number with at most two decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from babel.numbers import format_currency, get_territory_currencies

from ivr.language.phrases import Phrases
from ivr.language.symbols import Lexicon, lexicon, symbols

_FALLBACK = "GBP"

_AMOUNTS = (
    re.compile(r"n(?P<whole>\d+) \. n(?P<decimals>\d\d?)\b"),
    re.compile(r"n(?P<whole>\d+) units n(?P<cents>\d\d?)\b"),
    re.compile(r"n(?P<cents>\d\d?) cents"),
    re.compile(r"n(?P<whole>\d+) n(?P<cents>\d\d)\b"),
    re.compile(r"^\D*n(?P<whole>\d+)\D*$"),  # with another number beside it, who knows
)

LARGEST = 1_000_000
"""No caller is believed to mean more."""


def say(amount: float, phrases: Phrases) -> str:
    """`£12.50`, `12,50 €`; whole amounts without decimals: `£12`. Voices read it properly."""
    pattern = phrases.locale.currency_formats["standard"].pattern
    whole = float(amount).is_integer()
    text = format_currency(
        amount,
        _currency(phrases),
        format=pattern.replace(".00", "") if whole else None,
        locale=phrases.locale,
        currency_digits=not whole,
    )
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


def hear(words: str, phrases: Phrases) -> float | None:
    """The amount that `words` name: `twelve pounds fifty`, `£12.50`, `fifty pence`."""
    said = symbols(words, _lexicon(phrases), phrases)
    for pattern in _AMOUNTS:
        if match := pattern.search(said):
            given = match.groupdict("0")
            decimals = given["decimals"].ljust(2, "0") if "decimals" in given else "0"
            return _amount(given.get("whole", "0"), given.get("cents", decimals))
    return None


def hear_keys(keys: str) -> float | None:
    """The amount keyed in: `12`, or `12*50` with the star for the point."""
    match = re.fullmatch(r"(\d{1,9})(?:\*(\d{0,2}))?", keys)
    return _amount(match[1], (match[2] or "").ljust(2, "0")) if match else None


def _amount(whole: str, cents: str) -> float | None:
    amount = round(int(whole) + int(cents) / 100, 2)
    return amount if amount <= LARGEST else None


def _currency(phrases: Phrases) -> str:
    territory = phrases.locale.territory
    current = get_territory_currencies(territory) if territory else []
    return str(current[0]) if current else _FALLBACK


@cache
def _lexicon(phrases: Phrases) -> Lexicon:
    return lexicon(_entries(phrases), phrases)


def _entries(phrases: Phrases) -> Iterator[tuple[str, str]]:
    for word in phrases.listed("money", "units"):
        yield word, "units"
    for word in phrases.listed("money", "cents"):
        yield word, "cents"
    for word in phrases.listed("and"):
        yield word, ""
