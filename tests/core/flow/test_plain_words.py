"""What is wrong with a value, with what to type instead, as an editor reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from ivr.adapters.files.flows.load import load
from ivr.core.flow.client import Zone
from ivr.core.nodes import KINDS

FILE = """\
schema: 1
client: {name: Acme, numbers: "+44 1632 960500"}
people: {ann: {name: Ann Acme, phone: +44 7700 900501, email: ann@acme.example}}
calendars: {office: {mon-fri: "09:00-17:30"}}
agreement: {message: {owner: ann, due: 4h}}
vars: {reason: {type: string}, seats: {type: number}, day: {type: date}}
start: greet
nodes:
  greet: {say: Hello., next: open}
  open: {hours: office, open: ask, closed: take}
  ask: {menu: Well?, choices: [{key: "1", words: [repair], next: way}]}
  way: {branch: [{if: reason == "leak", next: desk}], else: seats}
  seats: {collect: How many?, type: digits, length: 1, into: seats, next: desk}
  desk: {queue: {max_wait: 60s}, answered: bye, nobody: take}
  take: {message: Please speak., next: bye}
  bye: {hangup: Bye.}
tests:
  - {name: x, at: "2026-12-01T10:00", caller: withheld, steps: [{press: "1"}]}
"""


def found(folder: Path, old: str = "", new: str = "") -> list[str]:
    """What is found in the file with one change."""
    path = folder / "acme.yaml"
    assert old in FILE
    path.write_text(FILE.replace(old, new))
    return [f"{finding.line} {finding.message}" for finding in load(path, KINDS).findings]


def test_the_file_is_good(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("typed", "wrong", "said"),
    [
        ('"09:00-17:30"', "9am - 5pm", "write 09:00-17:00"),
        ('"09:00-17:30"}', '"09:00-17:30", holidays: England}', "write GB-ENG"),
        ('key: "1"', "key: one", "11 'one' is not a key of a telephone"),
        ('key: "1"', 'key: "10"', "11 '10' is not a key of a telephone"),
        ("words: [repair]", "words: 'repair, boiler'", "11 several words stand in brackets"),
        ("type: string", "type: text", "6 'type' should be 'string'"),
        ("type: string", "type: text", "not 'text'; write string"),
        ("{type: number}", "number", "6 'seats' should hold names and values, not 'number'; write"),
        ("{type: number}", "number", "write {type: number}"),
        ("type: digits", "type: number", "not 'number'; write digits"),
        ("type: digits", "type: telephone", "not 'telephone'; write phone"),
        ("length: 1", "retries: two", "write 2"),
        ('[{press: "1"}]', "[press 1]", 'write {press: "1"}'),
        ("caller: withheld", "caller: anonymous", "write withheld"),
        ('"2026-12-01T10:00"', '"1 Dec 2026 10am"', "write 2026-12-01T10:00"),
        ('steps: [{press: "1"}]', 'expect: {job: message}', "write {kind: message}"),
        ("ann: {name: Ann Acme, phone: +44 7700 900501, email: ann@acme.example}", "ann: Ann Acme",
         "3 'ann' should hold names and values, not 'Ann Acme'; write {name: Ann Acme}"),
        ("hours: office", 'hours: "09:00-17:00"', "give the hours a name under 'calendars'"),
        ('[{key: "1", words: [repair], next: way}]', '{key: "1", next: way}', "put [ ] round"),
        ('reason == "leak"', "reason == leak", 'stand in quotes: "leak"'),
        ('reason == "leak"', "'{reason} == \"leak\"'", "names stand without braces"),
        ('reason == "leak"', "'seats == \"2\"'", "write 2 without quotes"),
        ('reason == "leak"', "now.time > 17:00", 'a time stands in quotes: "17:00"'),
        ('reason == "leak"', "'now.time > \"5pm\"'", 'write "17:00"'),
        ('reason == "leak"', "'day == \"24/12/2026\"'", 'write "2026-12-24"'),
        ("next: open", "next: go to open", "did you mean 'open'?"),
        ("- {name", "- {bezeichnung: y, name", "'bezeichnung' is not a setting"),
    ],
)  # fmt: skip
def test_what_to_type_is_said(tmp_path: Path, typed: str, wrong: str, said: str) -> None:
    assert any(said in message for message in found(tmp_path, typed, wrong))


def test_an_emergency_number_is_not_dialled(tmp_path: Path) -> None:
    wrong = "desk: {dial: {to: '999'}, answered"
    [message] = found(tmp_path, "desk: {queue: {max_wait: 60s}, answered", wrong)
    assert "for emergencies or services cannot be dialled" in message


@pytest.mark.parametrize(
    ("typed", "mend"), [("GMT", "write Europe/London"), ("EST", "write America/New_York")]
)
def test_a_zone_without_summer_time_is_no_place(typed: str, mend: str) -> None:
    with pytest.raises(ValidationError, match=mend):
        TypeAdapter(Zone).validate_python(typed)
