"""Whatever people say of themselves, callers are never left without a way on, and nobody is rung
who is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.call.instructions import Dial, Record
from ivr.core.nodes import KINDS
from tests.core.call.call_rules import EVENTS, assert_valid, on_hold, silence
from tests.flow_files import EXAMPLES
from tests.played_call import CALLER, PlayedCall

FLOWS = {flow.client_id: flow for flow in FolderLibrary(EXAMPLES, KINDS)}
STATUSES = st.sampled_from([*StatusKind, None])
MOMENTS = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
LONG = settings(max_examples=400, suppress_health_check=list(HealthCheck))


def standings(draw: Callable[[st.SearchStrategy[Any]], Any], people: list[str]) -> Availability:
    said = {person: draw(STATUSES) for person in people}
    return Availability({p: kind for p, kind in said.items() if kind}, draw(STATUSES))


@LONG
@given(st.data(), st.sampled_from(sorted(FLOWS)), MOMENTS)
def test_callers_come_to_a_person_who_is_there_a_message_or_a_goodbye(
    data: st.DataObject, client: str, moment: datetime
) -> None:
    flow = FLOWS[client]
    standing = standings(data.draw, [*flow.people])
    not_rung = {
        person.phone
        for name, person in flow.people.items()
        if not standing.takes_calls(name, emergency=True)
    }
    played = PlayedCall(flow, CALLER, moment, standing)
    waited = 0
    events = iter(data.draw(st.lists(st.sampled_from(EVENTS[1:-1]), max_size=12)))
    for _ in range(12 * len(flow.places)):
        assert_valid(flow, played.turn)
        assert not {v.number for v in played.verbs if isinstance(v, Dial)} & not_rung
        if played.state.ended_at is not None or isinstance(played.verbs[-1], Record):
            return
        waited = waited + 1 if on_hold(played.verbs[-1]) else 0
        played.then(next(events, None) or silence(played.verbs, waited))
    raise AssertionError(f"{client} keeps a caller: {played.state.path}")
