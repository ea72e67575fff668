"""Digits as they are said: which words are digits, and the ways to read a row of them. Pure.

`nine hundred one two three` is rather 900123 than 9,123 or 901 and 23, `twenty five` rather 25
than 205. What is meant often only the whole number tells, so a row of words has several
readings, each with its cost: nothing for what people mean by it, more for what they might mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import takewhile

from ivr.core.language.numbers import number_at
from ivr.core.language.phrases import Phrases
from ivr.core.language.tokens import Uttered, tokens

MOST_READINGS = 64
"""More are not followed: a longer row of ambiguous words is no number."""

_LONGEST_DIGITS = 40

SLIGHT, DOUBT = 1, 10
"""What a less usual reading costs, and one that people hardly mean."""

Readings = dict[str, int]
"""Rows of digits, perhaps with a `+`, and their costs."""


class Sign(Enum):
    """What the words of one piece are."""

    DIGITS = "digits"
    PLUS = "plus"
    BETWEEN = "between"
    STARTS = "starts"
    EXTENSION = "extension"
    NOT = "not"
    DOUBT = "doubt"
    UNLIKE = "unlike"
    WRONG = "wrong"
    PERHAPS_WRONG = "perhaps_wrong"
    OTHER = "other"


_PHRASES = (
    *(Sign.BETWEEN, Sign.STARTS, Sign.EXTENSION, Sign.PERHAPS_WRONG, Sign.NOT, Sign.WRONG),
    *(Sign.DOUBT, Sign.UNLIKE, Sign.PLUS),
)


@dataclass(frozen=True, slots=True)
class SpokenPiece:
    """The words `start` to `end` (exclusive), and what they are."""

    sign: Sign
    start: int
    end: int


class DigitWords:
    """The words of one language for digits, and for what is said beside them."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self._repeats = {tokens(word): n for word, n in phrases.table("digits", "repeat").items()}
        self._also = phrases.table("digits", "also")
        self._sighs = phrases.listed("digits", "sighs")
        self._large = (*phrases.listed("hundred"), *phrases.listed("thousand"))
        self._and = phrases.listed("and")
        digits = range(10) if phrases.listed("digits", "many") else ()
        self._many = {
            word: digit for digit in digits for word in phrases.listed("digits", "many", str(digit))
        }
        self._phrases = {
            tokens(words): sign
            for sign in _PHRASES
            for words in phrases.listed("digits", sign.value)
        }
        self._longest = max(map(len, (*self._phrases, *self._repeats)))

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """All that is said for digits and to correct them, for a recogniser to expect."""
        own = self.phrases
        names = ("repeat", "plus", "not", "wrong", "perhaps_wrong")
        beside = (word for name in names for word in own.listed("digits", name))
        large = (*self._large, *own.listed("and"), *own.listed("smaller_first"))
        return tuple(dict.fromkeys((*own.numbers, *self._also, *self._many, *large, *beside)))

    def pieces(self, said: Uttered) -> tuple[SpokenPiece, ...]:
        """The whole utterance in pieces, in order."""
        found: list[SpokenPiece] = []
        at = 0
        while at < len(said.words):
            piece = self._piece(said, at)
            found.append(piece)
            at = piece.end
        return tuple(found)

    def readings(self, said: Uttered, pieces: tuple[SpokenPiece, ...]) -> Readings:
        """The ways to read the digits of `pieces`, in order, the cheapest first."""
        found: Readings = {"": 0}
        for index, piece in enumerate(pieces):
            begins = index == 0 or pieces[index - 1].sign is not Sign.DIGITS
            if piece.sign is Sign.PLUS:
                found = joined(found, {"+": 0})
            elif piece.sign is Sign.DIGITS and self._is_sigh(said, pieces, index):
                found = joined(found, {"": 0, "0": DOUBT})
            elif piece.sign is Sign.DIGITS and begins:
                run = takewhile(lambda each: each.sign is Sign.DIGITS, pieces[index:])
                found = joined(found, self._read(said, piece.start, tuple(run)[-1].end))
        return found

    def _piece(self, said: Uttered, at: int) -> SpokenPiece:
        words = said.words
        phrase = next(
            (
                end
                for end in range(min(at + self._longest, len(words)), at, -1)
                if words[at:end] in self._phrases
            ),
            at,
        )
        digits = max((end for _, end, _ in self._options(said, at)), default=at)
        if digits > phrase:
            return SpokenPiece(Sign.DIGITS, at, digits)
        if phrase > at:
            return SpokenPiece(self._phrases[words[at:phrase]], at, phrase)
        sign = Sign.BETWEEN if not words[at].isalnum() else Sign.OTHER
        return SpokenPiece(sign, at, at + 1)

    def _is_sigh(self, said: Uttered, pieces: tuple[SpokenPiece, ...], index: int) -> bool:
        """Whether it is the `oh` of `oh, it's …`, before any digit."""
        piece = pieces[index]
        before = any(each.sign is Sign.DIGITS for each in pieces[:index])
        follows = pieces[index + 1].sign if index + 1 < len(pieces) else Sign.DIGITS
        word = said.words[piece.start : piece.end]
        if before or len(word) != 1 or follows in (Sign.DIGITS, Sign.PLUS):
            return False
        return word[0] in self._sighs

    def _read(self, said: Uttered, start: int, end: int) -> Readings:
        """The ways to read the words from `start` to `end`, all of them digits."""
        ways: list[Readings] = [{} for _ in range(end - start + 1)]
        ways[0] = {"": 0}
        for at in range(start, end):
            if not ways[at - start]:
                continue
            for digits, to, cost in self._options(said, at):
                if to <= end:
                    onwards = joined(ways[at - start], {digits: cost})
                    ways[to - start] = cheapest(ways[to - start], onwards)
        return ways[-1]

    def _options(self, said: Uttered, at: int) -> Iterator[tuple[str, int, int]]:
        """The digits that begin at a position: what they are, where they end, what that costs."""
        words = said.words
        if repeat := self._repeated(words, at):
            yield repeat
            return
        if several := self._several(words, at):
            yield several
        word = words[at]
        if word in self._also:
            yield str(self._also[word]), at + 1, 0
        elif word in self._many:
            yield str(self._many[word]), at + 1, DOUBT
        elif found := number_at(words, at, self.phrases):
            for end in range(at + 1, found[1] + 1):
                value = number_at(words[:end], at, self.phrases)
                if value is None or value[1] != end:
                    continue
                figures = word if end == at + 1 and word.isdecimal() else str(value[0])
                yield figures, end, self._cost(said, at, end, found[1])
        elif self._phrases.get((word,)) is Sign.BETWEEN:
            yield "", at + 1, 0

    def _repeated(self, words: tuple[str, ...], at: int) -> tuple[str, int, int] | None:
        """`double seven`, `double 07`, `zweimal die sieben`."""
        for length in (2, 1):
            times = self._repeats.get(words[at : at + length])
            after = at + length
            if times is None or after >= len(words):
                continue
            if self._is_article(words, after):
                after += 1
            word = words[after]
            if word.isdecimal():
                return word[0] * (times - 1) + word, after + 1, 0
            digit = self._digit(word)
            if digit is not None:
                return str(digit) * times, after + 1, 0
        return None

    def _is_article(self, words: tuple[str, ...], at: int) -> bool:
        beside = self._phrases.get(words[at : at + 1]) is Sign.BETWEEN
        return beside and at + 1 < len(words) and self._digit(words[at + 1]) is not None

    def _several(self, words: tuple[str, ...], at: int) -> tuple[str, int, int] | None:
        """`three sevens`."""
        times = self._digit(words[at])
        digit = self._many.get(words[at + 1]) if at + 1 < len(words) else None
        if times is None or digit is None or not 2 <= times <= 6:
            return None
        return str(digit) * times, at + 2, 0

    def _digit(self, word: str) -> int | None:
        if word.isdecimal() and len(word) == 1:
            return int(word)
        digit = self._many.get(word, self._also.get(word, self.phrases.numbers.get(word)))
        return digit if digit is not None and digit < 10 else None

    def _cost(self, said: Uttered, start: int, end: int, farthest: int) -> int:
        """What it costs to let a number that may go to `farthest` end at `end`."""
        words = said.words
        torn = words[start] in self._large and start > 0 and self._is_number(words, start - 1)
        if torn or end - 1 in said.glued or any(at in said.rests for at in range(start, end - 1)):
            return DOUBT
        if end == farthest:
            return DOUBT * self._borrows(said, start, end)
        if end - 1 in said.rests:
            return 0
        return 0 if words[end - 1] in self._large and self._is_whole(words, end) else DOUBT

    def _is_whole(self, words: tuple[str, ...], end: int) -> bool:
        """Whether `nine hundred` ends there, as what follows is a number of its own."""
        linked = words[end] in self._and
        following = number_at(words, end + linked, self.phrases)
        if following is None:
            return False
        if following[0] < 10:
            return self._is_number(words, end + linked + 1)
        return not linked

    def _borrows(self, said: Uttered, start: int, end: int) -> bool:
        """Whether the number's last word rather begins what follows: `nine hundred one two`."""
        words = said.words
        if end - start < 2 or end - 2 in said.glued or end - 1 in said.rests or end >= len(words):
            return False
        if words[end] in self._large:
            return True
        before = end - 2 - (words[end - 2] in self._and and end - 2 > start)
        unit = number_at(words, end - 1, self.phrases)
        single = unit is not None and unit[0] < 10
        return words[before] in self._large and single and self._is_number(words, end)

    def _is_number(self, words: tuple[str, ...], at: int) -> bool:
        if at >= len(words):
            return False
        return words[at : at + 1] in self._repeats or number_at(words, at, self.phrases) is not None


