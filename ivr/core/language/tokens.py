"""Words as they are compared: small letters, without punctuation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from ivr.core.language.phrases import Phrases

_TOO_MANY = re.compile(r"[0-9]{41,}")
"""Figures in a row that nobody means as a number, and Python may refuse to read
(https://docs.python.org/3/library/stdtypes.html#int-max-str-digits)."""

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+(?:'[^\W\d_]+)*|(?<=\d)[:./-](?=\d)|[£€$]")

_REST = re.compile(r"[,.;:!?…–—]+(?=\s|$)")


def tokens(text: str) -> tuple[str, ...]:
    """`At 5:30 p.m.` → `at`, `5`, `:`, `30`, `p`, `m`; a row of very many figures is a word."""
    plain = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    return tuple(_TOKEN.findall(_TOO_MANY.sub(" figures ", plain)))


def stretches(text: str) -> list[str]:
    """`text` between its pauses: commas, full stops and the like."""
    return _REST.split(text)


def number_words(text: str, phrases: Phrases) -> tuple[str, ...]:
    """The tokens of `text`, fit for reading numbers.

    Numbers that are one word (`fünfundzwanzig`) are taken apart, groups of thousands put
    together (`1,200` → `1200`), and the decimal sign is a full stop.
    """
    plain = _plain_figures(text, phrases)
    return tuple(part for token in tokens(plain) for part in _parts(token, phrases))


@dataclass(frozen=True, slots=True)
class Uttered:
    """The words of `number_words`, and how they were said: `glued` has the positions of those that
    were one word with the next, `rests` of those behind which there was a pause."""

    words: tuple[str, ...]
    glued: frozenset[int]
    rests: frozenset[int]


def uttered(text: str, phrases: Phrases) -> Uttered:
    """`text` as words fit for reading numbers; commas and full stops are pauses."""
    words: list[str] = []
    glued: set[int] = set()
    rests: set[int] = set()
    for stretch in stretches(_plain_figures(text, phrases).replace("+", " plus ")):
        for token in tokens(stretch):
            parts = _parts(token, phrases)
            glued.update(range(len(words), len(words) + len(parts) - 1))
            words += parts
        rests.add(len(words) - 1)
    return Uttered(tuple(words), frozenset(glued), frozenset(rests))


def _plain_figures(text: str, phrases: Phrases) -> str:
    """Without the signs between thousands, and with a full stop before decimals."""
    group, decimal = get_group_symbol(phrases.locale), get_decimal_symbol(phrases.locale)
    text = re.sub(rf"(?<=\d){re.escape(group)}(?=\d{{3}}(?!\d))", "", text)
    return re.sub(rf"(?<=\d){re.escape(decimal)}(?=\d)", ".", text)


def _parts(token: str, phrases: Phrases) -> tuple[str, ...]:
    words, any_word = _number_vocabulary(phrases)
    parts = tuple(any_word.findall(token))
    return parts if token not in words and "".join(parts) == token else (token,)


@cache
def _number_vocabulary(phrases: Phrases) -> tuple[frozenset[str], re.Pattern[str]]:
    names = ("hundred", "thousand", "and", "smaller_first")
    words = {*phrases.numbers, *(word for name in names for word in phrases.listed(name))}
    words |= set(phrases.listed("digits", "repeat"))  # doppelnull
    words = {word for word in words if len(word) > 1}
    longest_first = sorted(words, key=len, reverse=True)
    return frozenset(words), re.compile("|".join(map(re.escape, longest_first)))
