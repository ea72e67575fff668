"""What a client's file says of its jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.availability.standing import Availability
from ivr.core.call.engine import CallFlow
from ivr.core.flow.agreement import Duty
from ivr.core.jobs.agreement import due_at, first_there, opening, the_agency
from ivr.core.jobs.job import FollowUpTerms
from tests.flow_files import PEOPLE, good, loaded

REST = """\
rotas: {night: {default: ian, dates: {"2026-12-25": pat, "2026-12-26": []}}}
calendars:
  office: {mon-fri: "09:00-12:00, 13:00-17:00", closed: ["2026-12-24..2026-12-28"]}
  nights: {mon-sun: "22:00-06:00"}
  never: {}
agreement:
  message: {owner: night}
  order: {owner: pat, due: 1h, then: night, action: Send the order}
  booking: {owner: agency, due: 8h, hours: office}
  urgent:
    {owner: ian, due: 4m, remind: [sms, email], remind_before: 2m, then: [pat, agency], grace: 1m}
  other: {}
start: bye
nodes: {bye: {hangup: Bye.}}
"""


@pytest.fixture
def flow(tmp_path: Path) -> CallFlow:
    """A client with a rota and calendars."""
    return good(tmp_path, PEOPLE + REST)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "day", "owner"),
    [
        ("message", "2026-12-24", "ian"),
        ("message", "2026-12-25", "pat"),
        ("message", "2026-12-26", "agency"),
        ("order", "2026-12-26", "pat"),
        ("other", "2026-12-24", "agency"),
        ("unheard_of", "2026-12-24", "agency"),
    ],
)
def test_a_job_belongs_to_whom_the_agreement_names_or_the_rota_of_the_day(
    flow: CallFlow, kind: str, day: str, owner: str
) -> None:
    assert opening(flow, kind, at(f"{day}T12:00"), "Larkfield").owner.id == owner


@pytest.mark.parametrize(
    ("kind", "standing", "owner", "line"),
    [
        ("urgent", {}, "ian", ("pat", "agency")),
        ("urgent", {"ian": "away"}, "pat", ("agency",)),
        ("urgent", {"ian": "away", "pat": "away"}, "agency", ()),
        ("urgent", {"everybody": "away"}, "agency", ()),
        ("urgent", {"ian": "messages"}, "ian", ("pat", "agency")),
        ("urgent", {"ian": "emergencies"}, "pat", ("agency",)),
        ("emergency", {"ian": "emergencies"}, "ian", ()),
        ("message", {"ian": "away"}, "agency", ()),
        ("pair", {"ian": "away"}, "pat", ("agency",)),
        ("booking", {"everybody": "away"}, "agency", ()),
    ],
)
def test_whoever_is_away_is_passed_over(
    tmp_path: Path, kind: str, standing: dict[str, str], owner: str, line: tuple[str, ...]
) -> None:
    more = "  emergency: {owner: ian}\n  pair: {owner: both, then: agency}\n"
    text = REST.replace("  other:", f"{more}  other:")
    text = text.replace("rotas: {", "rotas: {both: {default: [ian, pat]}, ")
    flow = good(tmp_path, PEOPLE + text)
    found = opening(flow, kind, at("2026-12-24T12:00"), "L", Availability.from_data(standing))
    assert (found.owner.id, found.terms.line) == (owner, line)


def test_the_day_of_a_rota_is_the_client_s_own(tmp_path: Path) -> None:
    head = 'schema: 1\nclient: {name: A, numbers: "+44 1632 960001", timezone: Asia/Tokyo}\n'
    flow = good(tmp_path, head + PEOPLE + REST)
    late = at("2026-12-24T16:00")  # Christmas has begun in Tokyo
    assert first_there(flow, ("night",), "message", late, "Larkfield")[0].id == "pat"


def test_who_is_gone_from_the_file_leaves_the_job_to_the_agency(flow: CallFlow) -> None:
    found, _ = first_there(flow, ("joe",), "message", at("2026-12-24T12:00"), "Larkfield")
    assert found == the_agency("Larkfield")


def test_how_a_job_is_followed_up_is_what_the_file_says_or_follows_from_when_it_is_due(
    flow: CallFlow,
) -> None:
    now = at("2026-12-01T12:00")
    assert opening(flow, "order", now, "L").terms == FollowUpTerms((), 900, 1800, ("night",))
    assert opening(flow, "order", now, "L").action == "Send the order"
    urgent = opening(flow, "urgent", now, "L")
    assert urgent.terms == FollowUpTerms(("sms", "email"), 120, 60, ("pat", "agency"))
    assert urgent.due_at == now + timedelta(minutes=4)
    assert opening(flow, "other", now, "L").terms.grace == 7200


@pytest.mark.parametrize(
    ("hours", "due", "opened", "expected"),
    [
        (None, 3600, "2026-12-01T20:00", "2026-12-01T21:00"),
        ("office", 3600, "2026-12-01T10:00", "2026-12-01T11:00"),
        ("office", 3600, "2026-12-01T11:00", "2026-12-01T12:00"),
        ("office", 3600, "2026-12-01T11:30", "2026-12-01T13:30"),  # over lunch
        ("office", 3600, "2026-12-01T18:00", "2026-12-02T10:00"),
        ("office", 8 * 3600, "2026-12-04T16:00", "2026-12-07T17:00"),  # over a weekend
        ("office", 60, "2026-12-23T17:00", "2026-12-29T09:01"),  # over Christmas
        ("nights", 3600, "2026-12-02T05:30", "2026-12-02T22:30"),  # of last night half an hour
        ("nights", 3600, "2026-12-02T00:10", "2026-12-02T01:10"),
        ("never", 3600, "2026-12-01T20:00", "2026-12-01T21:00"),
    ],
)
def test_only_opening_hours_count_where_the_file_says_so(
    flow: CallFlow, hours: str | None, due: int, opened: str, expected: str
) -> None:
    duty = Duty.model_validate({"due": due, "hours": hours})
    assert due_at(flow, duty, at(opened)) == at(expected)


def test_a_change_of_the_clocks_moves_no_opening_hours(flow: CallFlow) -> None:
    duty = Duty.model_validate({"due": 3600, "hours": "office"})
    friday = at("2026-03-27T18:00")  # the clocks go forward on Sunday
    assert due_at(flow, duty, friday) == at("2026-03-30T09:00")  # ten o'clock in London


def test_names_that_an_agreement_gets_wrong_are_findings(tmp_path: Path) -> None:
    text = PEOPLE + REST.replace("then: [pat, agency]", "then: [pat, agncy]").replace(
        "hours: office", "hours: ofice"
    )
    assert {f.message for f in loaded(tmp_path, text).findings if f.code != "owner-unreached"} == {
        "'agncy' is neither a person nor a rota; did you mean 'agency'?",
        "'ofice' is not a calendar; did you mean 'office'?",
    }
