"""A status is shown at the first moment at which callers hear something else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest, made
from ivr.core.call.engine import CallFlow
from ivr.core.nodes import KINDS
from ivr.tools.rehearsal.first_change import change_in_short, first_change
from tests.flow_files import EXAMPLES

SATURDAY_NIGHT = datetime(2026, 11, 28, 20, 20, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
AWAY, MESSAGES, EMERGENCIES = StatusKind


@pytest.fixture(scope="module")
def flow() -> CallFlow:
    """Solicitors, who are rung in office hours only."""
    found = load(EXAMPLES / "ashby-quill.yaml", KINDS).flow
    assert found is not None
    return found


def wish(ends: datetime | None = None, kind: StatusKind = AWAY) -> StatusRequest:
    return StatusRequest(
        client="ashby-quill",
        person="ashby",
        kind=kind,
        starts=SATURDAY_NIGHT,
        ends=ends,
        by="Eleanor Ashby",
        how=How.TEXT,
    )


def test_who_is_away_from_a_night_on_is_shown_what_monday_brings(flow: CallFlow) -> None:
    at, ways = first_change(flow, (), wish())
    assert at == MONDAY
    assert [way.who for way in ways if way.changes] == [
        "Those who press 2 (“will”)",
        "Those who press 3 (“reference”), then come to “fee_earner”",
    ]
    assert change_in_short(flow, (), wish(), SATURDAY_NIGHT).startswith(
        "From Mon 30 Nov, 9 am: Those who press 2 (“will”) wait for somebody at the agency"
    )


def test_where_it_ends_before_that_nothing_changes(flow: CallFlow) -> None:
    assert first_change(flow, (), wish(MONDAY))[0] == SATURDAY_NIGHT
    said = change_in_short(flow, (), wish(MONDAY), SATURDAY_NIGHT)
    assert said == "For callers nothing changes."


def test_what_others_have_said_is_taken_into_account(flow: CallFlow) -> None:
    until = MONDAY + timedelta(hours=3)
    known = (made(wish(until), "1", SATURDAY_NIGHT),)
    assert first_change(flow, known, wish())[0] == until
