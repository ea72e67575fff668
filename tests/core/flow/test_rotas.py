"""Who is on call: the most specific entry of a rota counts, and what looks wrong is warned of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.flow.rotas import Rota
from ivr.core.nodes import KINDS
from tests.flow_files import PEOPLE, write

ROTA = Rota.model_validate(
    {
        "default": "ian",
        "weekly": {"sat-sun": ["maya", "ian"], "sun": "pat"},
        "dates": {
            "2026-12-24..2027-01-02": "maya",
            "2026-12-25": [],
            "2026-12-26..2026-12-28": "pat",
        },
    }
)
FILE = (
    PEOPLE
    + """\
agreement: {message: {owner: oncall}}
rotas: {oncall: {default: ian, dates: {"2026-12-25": []}}, spare: {}}
start: bye
nodes: {bye: {hangup: Bye.}}
"""
)


@pytest.mark.parametrize(
    ("day", "people"),
    [
        ("2026-12-18", ("ian",)),
        ("2026-12-19", ("maya", "ian")),
        ("2026-12-20", ("pat",)),
        ("2026-12-24", ("maya",)),
        ("2026-12-25", ()),
        ("2026-12-27", ("pat",)),
        ("2027-01-02", ("maya",)),
        ("2027-01-03", ("pat",)),
    ],
)
def test_the_most_specific_entry_says_who_is_on_call(day: str, people: tuple[str, ...]) -> None:
    assert ROTA.people(date.fromisoformat(day)) == people


def test_without_a_day_those_are_on_call_who_usually_are() -> None:
    assert ROTA.people() == ("ian",)


def test_an_entry_inside_another_is_the_more_specific_one_and_no_overlap() -> None:
    assert list(ROTA.overlaps()) == []


@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        ("2026-12-11T12:00", []),
        ("2026-12-12T12:00", ["rota-gap"]),
        ("2026-12-25T23:59", ["rota-gap"]),
        ("2026-12-26T00:01", ["expired-date"]),
    ],
)
def test_a_gap_is_warned_of_fourteen_days_ahead(
    moment: str, codes: list[str], tmp_path: Path
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    found = load(write(tmp_path, FILE), KINDS, now)
    assert [finding.code for finding in found.findings] == codes
    assert found.flow is not None, "a warning keeps no file from going live"


def test_today_is_the_day_where_the_client_is(tmp_path: Path) -> None:
    now = datetime(2026, 12, 25, 11, tzinfo=UTC)
    text = FILE.replace("agreement:", "client: {name: A, numbers: '+64 9 887 1234', timezone: "
                        "Pacific/Auckland}\nschema: 1\nagreement:")  # fmt: skip
    codes = [finding.code for finding in load(write(tmp_path, text), KINDS, now).findings]
    assert codes == ["expired-date"]


def test_without_a_moment_nothing_depends_on_the_day(tmp_path: Path) -> None:
    assert load(write(tmp_path, FILE), KINDS).findings == ()
