"""Conditions that hold always or never are pointed out, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.flow.fixed_conditions import Domain, facts, fixed
from tests.flow_files import loaded

TYPES = {"word": "string", "n": "number", "known": "yes_no", "day": "date", "at": "time"}
DOMAINS = facts(["ian"], ["+441632960001"]) | {"word": Domain(("", "leak", "repair"))}

FIXED = [
    ('now.weekday == "Monday"', 'write "mon"'),
    ('now.weekday in ["sat", "Sunday"]', 'write "sun"'),
    ('not now.weekday == "Weds"', 'write "wed"'),
    ('caller.kind == "VIP"', "did you mean 'vip'?"),
    ('person.ian.status == "holiday"', '"away", "messages", "emergencies"'),
    ('caller.number == "07700 900123"', 'write "+447700900123"'),
    ('caller.number == "withheld"', "write caller.withheld"),
    ('called.number == "01632 960001"', 'write "+441632960001"'),
    ('word == "leek"', "did you mean 'leak'?"),
    ('now.weekday == "sat" and now.weekday == "sun"', "join them with 'or'"),
    ('now.time > "22:00" and now.time < "06:00"', "join them with 'or'"),
    ('day > "2026-12-01" and day < "2026-11-01"', "can never be true"),
    ("n > 5 and n < 3", "can never be true"),
    ("known and not known", "can never be true"),
    ('known or (at > "22:00" and at < "06:00")', "one of the sides of 'or'"),
    ('word != "leak" or word != "repair"', "join them with 'and'"),
    ("n != 1 or n != 2", "always true"),
    ("no", "can never be true"),
]
OPEN = [
    'now.weekday == "mon" or now.weekday == "sat"',
    'now.weekday != "sat" and now.weekday != "sun"',
    'now.time > "06:00" and now.time < "22:00"',
    'now.time > "22:00" or now.time < "06:00"',
    'now.date >= "2026-12-24" and now.date <= "2026-12-24"',
    'now.date > "2026-12-24" and now.date < "2026-12-26"',
    "n > 2 and n < 3",
    "n > 2 and n + 1 < 3",
    '"x" in word and "y" in word',
    "day > now.date and day < now.date",
    'caller.number == "+447700900123" or caller.number == ""',
    'caller.name == "Bob"',
    'word == "leak" and known and n > 2 and at == "09:00"',
]


@pytest.mark.parametrize(("text", "mend"), FIXED)
def test_a_condition_whose_outcome_is_fixed_is_told_with_the_mend(text: str, mend: str) -> None:
    [said] = fixed(text, TYPES, ["ian"], DOMAINS)
    assert mend in said


@pytest.mark.parametrize("text", OPEN)
def test_a_condition_that_tells_callers_apart_is_let_be(text: str) -> None:
    assert list(fixed(text, TYPES, ["ian"], DOMAINS)) == []


MENU = """\
vars: {{reason: {{}}, other: {{}}}}
start: ask
nodes:
  ask:
    menu: For a leak, press 1.
    choices: [{{key: "1", set: {{reason: leak}}, next: which}}]
    give_up: bye
  which: {{branch: [{{if: '{condition}', next: name}}], else: bye}}
  name: {{collect: Who?, type: name, into: other, next: which}}
  bye: {{hangup: Bye.}}
"""


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('reason == "leek"', ["reason is never \"leek\"; did you mean 'leak'?"]),
        ('reason == "leak"', []),
        ('reason == ""', []),
        ('other == "leek"', []),
    ],
)
def test_a_variable_that_only_the_file_sets_holds_what_it_sets(
    tmp_path: Path, condition: str, said: list[str]
) -> None:
    found = loaded(tmp_path, MENU.format(condition=condition)).findings
    assert [finding.message for finding in found] == said


@pytest.mark.parametrize(
    ("time", "right"),
    [
        ("9:00", "09:00"),
        ("9am", "09:00"),
        ("0900", "17:30"),
        ("T09:00", "17:30"),
        ("09:00:00", "17:30"),
        ("24:00", "17:30"),
    ],
)
def test_a_time_is_written_as_it_is_compared(tmp_path: Path, time: str, right: str) -> None:
    [found] = loaded(tmp_path, MENU.format(condition=f'now.time > "{time}"')).findings
    assert found.code == "condition"
    assert f'write "{right}"' in found.message
