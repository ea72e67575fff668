"""How English is written, British first."""

from __future__ import annotations

from functools import cache

from spellchecker import SpellChecker

from ivr.core.language.phrases import phrases
from ivr.core.transcript.amounts import money, plain_number
from ivr.core.transcript.calendar import clock, day_and_month, year
from ivr.core.transcript.email import email
from ivr.core.transcript.manner import Manner
from ivr.core.transcript.pieces import Words, word_set
from ivr.core.transcript.spelling import code, long_digits, postcode

_ALSO_WORDS = ("march", "may")
"""Months that are ordinary words too."""

_GO_ON = word_set(
    "a an the my your his her our their its this that of to for from at on in by with and or but "
    "so because if is are was were it's i'm i'll i'd i've he's she's we're you're they're um umm "
    "uh er erm"
)
"""After these words a speaker who pauses is thinking; the sentence goes on."""

_NO_NAMES = word_set(
    "and from i i'm it's calling ringing phoning speaking here at on of the a my we um uh er erm "
    "just not about regarding with for in could can please"
)


@cache
def _dictionary() -> SpellChecker:
    return SpellChecker(language="en")


def frequency(word: str) -> int:
    """How often a word occurs in the dictionary's corpus of English; 0 where it is not in it."""
    return int(_dictionary().word_frequency[word])


def capital(words: Words, at: int) -> bool:
    """Whether the word at this position has a capital wherever it stands."""
    word = words[at]
    if word == "i" or word.startswith("i'"):
        return True
    if word in _ALSO_WORDS:
        return at > 0 and words[at - 1] in ("in", "until", "till", "since", "next", "last", "of")
    return word.removesuffix("s") in _always() or word in _always() or _is_own_name(words, at)


@cache
def _always() -> frozenset[str]:
    locale = phrases("en-GB").locale
    names = (*locale.months["format"]["wide"].values(), *locale.days["format"]["wide"].values())
    return frozenset(name.lower() for name in names) - set(_ALSO_WORDS) | {"english", "christmas"}


def _is_own_name(words: Words, at: int) -> bool:
    """Whether this is the name in `my name is jane smith`."""
    if words[at] in _NO_NAMES:
        return False
    return _ends_with_opening(words, at) or (at > 0 and _ends_with_opening(words, at - 1))


def _ends_with_opening(words: Words, at: int) -> bool:
    before = " ".join(words[max(at - 3, 0) : at])
    return before.endswith(("my name is", "my name's", "the name's", "the name is"))


def goes_on(words: Words, at: int) -> bool:
    """Whether a sentence hardly ends with the word at this position."""
    return words[at] in _GO_ON


ENGLISH = Manner(
    addresses=(email, postcode),
    rules=(
        day_and_month,
        clock,
        money,
        year,
        long_digits,
        code,
        plain_number,
    ),
    capital=capital,
    goes_on=goes_on,
    frequency=frequency,
)