class SpokenDigits:
    """An utterance, and the pieces of which it consists."""

    def __init__(self, said: Uttered, words: DigitWords) -> None:
        self._said, self._words = said, words
        self.pieces = words.pieces(said)

    def read(self, pieces: tuple[SpokenPiece, ...]) -> Readings:
        """The ways to read the digits of these pieces, the cheapest first."""
        return self._words.readings(self._said, pieces)


def joined(first: Readings, then: Readings) -> Readings:
    """Every reading of what was said first, followed by every one of what was said then."""
    pairs = (
        (before + after, cost + more)
        for before, cost in first.items()
        for after, more in then.items()
        if len(before) + len(after) <= _LONGEST_DIGITS
    )
    return _fewest(pairs)


def cheapest(*several: Readings) -> Readings:
    """All readings, each at its lowest cost."""
    return _fewest((digits, cost) for each in several for digits, cost in each.items())


def _fewest(pairs: Iterator[tuple[str, int]]) -> Readings:
    found: Readings = {}
    for digits, cost in pairs:
        found[digits] = min(cost, found.get(digits, cost))
    ranked = sorted(found.items(), key=lambda each: (each[1], len(each[0])))
    return dict(ranked[:MOST_READINGS])


@cache
def digit_words(phrases: Phrases) -> DigitWords:
    """The words of a language, made ready once."""
    return DigitWords(phrases)
