"""Words taken apart, and the pieces that rules make of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Words = Sequence[str]
"""Words as rules read them: small letters, without punctuation (`RecognisedWord.word`)."""

_PARTS = re.compile(r"""([\s"'“‘«(\[¿¡]*)(.*?)([\s"'”’»)\].,;:!?…]*)""", re.DOTALL)
_JOINED_FIGURES = re.compile(r"\+?\(?\d[\d()-]*\d")


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """A recognised word: the punctuation before it, what it is, the punctuation behind it.

    `word` is what rules read.
    """

    before: str
    core: str
    after: str
    word: str

    @property
    def ends_sentence(self) -> bool:
        """Whether the recogniser itself has put an end here."""
        return any(mark in self.after for mark in ".?!…")


def heard(word: str) -> RecognisedWord:
    """A word taken apart: `“Smith,` → `“`, `Smith`, `,`."""
    match = _PARTS.fullmatch(word)
    before, core, after = match.groups() if match else ("", word, "")
    plain = core.lower().replace("’", "'")
    if _JOINED_FIGURES.fullmatch(plain):
        plain = re.sub(r"[()-]", "", plain)
    return RecognisedWord(before, core, after, plain)


def word_set(text: str) -> frozenset[str]:
    """The words of `text`, to look others up in."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a rule makes of the words up to `end` (exclusive).

    `phone` is the number in E.164 where it is a telephone number.
    """

    end: int
    text: str
    phone: str | None = None


Rule = Callable[[Words, int], Rewriting | None]
"""What it makes of the words that begin at a position; None where it has nothing to say."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words `start` to `end` (exclusive), and how they are written together."""

    start: int
    end: int
    text: str
    phone: str | None = None


def find_pieces(
    words: Words, ends: Iterable[int], across: Iterable[Rule], within: Iterable[Rule]
) -> list[Piece]:
    """What the rules make of the words, in order; the first rule has the first choice everywhere.

    `ends` are the words behind which a sentence ends for the rules `within` sentences.
    """
    found: list[Piece] = []
    free = _apply(words, [(0, len(words))], across, found)
    borders = sorted({0, *(end + 1 for end in ends), len(words)})
    split = [
        (max(a, c), min(b, d)) for a, b in free for c, d in pairwise(borders) if a < d and c < b
    ]
    _apply(words, split, within, found)
    return sorted(found, key=lambda piece: piece.start)


def _apply(
    words: Words, free: list[tuple[int, int]], rules: Iterable[Rule], found: list[Piece]
) -> list[tuple[int, int]]:
    """Add to `found` what the rules make of the free stretches. Returns what is still free."""
    for rule in rules:
        left: list[tuple[int, int]] = []
        for start, end in free:
            pieces = _scan(words[start:end], start, rule)
            found += pieces
            edges = [start, *(edge for piece in pieces for edge in (piece.start, piece.end)), end]
            left += [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
        free = left
    return free


def _scan(words: Words, offset: int, rule: Rule) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    while at < len(words):
        found = rule(words, at)
        if found is None:
            at += 1
            continue
        pieces.append(Piece(offset + at, offset + found.end, found.text, found.phone))
        at = found.end
    return pieces
