"""Names of the client's people and its vocabulary, preferred to what sounds much like them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from ivr.core.transcript.pieces import Rewriting, Rule, Words

_ORDINARY = 4000
"""Words of this frequency in the dictionary's corpus are ordinary words, though also names
(`mark`, `will`, `park`); rarer ones (`sarah`, `ian`) are rather the client's name."""

_ALIKE = 85.0
"""How alike (0 to 100) a word that no dictionary has must be to a name, to be that name."""

_SHORTEST = 5
"""Letters of a name that may be misheard; shorter ones are alike too easily."""

_LONGEST = 5

Frequency = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Name:
    written: str
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        return "".join(self.words)


def name_rule(names: Iterable[str], frequency: Frequency | None) -> Rule:
    """Finds `names` in what was said; a word that any dictionary has is never changed.

    `frequency` tells how common a word is (see `Manner`); a name that is an ordinary word too is
    only known in a name of several words (`mark jones`).
    """
    known = _known(names, frequency)
    by_key = {name.key: name for name in reversed(known)}
    longest = max((len(name.words) for name in known), default=0) + 1

    def rule(words: Words, start: int) -> Rewriting | None:
        for end in range(min(start + longest, len(words)), start, -1):
            said, ending = _without_ending(words[start:end])
            name = by_key.get("".join(said))
            if name is None and frequency is not None:
                name = _misheard(said, known, frequency)
            if name is not None:
                return Rewriting(end, name.written + ending)
        return None

    return rule


def _known(names: Iterable[str], frequency: Frequency | None) -> list[_Name]:
    """The names and the parts of two-word names, without those that are ordinary words."""
    whole = [_Name(name, _words(name)) for name in names]
    parts = [
        _Name(part, _words(part)) for name in whole if len(name.words) == 2
        for part in name.written.split()
    ]  # fmt: skip
    return [
        name
        for name in (*whole, *parts)
        if 1 < len(name.words) <= _LONGEST or (name.words and _is_own(name, frequency))
    ]


def _is_own(name: _Name, frequency: Frequency | None) -> bool:
    if len(name.words) != 1 or len(name.key) < 2:
        return False
    return frequency is None or frequency(name.key) < _ORDINARY


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", name.lower().replace("'", "").replace("’", "")))


def _without_ending(words: Words) -> tuple[tuple[str, ...], str]:
    """The words without `'s` and the like, and this ending."""
    last, apostrophe, ending = words[-1].rpartition("'")
    if not apostrophe or ending not in ("s", ""):
        last, ending, apostrophe = words[-1], "", ""
    plain = (word.replace("'", "").replace("-", "") for word in (*words[:-1], last))
    return tuple(plain), apostrophe + ending


def _misheard(said: tuple[str, ...], known: list[_Name], frequency: Frequency) -> _Name | None:
    """The one name that `said` is nearly; None where there is none, or two are as near."""
    if not any(_unknown(word, frequency) for word in said):
        return None
    scored = [
        (fuzz.ratio("".join(said), name.key), name)
        for name in known
        if len(name.key) >= _SHORTEST and _only_unknown_differ(said, name, frequency)
    ]
    best = max((score for score, _ in scored), default=0.0)
    nearest = [name for score, name in scored if score == best]
    return nearest[0] if best >= _ALIKE and len({name.key for name in nearest}) == 1 else None


def _unknown(word: str, frequency: Frequency) -> bool:
    return word.isalpha() and len(word) > 2 and frequency(word) == 0


def _only_unknown_differ(said: tuple[str, ...], name: _Name, frequency: Frequency) -> bool:
    if len(said) != len(name.words):
        return False
    pairs = zip(said, name.words, strict=True)
    return all(one == other or _unknown(one, frequency) for one, other in pairs)
