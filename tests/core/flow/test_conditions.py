"""Conditions: typed, total, and a small part of their language only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.flow.conditions import check, holds
from ivr.core.flow.expressions import ConditionError
from ivr.core.flow.types import Value

TYPES = {
    "reason": "string",
    "visits": "number",
    "known": "yes_no",
    "day": "date",
    "at": "time",
    "sum": "money",
    "from": "string",
}
PEOPLE = ("ian", "pat")
VALUES: dict[str, Value] = {
    "reason": "leak",
    "visits": 3,
    "known": False,
    "day": "2026-12-05",
    "at": "",
    "sum": 0.3,
    "from": "home",
}


def true(text: str, caller: str | None = "+441632960001", **values: Value) -> bool:
    """Whether the condition holds for this caller and these variables."""
    facts: dict[str, dict[str, Value]] = {
        "caller": {
            "number": caller or "",
            "withheld": caller is None,
            "kind": "other",
            "known": False,
            "name": "",
        },
        "called": {"number": "+441632960999"},
        "now": {"date": "2026-12-24", "time": "17:30", "weekday": "thu"},
    }
    check(text, TYPES)
    return holds(text, TYPES, VALUES | values, facts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('reason == "leak"', True),
        ("reason != 'leak'", False),
        ('reason in ["leak", "flood"]', True),
        ('"lea" in reason', True),
        ("visits > 2", True),
        ("visits + 1 >= 4.0", True),
        ("visits < -1", False),
        ("known", False),
        ("not known", True),
        ("known == no", True),
        ("known == yes or known == true", False),
        ('reason == "leak" and (visits == 2 or visits == 3)', True),
        ("caller.withheld", False),
        ('caller.number == "+441632960001"', True),
        ('called.number in ["+441632960999"]', True),
        ('reason == "sum = ~ $now # {x}"', False),
        ("0.1 + 0.2 == sum", True),
        ("1 < visits <= 3", True),
        ('day > "2026-12-01" and day <= now.date', True),
        ('at == ""', True),
        ('now.time >= "17:00" and now.weekday in ["thu", "fri"]', True),
        ('from == "home"', True),
    ],
)
def test_a_condition_compares_variables_and_facts(text: str, expected: bool) -> None:
    assert true(text) is expected


def test_a_withheld_caller_has_no_number() -> None:
    assert true('caller.withheld and caller.number == ""', caller=None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('reson == "x"', "'reson' is neither a variable nor a known fact; did you mean 'reason'?"),
        ("caller.nmber", "'caller.nmber' is not a known fact; did you mean 'caller.number'?"),
        ("visits.length > 1", "'visits.length' is not a known fact"),
        ('visits == "three"', "'visits' is a number and 'three' is a text; the two cannot be"),
        ("reason", "'reason' is a text, not a yes or no; compare it"),
        ("known > no", "'known' is a yes or no, which is not compared so"),
        ('day > "24.12.2026"', "'24.12.2026' is not a date; write \"2026-12-24\""),
        ("day > at", "'day' is a date and 'at' is a time"),
        ('reason in ["leak", 3]', "'3' is a number"),
        ("visits + reason > 3", "'reason' is a text, not a number"),
        ('reason[0] == "l"', "is not a condition"),
        ('reason =~ ".*"', "is not used in conditions"),
        ("reason ==", "is not a condition"),
        ("known and " * 60 + "known", "too long"),
    ],
)
def test_what_is_wrong_with_a_condition_is_said(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        check(text, TYPES)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person.ian.available", False),
        ("not person.ian.available and person.pat.available", True),
        ('person.ian.status == "away"', True),
        ('person.pat.status in ["away", "messages"]', False),
    ],
)
def test_a_condition_may_ask_for_somebody_s_status(text: str, expected: bool) -> None:
    facts: dict[str, dict[str, Value]] = {
        "person.ian": {"available": False, "status": "away"},
        "person.pat": {"available": True, "status": ""},
    }
    check(text, TYPES, PEOPLE)
    assert holds(text, TYPES, VALUES, facts, PEOPLE) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("person.iam.available", "'iam' is not a person; did you mean 'ian'?"),
        ("person.ian.free", "'person.ian.free' is not a known fact; write 'person.ian.available'"),
        ("ian.available", "'ian.available' is not a known fact; write 'person.ian.available'"),
        ("person.ian", "'person.ian' is not a known fact; write 'person.ian.available'"),
        ("person", "'person' is neither a variable nor a known fact"),
        ('person.ian.available == "yes"', "'person.ian.available' is a yes or no"),
    ],
)
def test_an_unknown_person_is_an_error_that_names_the_nearest(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        check(text, TYPES, PEOPLE)
    assert message in str(caught.value)


PIECES = """reason visits known caller.withheld caller.number caller "leak" 'x' 1 2.5 1e9 null nan
    inf yes no and or not in for if == != < > <= >= ( ) [ ] , + - * / % ** << >> =~ $now
    $split & | ^
    d"2026-01-01" ? : { } # . \\ " é
"""


@given(st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_is_refused_or_can_be_worked_out(text: str) -> None:
    try:
        assert true(text) in (True, False)
    except ConditionError as error:
        assert str(error)
