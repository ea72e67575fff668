"""What an operator has typed into a form: what it means, how it is read back, what is wrong.

Operators may type a date or a time as the caller says it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from ivr.core.flow.forms import Form, FormField
from ivr.core.language import dates, telephone, times, values
from ivr.core.language.phrases import phrases
from ivr.core.language.spoken_numbers import telephone_number
from ivr.core.records.message_words import readable_number

OURS = "en-GB"
"""What operators speak; they may type in the client's language too."""

CALLING = "="
"""Stands for the calling number in a field for a telephone number."""

MISSING = "Please fill this in."
LONGEST = {"long": 4000}
LONGEST_LINE = 200

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_YES, _NO = ("yes", "y"), ("no", "n")


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form is filled in about: the client's language and today's date there, and the
    caller's number (E.164), where it is known."""

    language: str
    today: date
    caller: str | None


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A field and what was typed.

    `value` is what is kept (a telephone number as E.164, a date and a time as ISO 8601, yes or
    no), empty while nothing right was typed; `shown` is how that reads for people; `said` is what
    the operator reads back or should know; `problem` is what is wrong.
    """

    name: str
    field: FormField
    text: str = ""
    value: str = ""
    shown: str = ""
    said: str = ""
    problem: str = ""

    @property
    def label(self) -> str:
        """What the field is called on the screen."""
        return self.field.label or self.name.replace("_", " ").capitalize()

    @property
    def wanting(self) -> str:
        """Why the form cannot be sent as the field stands; empty where it can."""
        return self.problem or (MISSING if self.field.required and not self.value else "")


def written_form(
    form: Form, typed: Mapping[str, str], around: FormContext
) -> tuple[FormEntry, ...]:
    """Every field of the form, with what was typed."""
    return tuple(_checked(name, form[name], typed.get(name, ""), around) for name in form)


def _checked(name: str, field: FormField, text: str, around: FormContext) -> FormEntry:
    given = text.strip()
    if not given:
        return FormEntry(name, field, text)
    longest = LONGEST.get(field.type, LONGEST_LINE)
    if len(given) > longest:
        problem = f"That is too long: at most {longest} characters."
        return FormEntry(name, field, text, problem=problem)
    value, shown, said = _understood(field, given, around)
    if not value:
        return FormEntry(name, field, text, problem=said)
    return FormEntry(name, field, text, value, shown, said)


def _understood(field: FormField, text: str, around: FormContext) -> tuple[str, str, str]:
    """The value, how it reads, and what to say to the operator; without a value, what is wrong."""
    match field.type:
        case "phone":
            return _phone(text, around)
        case "date":
            return _date(text, field.past, around)
        case "time":
            return _time(text, around)
        case "email":
            right = bool(_EMAIL.fullmatch(text))
            said = "" if right else "That is no e-mail address; write name@firm.example."
            return (text if right else ""), text, said
        case "yes_no":
            answer = {**dict.fromkeys(_YES, "yes"), **dict.fromkeys(_NO, "no")}.get(text.lower())
            return answer or "", answer or "", "" if answer else "Please type yes or no."
        case "choice":
            right = text in field.choices
            return (text if right else ""), text, "" if right else "Please choose one of the list."
        case _:
            return text, text, ""


def _phone(text: str, around: FormContext) -> tuple[str, str, str]:
    if text == CALLING and around.caller is None:
        return "", "", "Their number is withheld; please ask for it."
    try:
        number = around.caller if text == CALLING and around.caller else _number(text, around)
    except ValueError as error:
        return "", "", f"{str(error)[:1].upper()}{str(error)[1:]}."
    told = f"Read back: {values.phone(number, phrases(around.language))}"
    if around.caller is None:
        return number, readable_number(number, around.language), told
    same = number == around.caller
    beside = "the number they ring from" if same else "not the number they ring from"
    return number, readable_number(number, around.language), f"{told} · {beside}"


def _number(text: str, around: FormContext) -> str:
    """The number in figures, or as it is said. Raises ValueError where there is none like it."""
    region = telephone.country_of(around.language)
    try:
        return telephone.parse_with_extension(text, region)
    except ValueError:
        for language in (OURS, around.language):
            if spoken := telephone_number(text, phrases(language), region=region):
                return spoken.number
        raise


def _date(text: str, past: bool, around: FormContext) -> tuple[str, str, str]:
    day = None
    for language in dict.fromkeys((OURS, around.language)):
        day = day or dates.hear(text, around.today, phrases(language), past=past)
    if day is None:
        return "", "", "That is no date; write 5 December, next Friday or 2026-12-05."
    shown = dates.write(day, phrases(OURS))
    if past != (day <= around.today) and day != around.today:
        return "", "", f"{shown} is {'still to come' if past else 'past'}."
    return day.isoformat(), shown, shown


def _time(text: str, around: FormContext) -> tuple[str, str, str]:
    at: time | None = times.hear_keys(text)
    for language in dict.fromkeys((OURS, around.language)):
        at = at or times.hear(text, phrases(language))
    if at is None:
        return "", "", "That is no time of day; write 17:30, 5pm or half past five."
    return f"{at:%H:%M}", f"{at:%H:%M}", f"{at:%H:%M}"
