"""Card numbers are taken out of what was said, and out of the audio.

A number is masked as a whole: PCI DSS would let the first six and last four digits be shown
(requirement 3.4.1, https://www.pcisecuritystandards.org/document_library/), and nobody needs
them. The security code must not be kept at all (3.3.1), the expiry date goes with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ivr.core.card_numbers import FIRST_DIGITS, LONGEST, MASK, is_card, is_issued
from ivr.core.records.message import Word
from ivr.core.transcript.digits import LINKS, DigitGroup, DigitVocabulary, run_at, spoken
from ivr.core.transcript.pieces import Rewriting, Rule, Words, heard
from ivr.core.transcript.sentences import rests
from ivr.core.transcript.telephone import telephone_rule

MARGIN = 0.25
"""Seconds silenced before and behind, for a recogniser's times are not exact."""

_WORDS_BETWEEN = 12
"""So many other words may stand between two groups of one number: `hang on let me turn it over`."""

_PRONOUNS = 3
"""So many times `one` may be no digit on the way: `hang on one second, the other one`."""

_GROUP = 6
"""Longer figures than this were put together by the recogniser, perhaps with others."""

_SHORTEST_SECRET, _LONGEST_REST = 3, 8
"""Digits of a security code, of an expiry date, of both."""

_ANNOUNCED_WITHIN = 8
_ANNOUNCEMENT = re.compile(
    r"\b(security|c ?v ?[vc2]?|c ?v two|expir\w*|exp|valid|pin|start date|on the back)\b"
)


