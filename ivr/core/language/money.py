"""Amounts of money in the currency of the client's country: said, written, heard, keyed in.

An amount is a number with at most two decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.numbers import format_currency, get_territory_currencies

from ivr.core.language.phrases import Phrases
from ivr.core.language.symbols import Lexicon, lexicon, symbols
from ivr.core.language.tokens import stretches

_FALLBACK = "GBP"

_AMOUNTS = tuple(
    re.compile(rule)
    for rule in (
        r"(?:sign )?n(?P<whole>\d+) \. n(?P<decimals>\d\d?) (?:units |sign )?",
        r"(?:sign )?n(?P<whole>\d+) (?:units|sign) (?:and )?n(?P<cents>\d\d?) (?:cents )?",
        r"n(?P<cents>\d\d?) cents ",
        r"n(?P<whole>\d+) n(?P<cents>\d\d) (?:units |sign )?",
        r"(?:sign )?n(?P<whole>\d+) (?:units |sign )?",
    )
)

LARGEST = 1_000_000
"""No caller is believed to mean more."""

_SMALLEST_OF_TWO_WORDS = 20
"""From here on the end of an amount may be a word of its own, and be corrected alone."""


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
    """The amount that `words` name: `twelve pounds fifty`, `£12.50`, `fifty pence`.

    A caller may correct themselves (`twelve, no sorry, thirteen`). None where two amounts are
    named, where it is another currency than that of the client's country, and where a word is not
    known: then it may change everything (`more than twelve pounds`).
    """
    rows = (symbols(stretch, _lexicon(phrases), phrases) for stretch in stretches(words))
    said = "".join(f"{row} {_ASIDE} " for row in rows if row)
    amount: _SpokenAmount | None = None
    at, before = 0, _ASIDE
    while at < len(said):
        symbol = said[at : said.index(" ", at)]
        if symbol in (_ASIDE, _INSTEAD, _NOT):
            before = symbol if symbol != _ASIDE else before or _ASIDE
            at += len(symbol) + 1
            continue
        now = _amount_at(said, at)
        if now is None or not before:
            return None  # `five five`
        if amount and (before == _ASIDE or now.is_part_of(amount)) and amount.value != now.value:
            return None
        if before == _NOT:
            amount = None if amount and amount.value == now.value else amount
        else:
            amount = now
        at, before = now.end, ""
    return amount.value if amount and before in ("", _ASIDE) else None


@dataclass(frozen=True, slots=True)
class _SpokenAmount:
    """An amount that was said: None where it is too large."""

    value: float | None
    words: str
    end: int

    def is_part_of(self, before: _SpokenAmount) -> bool:
        """Whether it may stand for the end of what is corrected: `five hundred, sorry, six`."""
        if "cents" in self.words and "cents" not in before.words:
            return True
        if any(name in self.words for name in ("units", "sign", "cents")):
            return "cents" in self.words and "units" not in self.words and "units" in before.words
        shorter = len(str(int(self.value or 0))) < len(str(int(before.value or 0)))
        has_cents = not float(before.value or 0).is_integer()
        return has_cents or (shorter and int(before.value or 0) >= _SMALLEST_OF_TWO_WORDS)


def _amount_at(said: str, at: int) -> _SpokenAmount | None:
    """The amount that begins at `at`."""
    match = next((found for rule in _AMOUNTS if (found := rule.match(said, at))), None)
    if match is None:
        return None
    given = match.groupdict("0")
    decimals = given["decimals"].ljust(2, "0") if "decimals" in given else "0"
    value = _amount(given.get("whole", "0"), given.get("cents", decimals))
    return _SpokenAmount(value, match[0], match.end())


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
    """The words and their symbols; of a word that comes twice the last symbol counts."""
    dates = dict(phrases.words_by("dates"))
    for symbol, meaning in (("polite", _ASIDE), ("instead", _INSTEAD), ("not", _NOT)):
        for word in dates[symbol]:
            yield word, meaning
    for word in phrases.listed("money", "about"):
        yield word, _ASIDE
    for word in phrases.listed("and"):
        yield word, "and"
    for name in ("units", "cents"):
        known = dict(phrases.words_by("money", name))
        own = known.get(_currency(phrases))
        for words in known.values() if own is None else ():
            for word in words:
                yield word, _unit(word, name)
        for word in own or ():
            yield word, _unit(word, name)


def _unit(word: str, name: str) -> str:
    """Only a sign stands before the number: `£12`, while `pound fifty` is £1.50."""
    return name if word.isalpha() else "sign"


_ASIDE, _INSTEAD, _NOT = "~", "instead", "not"
