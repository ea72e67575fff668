"""Digits as they are spoken: `oh one six`, `double two`, `treble four`, `eight hundred`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ivr.core.language.phrases import phrases
from ivr.core.transcript.pieces import Words

HESITATIONS = frozenset({"um", "umm", "uh", "uhm", "er", "erm", "ah", "hmm", "mm"})
"""What people say while they think."""

LINKS = HESITATIONS | {
    *("and", "then", "dash", "hyphen", "space", "gap", "pause", "comma", "next", "so"),
    *("ok", "okay", "yeah", "yes", "yep", "right", "that's", "followed", "by"),
}
"""What people say between the groups of one number."""

_LONGEST_RUN = 60
_SHORT_REST = 0.35


@dataclass(frozen=True, slots=True)
class DigitVocabulary:
    """How one language says digits: numbers by their words, and words that repeat a digit."""

    numbers: dict[str, int]
    repeats: dict[str, int]


@cache
def spoken(language: str) -> DigitVocabulary:
    """The digits of a language and of English, which is heard everywhere."""
    numbers: dict[str, int] = {}
    repeats: dict[str, int] = {}
    for words in (phrases("en"), phrases(language)):
        numbers |= words.numbers
        numbers |= words.table("digits", "also")
        repeats |= words.table("digits", "repeat")
    return DigitVocabulary(numbers, repeats)


@dataclass(frozen=True, slots=True)
class DigitGroup:
    """Digits that belong together: those of the words `start` to `end` (exclusive)."""

    start: int
    end: int
    digits: str


def item_at(
    words: Words, start: int, says: DigitVocabulary, rests: tuple[float, ...] | None = None
) -> DigitGroup | None:
    """The digits at `start`: `oh`, `double two`, `twenty five`, `eight hundred`, `4711`.

    `rests` are the pauses in seconds behind each word; `fifty` … `one` with a pause is 50 and 1.
    """
    times = says.repeats.get(words[start], 1)
    at = start + 1 if times > 1 else start
    if at >= len(words):
        return None
    word = words[at]
    digits, end = _value(word, says), at + 1
    if digits is None:
        return None
    if times > 1:
        return DigitGroup(start, end, digits * times) if len(digits) == 1 else None
    joined = rests is None or rests[at] < _SHORT_REST
    following = words[end] if end < len(words) and joined else ""
    unit = says.numbers.get(following, 0)
    if word in says.numbers and says.numbers[word] >= 20 and 0 < unit < 10:
        return DigitGroup(start, end + 1, f"{digits[0]}{unit}")
    if following in ("hundred", "thousand") and len(digits) <= 2:
        return DigitGroup(start, end + 1, digits + ("00" if following == "hundred" else "000"))
    return DigitGroup(start, end, digits)


def _value(word: str, says: DigitVocabulary) -> str | None:
    figures = word.removeprefix("+")
    if figures.isdecimal() and figures.isascii():
        return figures
    if word in says.numbers:
        return str(says.numbers[word])
    tens, dash, unit = word.partition("-")
    if dash and says.numbers.get(tens, 0) >= 20 and 0 < says.numbers.get(unit, 0) < 10:
        return f"{says.numbers[tens] // 10}{says.numbers[unit]}"
    return None


def run_at(
    words: Words,
    start: int,
    says: DigitVocabulary,
    links: frozenset[str] = LINKS,
    rests: tuple[float, ...] | None = None,
    longest: int = _LONGEST_RUN,
) -> list[DigitGroup]:
    """The digits from `start` on, as far as nothing but `links` stands between them."""
    items: list[DigitGroup] = []
    at = start
    while at < len(words) and len(items) < longest:
        item = item_at(words, at, says, rests)
        if item is not None:
            items.append(item)
            at = item.end
        elif items and words[at] in links:
            at += 1
        else:
            break
    return items
