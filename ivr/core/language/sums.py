"""Whether the numbers of an utterance count something, so that their digits are no answer. Pure."""

from __future__ import annotations

from ivr.core.language.digit_words import Sign, SpokenPiece
from ivr.core.language.numbers import number_at
from ivr.core.language.phrases import Phrases
from ivr.core.language.tokens import Uttered


def is_denied(said: Uttered, pieces: tuple[SpokenPiece, ...]) -> bool:
    """`no one`, `no two`: with nothing before it to correct, it may be that there is none."""
    telling = [piece for piece in pieces if piece.sign is not Sign.BETWEEN]
    if [piece.sign for piece in telling] != [Sign.WRONG, Sign.DIGITS]:
        return False
    word = said.words[telling[1].start]
    return not (word.isdecimal() and len(word) > 1)  # `no, 4711`


def is_sum(said: Uttered, pieces: tuple[SpokenPiece, ...], own: Phrases) -> bool:
    """Whether two numbers are to be added, or are one with a fraction: `two and two`, `four point
    five`, `two adults and a child`."""
    ands = frozenset(own.listed("and"))
    points = frozenset((".", *own.listed("digits", "point")))
    one = frozenset(own.listed("digits", "one_of"))
    words = [said.words[piece.start] for piece in pieces]
    at = [index for index, piece in enumerate(pieces) if piece.sign is Sign.DIGITS]
    if len(at) == 2:
        plain = all(_is_number(said, pieces[index], own) for index in at)
        return plain and at[1] == at[0] + 2 and words[at[0] + 1] in points | ands

    def counts(index: int) -> bool:
        """Whether somebody or something is counted there: `two adults`, `a child`."""
        number = pieces[index].sign is Sign.DIGITS or words[index] in one
        return number and pieces[index + 1].sign is Sign.OTHER

    things = [index for index in range(len(pieces) - 1) if counts(index)]
    gaps = [index for index, word in enumerate(words) if word in ands]
    whole = {*at, *things}  # `two and a child` counts twice too
    return len(at) == 1 and any(
        any(index < gap for index in whole) and any(index > gap for index in things) for gap in gaps
    )


def _is_number(said: Uttered, piece: SpokenPiece, own: Phrases) -> bool:
    """Whether the piece is one number, and not `double two`."""
    number = number_at(said.words, piece.start, own)
    return number is not None and number[1] == piece.end
