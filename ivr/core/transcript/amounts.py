"""Money and plain numbers as they are said in English."""

from __future__ import annotations

from ivr.core.language.numbers import number_at
from ivr.core.language.phrases import phrases
from ivr.core.transcript.pieces import Rewriting, Words

_UNITS = {"pound": "£", "pounds": "£", "quid": "£", "euro": "€", "euros": "€"}
_UNITS |= {"dollar": "$", "dollars": "$"}
_CENTS = {"pence": "{}p", "penny": "{}p", "p": "{}p", "cents": "{} cents", "cent": "{} cents"}
_IN_WORDS = 10
"""Numbers below this stay words, as British style guides have it."""

_LONGEST = 12
"""Words of the longest number."""


def money(words: Words, start: int) -> Rewriting | None:
    """`twelve pounds fifty` → `£12.50`, `a hundred quid` → `£100`, `fifty pence` → `50p`."""
    number = _number(words, start)
    if number is None:
        return None
    whole, end = number
    after = _word(words, end)
    if after in _CENTS:
        return Rewriting(end + 1, _CENTS[after].format(whole))
    if after not in _UNITS:
        return None
    cents = _cents(words, end + 1)
    text = f"{_UNITS[after]}{whole:,}"
    return Rewriting(cents[1], f"{text}.{cents[0]:02}") if cents else Rewriting(end + 1, text)


def _cents(words: Words, at: int) -> tuple[int, int] | None:
    """`fifty`, `and fifty pence`."""
    joined = _word(words, at) == "and"
    number = _number(words, at + joined)
    if number is None or not 1 <= number[0] <= 99:
        return None
    named = _word(words, number[1]) in ("pence", "p", "cents")
    if named:
        return number[0], number[1] + 1
    alone = not joined and number[0] >= _IN_WORDS and _word(words, number[1]) not in _UNITS
    return number if alone else None


def plain_number(words: Words, start: int) -> Rewriting | None:
    """`twenty five` → `25`, `two thousand five hundred` → `2,500`, `two point five` → `2.5`."""
    number = _number(words, start)
    if number is None:
        return None
    value, end = number
    figures = "".join(_decimals(words, end + 1)) if _word(words, end) == "point" else ""
    text = f"{value:,}"
    if figures:
        text, end = f"{text}.{figures}", end + 1 + len(figures)
    if _word(words, end) == "percent":
        return Rewriting(end + 1, f"{text}%")
    if _word(words, end) == "per" and _word(words, end + 1) == "cent":
        return Rewriting(end + 2, f"{text}%")
    if words[start].isdecimal():
        return None  # written by the recogniser itself
    return Rewriting(end, text) if value >= _IN_WORDS or figures else None


def _decimals(words: Words, at: int) -> list[str]:
    numbers = phrases("en").numbers
    figures: list[str] = []
    while at < len(words) and numbers.get(words[at], _IN_WORDS) < _IN_WORDS:
        figures.append(str(numbers[words[at]]))
        at += 1
    return figures


def _number(words: Words, at: int) -> tuple[int, int] | None:
    if _word(words, at) == "a" and _word(words, at + 1) in ("hundred", "thousand"):
        found = number_at(("one", *words[at + 1 : at + _LONGEST]), 0, phrases("en"))
        return (found[0], at + found[1]) if found else None
    if at >= len(words) or words[at] in ("oh", "o", "nil"):
        return None
    return number_at(words, at, phrases("en"))


def _word(words: Words, at: int) -> str:
    return words[at] if at < len(words) else ""