@dataclass(frozen=True, slots=True)
class MutedSpan:
    """A stretch of audio to silence, in seconds from its start."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Masked:
    """The words without card numbers, as many as before, and what to silence in the audio."""

    words: tuple[Word, ...]
    silences: tuple[MutedSpan, ...]


def mask_cards(words: Sequence[Word], language: str) -> Masked:
    """Take card numbers, and the security code and expiry told with them, out of `words`.

    `language` is a BCP 47 tag. Each digit becomes `•`; words without digits stay. Telephone
    numbers and numbers that are no card number stay too.
    """
    plain = tuple(_figures(heard(word.word).word) for word in words)
    runs = list(_runs(plain, spoken(language), rests(words)))
    numbers = _card_numbers(plain, runs, language)
    if not numbers:
        return Masked(tuple(words), ())
    told = [*numbers, *_told_with(plain, runs, numbers)]
    masks = dict(mask for run in told for mask in _masks(run))
    kept = (
        replace(word, word=_masked(word.word, masks[at])) if at in masks else word
        for at, word in enumerate(words)
    )
    return Masked(tuple(kept), tuple(_silences(words, told)))


def _masked(word: str, mask: str) -> str:
    parts = heard(word)
    return parts.before + mask + parts.after


def _figures(word: str) -> str:
    """`09/26` → `0926`; other words as they are."""
    plain = word.replace("/", "").replace(".", "").replace(" ", "")
    return plain if plain.isdecimal() else word


Run = tuple[DigitGroup, ...]
"""Digits with nothing but links between them."""


def _runs(words: Words, says: DigitVocabulary, pauses: tuple[float, ...]) -> Iterator[Run]:
    at = 0
    while at < len(words):
        run = run_at(words, at, says, rests=pauses, longest=len(words))
        if run:
            yield tuple(run)
        at = run[-1].end if run else at + 1


def _card_numbers(words: Words, runs: Sequence[Run], language: str) -> list[Run]:
    """The items of each card number that was said."""
    phones = telephone_rule(language)
    bare = [run for run in (_without_phone(words, run, phones) for run in runs) if run]
    found: list[Run] = []
    left: list[Run] = []
    for run in bare:
        in_run = _in_one_run(run)
        found += in_run
        if not in_run:
            left.append(run)
    return found + _across_runs(words, left)


def _without_phone(words: Words, run: Run, phones: Rule) -> Run:
    """The run without the telephone number with which it begins; cards do not begin with 0."""
    start = run[0].start
    plus = start > 0 and words[start - 1] == "plus"
    if not plus and not run[0].digits.startswith("0") and not words[start].startswith("+"):
        return run
    phone = phones(words, start - plus)
    return run if phone is None else tuple(item for item in run if item.start >= phone.end)


def _in_one_run(run: Run) -> list[Run]:
    """The card numbers of a run: the run as a whole, or parts that an issuer may have issued."""
    if is_card(_digits(run)):
        return [run]
    found: list[Run] = []
    first = 0
    while first < len(run):
        end = next((end for end in _ends(run, first) if _issued_within(run[first:end])), None)
        if end is not None:
            found.append(_with_rest(run, first, end))
        first = first + 1 if end is None else end
    return found


def _ends(run: Run, first: int) -> range:
    """Where a number that begins at item `first` may end, the farthest first."""
    last, count = first, 0
    while last < len(run) and count < LONGEST:
        count += len(run[last].digits)
        last += 1
    return range(last, first, -1)


def _issued_within(items: Run) -> bool:
    """Whether these items are a card number, or written as figures with something at its ends."""
    digits = _digits(items)
    if is_issued(digits):
        return True
    if max(len(item.digits) for item in items) <= _GROUP:
        return False
    starts = range(len(items[0].digits))
    ends = range(len(digits) - len(items[-1].digits) + 1, len(digits) + 1)
    return any(is_issued(digits[start:end]) for start in starts for end in ends)


def _with_rest(run: Run, first: int, end: int) -> Run:
    """With what little follows at once: the expiry date, the security code."""
    rest = run[end:]
    return run[first:] if len(_digits(rest)) <= _LONGEST_REST else run[first:end]


def _across_runs(words: Words, runs: Sequence[Run]) -> list[Run]:
    """Card numbers with other words between their groups; they begin and end with a run.

    Where several readings are card numbers, the digits of all of them are masked.
    """
    found: list[Run] = []
    first = 0
    while first < len(runs):
        readings = _joined(words, runs, first, (), _PRONOUNS)
        number = sorted({item for reading in readings for item in reading}, key=_place)
        found += [tuple(number)] if number else []
        first += 1
        while number and first < len(runs) and runs[first][0].start < number[-1].end:
            first += 1
    return found


def _joined(
    words: Words, runs: Sequence[Run], at: int, before: Run, pronouns: int
) -> Iterator[Run]:
    """The card numbers that `before` and runs from `at` on are together.

    At most `pronouns` of the runs between are left out as words of another meaning.
    """
    items = (*before, *runs[at])
    if len(_digits(items)) > LONGEST or items[0].digits[0] not in FIRST_DIGITS:
        return
    if before and is_issued(_digits(items)):
        yield items
    following = at + 1
    while following < len(runs) and runs[following][0].start - items[-1].end <= _WORDS_BETWEEN:
        yield from _joined(words, runs, following, items, pronouns)
        if pronouns == 0 or not _may_be_pronoun(words, runs[following]):
            return
        pronouns -= 1
        following += 1


def _may_be_pronoun(words: Words, run: Run) -> bool:
    """`one` and `oh` alone are rather `hang on one second` and `oh dear`."""
    return len(run) == 1 and words[run[0].start] in ("one", "oh", "o")


def _told_with(words: Words, runs: Iterable[Run], numbers: Iterable[Run]) -> Iterator[Run]:
    """Security codes and expiry dates: short digits that are announced as such."""
    taken = {item for number in numbers for item in number}
    for run in runs:
        left = tuple(item for item in run if item not in taken)
        if left and _SHORTEST_SECRET <= len(_digits(left)) <= _LONGEST_REST:
            start, end = left[0].start, left[-1].end
            before = " ".join(words[max(start - _ANNOUNCED_WITHIN, 0) : start])
            behind = " ".join(words[end : end + 3])
            if _ANNOUNCEMENT.search(before) or behind == "on the back":
                yield left


def _place(item: DigitGroup) -> int:
    return item.start


def _digits(items: Iterable[DigitGroup]) -> str:
    return "".join(item.digits for item in items)


def _masks(run: Run) -> Iterator[tuple[int, str]]:
    """Each word of a run, and what stands in its place: one `•` for each digit."""
    for item in run:
        yield item.start, MASK * (len(item.digits) - (item.end - item.start) + 1)
        for at in range(item.start + 1, item.end):
            yield at, MASK


def _silences(words: Sequence[Word], runs: Iterable[Run]) -> Iterator[MutedSpan]:
    """From the first to the last word of each run: what was not recognised between is silenced."""
    stretches = sorted(
        (max(words[run[0].start].start - MARGIN, 0.0), words[run[-1].end - 1].end + MARGIN)
        for run in runs
    )
    start, end = stretches[0]
    for next_start, next_end in stretches[1:]:
        if next_start > end:
            yield MutedSpan(start, end)
            start = next_start
        end = max(end, next_end)
    yield MutedSpan(start, end)


def card_mask(words: Words, start: int) -> Rewriting | None:
    """Masked words as one: `••••`, `••••`, `••••`, `••••` → `•••• •••• •••• ••••`."""
    if not _is_mask(words[start]):
        return None
    end = at = start + 1
    while at < len(words) and (_is_mask(words[at]) or words[at] in LINKS):
        at += 1
        end = at if _is_mask(words[at - 1]) else end
    count = sum(len(word) for word in words[start:end] if _is_mask(word))
    groups = (MASK * min(4, count - done) for done in range(0, count, 4))
    return Rewriting(end, " ".join(groups))


def _is_mask(word: str) -> bool:
    return word != "" and set(word) == {MASK}
