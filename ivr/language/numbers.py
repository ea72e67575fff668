"""Numbers that are said in words, and runs of digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ivr.language.phrases import Phrases
from ivr.language.tokens import number_words

Found = tuple[int, int]
"""A number, and the position of the word behind it."""


def number_at(words: Sequence[str], start: int, phrases: Phrases) -> Found | None:
    """The number that begins at `words[start]`: `two hundred and five`, `fünf und zwanzig`, `17`.

    `words` are those of `tokens`. None where no number begins there.
    """
    return _Reader(words, phrases).number(start)


def digits_in(text: str, phrases: Phrases) -> str:
    """`oh one six, 3 double two` → `016322`: the digits in what was said, in order.

    Whole numbers count too: `twenty five` is `25`.
    """
    words = number_words(text, phrases)
    repeats = {word: times for times, word in enumerate(phrases.listed("repeat"), start=2)}
    found, times, position = "", 1, 0
    while position < len(words):
        word = words[position]
        digits, end = _digits_at(words, position, phrases)
        found += digits[:1] * (times - 1) + digits
        times = repeats.get(word, 1)
        position = end
    return found


def _digits_at(words: Sequence[str], start: int, phrases: Phrases) -> tuple[str, int]:
    if words[start].isdecimal():
        return words[start], start + 1  # with its leading noughts
    number = number_at(words, start, phrases)
    return (str(number[0]), number[1]) if number else ("", start + 1)


class _Reader:
    """Reads numbers of one language, up to 999,999."""

    def __init__(self, words: Sequence[str], phrases: Phrases) -> None:
        self._words = words
        self._numbers = phrases.numbers
        self._lists = {
            name: phrases.listed(name)
            for name in ("tens", "hundred", "thousand", "and", "smaller_first")
        }

    def number(self, start: int) -> Found | None:
        found = self._hundreds(start)
        if found is None or not self._is("thousand", found[1]):
            return found
        return self._with_rest(found[0] * 1000, found[1] + 1, self._hundreds, 1000)

    def _hundreds(self, start: int) -> Found | None:
        found = (1, start) if self._is("hundred", start) else self._below_hundred(start)
        if found is None or not self._is("hundred", found[1]) or not 1 <= found[0] <= 20:
            return found
        return self._with_rest(found[0] * 100, found[1] + 1, self._below_hundred, 100)

    def _with_rest(
        self, value: int, end: int, read: Callable[[int], Found | None], below: int
    ) -> Found:
        """`value`, and what follows it: `(and) five`."""
        rest = read(end + 1) if self._is("and", end) else read(end)
        return (value + rest[0], rest[1]) if rest and rest[0] < below else (value, end)

    def _below_hundred(self, start: int) -> Found | None:
        word = self._word(start)
        if word.isdecimal():
            return int(word), start + 1
        if word not in self._numbers:
            return None
        value, end = self._numbers[word], start + 1
        if 0 < value < 10 and self._is("tens", end):  # Welsh: dau ddeg
            value, end = value * 10, end + 1
        tens = value >= (10 if self._lists["tens"] else 20) and value % 10 == 0
        unit = self._numbers.get(self._word(end), 0)
        if tens and 0 < unit < 10:
            return value + unit, end + 1
        return self._smaller_first(value, end)

    def _smaller_first(self, value: int, end: int) -> Found:
        """German `fünf und zwanzig`, Welsh `un ar ddeg ar hugain`."""
        while 0 < value < 20 and self._is("smaller_first", end):
            larger = self._numbers.get(self._word(end + 1), 0)
            if larger < 10 or larger % 5 or larger <= value:
                break
            value, end = value + larger, end + 2
        return value, end

    def _word(self, position: int) -> str:
        return self._words[position] if position < len(self._words) else ""

    def _is(self, kind: str, position: int) -> bool:
        return self._word(position) in self._lists[kind]
