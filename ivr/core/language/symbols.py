"""What a caller said as a row of symbols, in which patterns are easily found.

`half past five in the afternoon` → `half_past n5 pm`. Numbers become `n5`, what the lexicon
knows becomes its symbol, fillers vanish, and any other word becomes `_`, so that words which do
not belong together do not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr.core.language.numbers import number_at
from ivr.core.language.phrases import Phrases
from ivr.core.language.tokens import number_words, tokens

Lexicon = Mapping[tuple[str, ...], str]
"""Symbols by the tokens that stand for them; the empty symbol is a filler."""

OTHER = "_"


def lexicon(entries: Iterable[tuple[str, str]], phrases: Phrases) -> Lexicon:
    """From pairs of words and symbols; the language's fillers are added."""
    fillers = {tokens(word): "" for word in phrases.listed("fillers")}
    return fillers | {tokens(words): symbol for words, symbol in entries}


def symbols(text: str, known: Lexicon, phrases: Phrases) -> str:
    """The symbols of `text`, with blanks between them."""
    words = number_words(text, phrases)
    longest = max(map(len, known))
    found: list[str] = []
    position = 0
    while position < len(words):
        symbol, position = _symbol_at(words, position, known, longest, phrases)
        found.append(symbol)
    return " ".join(filter(None, found))


def _symbol_at(
    words: tuple[str, ...], start: int, known: Lexicon, longest: int, phrases: Phrases
) -> tuple[str, int]:
    word = words[start]
    number = number_at(words, start, phrases)
    for end in range(min(start + longest, len(words)), start, -1):
        symbol = known.get(words[start:end])
        if symbol is None:
            continue
        if not symbol and number and number[1] > end:
            break  # `ein und zwanzig` is more than an article
        return symbol, end
    if word.isdecimal():
        return f"n{word}", start + 1
    if number:
        return f"n{number[0]}", number[1]
    return (word if not word.isalpha() else OTHER), start + 1
