"""What operators type is checked by the types of the client's file, and read back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.flow.forms import FormField
from ivr.web.console.operator.form_values import MISSING, FormContext, FormEntry, written_form

TODAY = date(2026, 11, 25)  # a Wednesday
CALLER = "+441632960001"
AROUND = FormContext("en-GB", TODAY, CALLER)


def typed(kind: str, text: str, around: FormContext = AROUND, **settings: object) -> FormEntry:
    """What comes of typing `text` into a field of this kind."""
    field = FormField.model_validate({"type": kind, **settings})
    [written] = written_form({"field": field}, {"field": text}, around)
    return written


@pytest.mark.parametrize(
    ("kind", "text", "value", "shown"),
    [
        ("text", " Ann Lee ", "Ann Lee", "Ann Lee"),
        ("long", "One.\nTwo.", "One.\nTwo.", "One.\nTwo."),
        ("phone", "01604 529170", "+441604529170", "01604 529170"),
        ("phone", "+1 415 867 5309", "+14158675309", "+1 415-867-5309"),
        ("phone", "=", CALLER, "01632 960001"),
        (
            "phone",
            "oh seven seven double oh nine hundred one two three",
            "+447700900123",
            "07700 900123",
        ),
        ("phone", "it's 077 double 0 900123", "+447700900123", "07700 900123"),
        ("phone", "01604 529170 ext 12", "+441604529170;ext=12", "01604 529170 x12"),
        ("phone", "+44 (0)1604 529170", "+441604529170", "01604 529170"),
        ("date", "next Friday", "2026-12-04", "Friday, 4 December 2026"),
        ("date", "2026-12-05", "2026-12-05", "Saturday, 5 December 2026"),
        ("date", "5/12", "2026-12-05", "Saturday, 5 December 2026"),
        ("date", "today", "2026-11-25", "Wednesday, 25 November 2026"),
        ("time", "half past five", "17:30", "17:30"),
        ("time", "9am", "09:00", "09:00"),
        ("time", "1730", "17:30", "17:30"),
        ("time", "midnight", "00:00", "00:00"),
        ("email", "ann@lee.example", "ann@lee.example", "ann@lee.example"),
        ("yes_no", "Y", "yes", "yes"),
        ("yes_no", "no", "no", "no"),
    ],
)
def test_a_value_of_the_type_is_understood(kind: str, text: str, value: str, shown: str) -> None:
    written = typed(kind, text)
    assert (written.value, written.shown, written.problem) == (value, shown, "")


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("phone", "01604", "cannot be a telephone number"),
        ("phone", "his mobile", "is not a telephone number"),
        ("phone", "+44163299", "cannot be a telephone number"),
        ("phone", "07700 90012", "cannot be a telephone number"),
        ("phone", "07700 9001234", "cannot be a telephone number"),
        ("phone", "01632 961123", "there is none like it"),
        ("phone", "oh seven seven double oh nine hundred one two", "telephone number"),
        ("date", "some day", "no date"),
        ("date", "2026-11-24", "is past"),
        ("time", "at lunch", "no time of day"),
        ("email", "ann at lee", "no e-mail address"),
        ("yes_no", "perhaps", "yes or no"),
        ("text", "x" * 201, "at most 200"),
    ],
)
def test_anything_else_is_refused_and_says_why(kind: str, text: str, problem: str) -> None:
    written = typed(kind, text)
    assert problem in written.problem
    assert (written.value, written.wanting) == ("", written.problem)


def test_a_day_of_birth_lies_behind_us() -> None:
    assert typed("date", "5 December 1980", past=True).value == "1980-12-05"
    assert "still to come" in typed("date", "5 December 2030", past=True).problem


def test_a_choice_is_one_of_the_list() -> None:
    assert typed("choice", "wall", choices=["wall", "ceiling"]).value == "wall"
    assert typed("choice", "floor", choices=["wall", "ceiling"]).problem


def test_a_number_is_read_back_in_groups_and_compared_with_the_calling_one() -> None:
    assert typed("phone", "01632 960001").said == (
        "Read back: 0 1 6 3 2, 9 6 0 0 0 1 · the number they ring from"
    )
    assert typed("phone", "01604 529170").said.endswith("not the number they ring from")


def test_a_number_from_abroad_is_read_back_with_its_country_code() -> None:
    assert typed("phone", "+33 1 42 00 00 00").said.startswith("Read back: plus 3 3, 1, 4 2")
    german = FormContext("de-DE", TODAY, CALLER)
    assert typed("phone", "030 23125123", german).value == "+493023125123"
    assert typed("phone", "null drei null zwo drei eins zwo fünf eins zwo drei", german).value == (
        "+493023125123"
    )
    assert typed("phone", "+44 7700 900123", german).said.startswith("Read back: plus 4 4")


def test_an_extension_is_read_back_too() -> None:
    assert "extension 1 2" in typed("phone", "01604 529170 x12").said


def test_without_a_calling_number_there_is_nothing_to_compare() -> None:
    withheld = FormContext("en-GB", TODAY, None)
    assert typed("phone", "01604 529170", withheld).said == "Read back: 0 1 6 0 4, 5 2 9 1 7 0"
    assert "withheld" in typed("phone", "=", withheld).problem


def test_the_clients_language_is_understood_too() -> None:
    assert typed("date", "morgen", FormContext("de-DE", TODAY, CALLER)).value == "2026-11-26"


def test_only_a_field_that_is_required_must_be_filled_in() -> None:
    assert typed("text", "  ", required=True).wanting == MISSING
    assert typed("text", "  ").wanting == ""


def test_a_field_is_called_as_the_file_says_or_by_its_name() -> None:
    form = {"best_time": FormField(), "day": FormField.model_validate({"label": "Day wanted"})}
    assert [each.label for each in written_form(form, {}, AROUND)] == ["Best time", "Day wanted"]


KINDS = ("text", "long", "phone", "date", "time", "email", "yes_no")


@given(kind=st.sampled_from(KINDS), text=st.text(max_size=60))
def test_whatever_is_typed_has_a_value_or_a_problem(kind: str, text: str) -> None:
    written = typed(kind, text)
    assert bool(written.value) != bool(written.problem) or not text.strip()
