"""What a caller's answer means: a value of the type that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from ivr.core.call.events import Pressed, Spoke
from ivr.core.flow.types import Value
from ivr.core.language import dates, money, names, spoken_numbers, telephone, times
from ivr.core.language.phrases import Phrases
from ivr.core.nodes.menu import contains

Answer = Pressed | Spoke

VARIABLE_TYPES = {
    "digits": ("string", "number"),
    "phone": ("string",),
    "yes_no": ("yes_no",),
    "date": ("date",),
    "time": ("time",),
    "money": ("money", "number"),
    "name": ("string",),
    "speech": ("string",),
}
"""What can be asked for, and in which types of variable the answer may be kept."""

MAX_WORDS = 1000
"""Characters that are kept of what a caller says."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """How dates are to be understood: `today` at the client's; with `past` dates lie behind us.

    `month` is a day in the month that is being spoken of, where one is.
    """

    today: date
    past: bool = False
    month: date | None = None


def understood(
    kind: str,
    answer: Answer,
    phrases: Phrases,
    reckoning: DateContext,
    fits: Callable[[str], bool] = bool,
    wrong: str = "",
) -> Value | None:
    """The value that `answer` gives for the kind that was asked; None where it gives none.

    `fits` says which digits may be the answer; `wrong` is the number, the digits or the time that
    were understood before and are being corrected.
    """
    match kind, answer:
        case "yes_no", _:
            return yes_or_no(answer, phrases)
        case "date", _:
            return _iso_date(answer, phrases, reckoning)
        case "time", _:
            return _iso_time(answer, phrases, wrong)
        case "money", Pressed(keys):
            return money.hear_keys(keys)
        case "money", Spoke(words):
            return money.hear(words, phrases)
        case "name", Spoke(words):
            return names.hear(words, phrases)
        case "speech", Spoke(words):
            return words.strip()[:MAX_WORDS] or None
        case "phone", Pressed(keys):
            return telephone.heard(keys, telephone.region_of(phrases.locale))
        case "phone", Spoke(words):
            number = spoken_numbers.telephone_number(words, phrases, wrong)
            return number.number if number else None
        case "digits", Pressed(keys):
            return keys if keys.isdecimal() else None
        case "digits", Spoke(words):
            return _digits(words, phrases, fits, wrong) or None
        case _:
            return None


def yes_or_no(answer: Answer, phrases: Phrases) -> bool | None:
    """1 or yes, 2 or no; None for anything else, and for what is neither: `it isn't right`."""
    if isinstance(answer, Pressed):
        return {"1": True, "2": False}.get(answer.keys[:1])
    if any(contains(answer.words, word) for word in phrases.listed("neither")):
        return None
    if any(contains(answer.words, word) for word in phrases.listed("no")):
        return False
    if any(contains(answer.words, word) for word in phrases.listed("yes")):
        return True
    return None


def certain(kind: str, answer: Answer, phrases: Phrases, wrong: str = "") -> bool:
    """Whether there is no doubt about what was understood; otherwise it should be read back."""
    match kind, answer:
        case "phone", Spoke(words):
            number = spoken_numbers.telephone_number(words, phrases, wrong)
            return number is None or number.sure
        case "time", Spoke(words):
            at = times.heard(words, phrases)
            return at is None or at.sure
        case _:
            return True


def _digits(words: str, phrases: Phrases, fits: Callable[[str], bool], wrong: str) -> str:
    whole = spoken_numbers.digits(words, phrases, fits)
    return whole or (spoken_numbers.digits(words, phrases, fits, wrong) if wrong else "")


def _iso_date(answer: Answer, phrases: Phrases, reckoning: DateContext) -> str | None:
    today, past = reckoning.today, reckoning.past
    if isinstance(answer, Pressed):
        day = dates.hear_keys(answer.keys, today, phrases, past=past)
    else:
        day = dates.hear(answer.words, today, phrases, past=past, spoken_of=reckoning.month)
    return day.isoformat() if day else None


def _iso_time(answer: Answer, phrases: Phrases, wrong: str) -> str | None:
    if isinstance(answer, Pressed):
        at = times.hear_keys(answer.keys)
    else:
        spoken_of = time.fromisoformat(wrong) if wrong else None
        found = times.heard(answer.words, phrases, spoken_of)
        at = found.time if found else None
    return f"{at:%H:%M}" if at else None
