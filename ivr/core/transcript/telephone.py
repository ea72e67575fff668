"""Telephone numbers in what callers say: found by the one reader of spoken numbers."""

from __future__ import annotations

from functools import cache

import phonenumbers

from ivr.core.language import telephone
from ivr.core.language.phrases import phrases
from ivr.core.language.spoken_numbers import corrected_number, whole_number
from ivr.core.transcript.digits import LINKS, DigitGroup, DigitVocabulary, item_at, run_at, spoken
from ivr.core.transcript.pieces import Rewriting, Rule, Words

_LONGEST = 17
_LONGEST_CORRECTED = 60
_FEW = 2
"""Fewer words before a number may be something else: `flat twelve`."""


@cache
def telephone_rule(language: str) -> Rule:
    """`oh one six oh four five two nine one seven oh` → `01604 529170`.

    Only numbers of the caller's country, or of another after `plus`. A number that the caller
    takes back is replaced by the right one.
    """
    region = telephone.country_of(language)
    says, own = spoken(language), phrases(language)
    corrections = _corrections(language)

    def rule(words: Words, start: int) -> Rewriting | None:
        if _inside_digits(words, start, says, region):
            return None
        plus = words[start] == "plus"
        items = run_at(words, start + plus, says, longest=_LONGEST)
        if not items or not _begins(words, start, items[0]):
            return None
        to = run_at(words, start + plus, says, LINKS | corrections, longest=_LONGEST_CORRECTED)
        for end in reversed([item.end for item in to[len(items) :]]):
            if number := corrected_number(_text(words, start, end), own, region):
                return Rewriting(end, telephone.written(number, region), number)
        for item in reversed(items):
            if number := whole_number(_text(words, start, item.end), own, region):
                return Rewriting(item.end, telephone.written(number, region), number)
        return None

    return rule


@cache
def _corrections(language: str) -> frozenset[str]:
    """The words by which callers take something back."""
    names = ("wrong", "perhaps_wrong", "not")
    said = (phrase for name in names for phrase in phrases(language).listed("digits", name))
    return frozenset(word for phrase in said for word in phrase.split())


def _text(words: Words, start: int, end: int) -> str:
    return " ".join(words[start:end])


def _begins(words: Words, start: int, first: DigitGroup) -> bool:
    """Whether it says where it is: any ten digits could be a number without its first 0."""
    return words[start] == "plus" or words[start].startswith("+") or first.digits.startswith("0")


def _inside_digits(words: Words, start: int, says: DigitVocabulary, region: str) -> bool:
    """Whether digits come right before, as in a long reference; a number said twice is none."""
    at, digits = start, ""
    while at > 0 and len(digits) < _LONGEST:
        item = item_at(words[:start], at - 1, says)
        if item is None:
            break
        at, digits = at - 1, item.digits + digits
    if start - at < _FEW:
        return False
    return not any(
        digits[-size:].startswith("0") and telephone.heard(digits[-size:], region)
        for size in (10, 11)
    )


def numbers_differ(given: str | None, caller: str | None, language: str) -> str | None:
    """`gave 01604 529170, rang from 07700 900123`, where the two are not the same number.

    Both in E.164; None where they agree, or one is not known.
    """
    if given is None or caller is None or given == caller:
        return None
    try:
        phonenumbers.parse(caller)
    except phonenumbers.NumberParseException:
        return None
    region = telephone.country_of(language)
    gave, rang = (telephone.written(number, region) for number in (given, caller))
    return f"gave {gave}, rang from {rang}"
