"""Of moments that are alike in all that decides, one says what callers hear at each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.flows.load import load
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest, standing
from ivr.core.call.engine import CallFlow
from ivr.core.nodes import KINDS
from ivr.tools.rehearsal.callers_hear import callers_hear, with_status
from ivr.tools.rehearsal.clock_facts import clock_facts
from ivr.tools.rehearsal.first_change import first_change
from tests.flow_files import EXAMPLES, loaded

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLOCKED = """\
people:
  ann: {name: Ann, phone: +44 7700 900123, email: ann@acme.example}
  ben: {name: Ben, phone: +44 7700 900124, email: ben@acme.example}
rotas:
  duty: {default: [ann], weekly: {sat-sun: [ben]}}
agreement:
  message: {owner: duty}
vars:
  part: {type: string}
  hour: {type: time, default: "13:00"}
start: note
nodes:
  note: {set: {part: "{daypart}"}, next: which}
  which:
    branch:
      - {if: 'part == "evening"', next: ben}
      - {if: 'now.weekday in ["tue", "wed"] and now.time >= "15:00"', next: ben}
      - {if: 'now.date == "2026-11-28" and now.time < hour', next: ann}
    else: take
  ann: {dial: ann, nobody: take, answered: bye}
  ben: {dial: ben, nobody: take, answered: bye}
  take: {message: Please speak., next: bye}
  bye: {hangup: Goodbye.}
"""
EXAMPLE_FLOWS = [load(path, KINDS).flow for path in sorted(EXAMPLES.glob("*.yaml"))]


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> list[CallFlow]:
    """The example clients, and one of whose calls everything of the clock decides."""
    clocked = loaded(tmp_path_factory.mktemp("clocked"), CLOCKED)
    assert clocked.flow is not None, clocked.findings
    return [*filter(None, EXAMPLE_FLOWS), clocked.flow]


@pytest.fixture(scope="module")
def flow_at(flows: list[CallFlow]) -> Callable[[int], CallFlow]:
    """Gives one of them by its number; hypothesis would print them all."""
    return lambda number: flows[number % len(flows)]


def wish(
    flow: CallFlow, person: str | None, kind: StatusKind, hours: int, starts: int
) -> StatusRequest:
    begins = MONDAY + starts * HOUR
    ends = begins + hours * HOUR
    return StatusRequest(
        client=flow.client_id,
        person=person,
        kind=kind,
        starts=begins,
        ends=ends,
        by="Ann",
        how=How.TEXT,
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    client=st.integers(0, 3),
    somebody=st.integers(0, 3),
    kind=st.sampled_from(list(StatusKind)),
    hours=st.integers(1, 40),
    starts=st.integers(0, 140),
)
def test_the_first_change_is_that_of_looking_at_every_hour(
    flow_at: Callable[[int], CallFlow],
    client: int,
    somebody: int,
    kind: StatusKind,
    hours: int,
    starts: int,
) -> None:
    flow = flow_at(client)
    people = [*flow.people, None]
    person = people[somebody % len(people)]
    wanted = wish(flow, person, kind, hours, starts)
    at, ways = first_change(flow, (), wanted)
    for hour in range(hours):
        moment = wanted.starts + hour * HOUR
        now = standing((), flow.client_id, moment)
        then = with_status(now, person, kind)
        looked = callers_hear(flow, now, then, moment)
        if any(way.changes for way in looked):
            assert (at, ways) == (moment, tuple(looked))
            return
    assert at == wanted.starts
    assert not any(way.changes for way in ways)


def test_a_week_of_hours_is_a_handful_of_moments(flows: list[CallFlow]) -> None:
    for flow in flows[:-1]:
        clock = clock_facts(flow)
        assert len({clock(MONDAY + hour * HOUR) for hour in range(168)}) <= 8, flow.client_id


def test_what_the_clock_decides_tells_moments_apart(flows: list[CallFlow]) -> None:
    clock, tuesday = clock_facts(flows[-1]), MONDAY + timedelta(days=1)
    assert clock(tuesday + 14 * HOUR) != clock(tuesday + 15 * HOUR)
    assert clock(MONDAY + 14 * HOUR) != clock(MONDAY + timedelta(days=5, hours=14))
