"""What a caller said as a row of symbols, in which patterns are easily found.

`half past five in the afternoon` → `half_past n5 pm`. Numbers become `n5`, what the lexicon
knows becomes its symbol, fillers vanish, and any other word becomes `_`, so that words which do
not belong together do not meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ivr.language.numbers import number_at
from ivr.language.phrases import Phrases
from ivr.language.tokens import number_words, tokens

Lexicon = Mapping[tuple[str, ...], str]
"""Symbols by the tokens that stand for them; the empty symbol is a filler."""

OTHER = "_"


@dataclass(frozen=True, slots=True)
class Row:
    """Symbols with blanks between them, and for each where it begins and its words.

    A piece is (its place in `text`, its first word, its last word), words counted from 0.
    """

    text: str
    pieces: tuple[tuple[int, int, int], ...]

    def words(self, match: re.Match[str]) -> tuple[int, int]:
        """The first and the last of the words that `match`, a match in `text`, stands for."""
        found = [piece for piece in self.pieces if match.start() <= piece[0] < match.end()]
        return found[0][1], found[-1][2]


def lexicon(entries: Iterable[tuple[str, str]], phrases: Phrases) -> Lexicon:
    """From pairs of words and symbols; the language's fillers are added."""
    fillers = {tokens(word): "" for word in phrases.listed("fillers")}
    return fillers | {tokens(words): symbol for words, symbol in entries}


def symbols(text: str, known: Lexicon, phrases: Phrases) -> str:
    """The symbols of `text`, with blanks between them."""
    return row(text.split(), known, phrases).text


def row(words: Sequence[str], known: Lexicon, phrases: Phrases) -> Row:
    """The symbols of `words`, of which each may hold several tokens (`5:30`) or none."""
    owned = [
        (token, index) for index, word in enumerate(words) for token in number_words(word, phrases)
    ]
    heard = tuple(token for token, _ in owned)
    longest = max(map(len, known), default=1)
    text, pieces, position = "", [], 0
    while position < len(heard):
        symbol, end = _symbol_at(heard, position, known, longest, phrases)
        if symbol:
            text += " " if text else ""
            pieces.append((len(text), owned[position][1], owned[end - 1][1]))
            text += symbol
        position = end
    return Row(text, tuple(pieces))


def _symbol_at(
    words: tuple[str, ...], start: int, known: Lexicon, longest: int, phrases: Phrases
) -> tuple[str, int]:
    for end in range(min(start + longest, len(words)), start, -1):
        symbol = known.get(words[start:end])
        if symbol is not None:
            return symbol, end
    word = words[start]
    if word.isdecimal():
        return f"n{word}", start + 1
    number = number_at(words, start, phrases)
    if number:
        return f"n{number[0]}", number[1]
    return (word if not word.isalpha() else OTHER), start + 1
