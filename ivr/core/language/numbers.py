"""Numbers that are said in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ivr.core.language.phrases import Phrases

Found = tuple[int, int]
"""A number, and the position of the word behind it."""


def number_at(words: Sequence[str], start: int, phrases: Phrases) -> Found | None:
    """The number that begins at `words[start]`: `two hundred and five`, `fünf und zwanzig`, `17`.

    `words` are those of `tokens`. None where no number begins there.
    """
    return _NumberReader(words, phrases).number(start)


class _NumberReader:
    """Reads numbers of one language, up to 999,999."""

    def __init__(self, words: Sequence[str], phrases: Phrases) -> None:
        self._words = words
        self._numbers = phrases.numbers
        self._lists = {
            name: phrases.listed(name)
            for name in ("tens", "hundred", "thousand", "and", "smaller_first")
        }

        # In German there is no `zwanzig fünf`.
        self._larger_first = bool(self._lists["tens"] or not self._lists["smaller_first"])

    def number(self, start: int) -> Found | None:
        found = self._hundreds(start)
        if found is None or not self._is("thousand", found[1]):
            return found
        return self._with_rest(found[0] * 1000, found[1] + 1, self._hundreds, 1000)

    def _hundreds(self, start: int) -> Found | None:
        found = (1, start) if self._is("hundred", start) else self._below_hundred(start)
        if found is None or not self._is("hundred", found[1]) or not 1 <= found[0] <= 99:
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
        if tens and 0 < unit < 10 and self._larger_first and not self._is("tens", end + 1):
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
