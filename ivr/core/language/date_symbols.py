"""What a caller said of a day, as a row of symbols: `a week on Friday, please` → `week w4 ~`.

The symbols are: `w4` a weekday (Monday is 0), `m12` a month, `o5` an ordinal, `n5` a number,
`f:good_friday` a feast, the keys of `dates` in the files of the languages, and `~` for what changes
nothing: courtesies, times of day, parts of the day. Any other word is `_`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ivr.core.language.phrases import Phrases
from ivr.core.language.symbols import Lexicon, lexicon, symbols

_PARTS_OF_DAY = ("am", "pm", "morning", "midday", "afternoon", "evening", "night", "noon")
_PAST_HOUR = ("half_past", "half_to", "quarter_past", "quarter_to", "three_quarters")
_PART = rf"(?:(?:{'|'.join(_PARTS_OF_DAY)}) )"
_HOUR, _HALF_DAY_HOUR = r"n(?:[01]?\d|2[0-4]) ", r"n(?:0?\d|1[0-2]) "
_MINUTES = r"(?:[:.] n\d\d |n0 n\d |n\d\d )?"
_COUNTED = r"(?:day|week|fortnight|month|year|m\d)"  # what a number before it may count
_CLOCK = re.compile(
    rf"\b(?:(?:at )?(?:{'|'.join(_PAST_HOUR)}) n\d\d? {_PART}*(?!{_COUNTED})"
    rf"|(?:at )?{_HOUR}{_MINUTES}hour (?:n\d\d? )?{_PART}*"
    rf"|(?:at )?{_HALF_DAY_HOUR}{_MINUTES}{_PART}+"
    rf"|at (?:n\d{{3,4}} |{_HOUR}{_MINUTES}){_PART}*(?!{_COUNTED})"
    rf"|(?:at )?{_PART}|first_thing )"
)
_ALONE_OH = re.compile(r"\bn0 (?!n)")  # `oh, on Friday`


@cache
def date_lexicon(phrases: Phrases) -> Lexicon:
    """What the words of dates stand for in this language."""
    return lexicon(_entries(phrases), phrases)


def date_symbols(words: str, phrases: Phrases) -> str:
    """The symbols of `words`, each with a blank behind it."""
    row = symbols(words, date_lexicon(phrases), phrases)
    row = f"{row} " if row else ""
    return _ALONE_OH.sub("~ ", _CLOCK.sub("~ ", row))


def _entries(phrases: Phrases) -> Iterator[tuple[str, str]]:
    for name in (*_PARTS_OF_DAY, *_PAST_HOUR, "hour", "hours"):
        for word in phrases.listed("times", name):
            yield word, "hour" if name == "hours" else name
    yield from _calendar_names(phrases)
    endings = ("", *phrases.listed("ordinal_endings"))
    for number, word in enumerate(phrases.listed("ordinals"), start=1):
        for ending in endings:
            yield word + ending, f"o{number}"
        for ending in phrases.listed("figure_endings"):
            yield f"{number}{ending}", f"o{number}"
    for symbol, words in phrases.words_by("dates"):
        for word in words:
            yield word, "~" if symbol == "polite" else symbol
    for feast, words in phrases.words_by("feasts"):
        for word in words:
            yield word, f"f:{feast}"


def _calendar_names(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """The months and the days of the week, in full and shortened."""
    months = phrases.locale.months
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in months[context][width].items():
                yield name, f"m{number}"
    for number, name in enumerate(phrases.listed("months_said"), start=1):
        yield name, f"m{number}"
    for word, number in phrases.named("month_names"):
        yield word, f"m{number}"
    for name, number in weekday_names(phrases):
        yield name, f"w{number}"
        for part in phrases.listed("weekday_parts"):  # Freitagabend
            yield f"{name} {part}", f"w{number}"
            yield f"{name}{part}", f"w{number}"


def weekday_names(phrases: Phrases) -> Iterator[tuple[str, int]]:
    """The days of the week, in full and shortened, with their numbers: Monday is 0."""
    days = phrases.locale.days
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in days[context][width].items():
                yield name, number
    yield from phrases.named("weekday_names")
