"""What a caller said of a time of day, as a row of symbols: `half past nine, please` →
`half_past n9 , ~`.

The symbols are the keys of `times` in the files of the languages, `n9` for numbers, `:` and `.`
between figures, `,` for pauses, `not`, `not_first` and `instead` where something is taken back, and
`~` for what changes nothing: courtesies, days. Any other word is `_`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ivr.core.language.clock_readings import PARTS
from ivr.core.language.date_symbols import weekday_names
from ivr.core.language.phrases import Phrases
from ivr.core.language.symbols import OTHER, Lexicon, lexicon, symbols
from ivr.core.language.tokens import stretches

ASIDE, PAUSE = "~", ","
NOT, NOT_FIRST, INSTEAD = "not", "not_first", "instead"

_WEEKDAY = re.compile(r"w\d")


def time_symbols(words: str, phrases: Phrases) -> str:
    """The symbols of `words`, each with a blank behind it."""
    known = _time_lexicon(phrases)
    rows = [symbols(stretch, known, phrases) for stretch in stretches(words)]
    if rows[0] == "n0" and any(rows[1:]):
        rows[0] = ASIDE  # `oh, half past nine`
    row = f" {PAUSE} ".join(filter(None, rows))
    return f"{row} " if row else ""


@cache
def _time_lexicon(phrases: Phrases) -> Lexicon:
    return lexicon(_entries(phrases), phrases)


def _entries(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """The words and their symbols; of a word that comes twice the last symbol counts."""
    dates = dict(phrases.words_by("dates"))
    for symbol, meaning in (("polite", ASIDE), ("at", ASIDE), ("unsure", OTHER)):
        for word in dates[symbol]:
            yield word, meaning
    for symbol in (NOT, NOT_FIRST, INSTEAD):
        for word in dates.get(symbol, ()):
            yield word, symbol
    parts = {word: part for part in PARTS for word in phrases.listed("times", part)}
    for symbol, words in dates.items():
        if _WEEKDAY.fullmatch(symbol):  # bore Llun
            for word in words:
                yield word, parts.get(word.split()[0], ASIDE)
    for name, _ in weekday_names(phrases):
        yield name, parts.get(name.split()[0].lower(), ASIDE)
        for part, symbol in phrases.symbols_of("weekday_parts"):
            yield f"{name}{part}", symbol
    for symbol, words in phrases.words_by("times"):
        for word in words:
            yield word, ASIDE if symbol == "polite" else symbol
    for ending in phrases.listed("ish"):
        for word, number in phrases.numbers.items():
            yield word + ending, f"n{number}"
