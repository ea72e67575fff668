"""What an operator sees beside the call: the colours of waiting, and their own state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.agency import Agency
from ivr.core.queue.entry import QueueEntry, QueuePosition
from ivr.core.queue.states import OperatorState, Presence
from ivr.web.console.operator.view import state_view, waiting_rows
from tests.flow_files import good

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
AGENCY = Agency.model_validate({"name": "Larkfield"})
CLIENT = """\
schema: 1
client:
  name: Acme
  numbers: "+44 1632 960001"
  colour: "#7a3fb5"
  operators: {amber: 40s, red: 90s}
start: bye
nodes: {bye: {hangup: Bye.}}
"""


def entry(seconds: int, caller: str = "+441604529170") -> QueuePosition:
    joined = NOW - timedelta(seconds=seconds)
    ticket = QueueEntry("CA1", "acme", caller, "+441632960001", 5, (), joined, 120)
    return QueuePosition(1, ticket, ticket.waited(NOW))


@pytest.mark.parametrize(
    ("waited", "level"),
    [(0, "calm"), (14, "calm"), (15, "amber"), (29, "amber"), (30, "red"), (3600, "red")],
)
def test_waiting_turns_amber_at_15_seconds_and_red_at_30(waited: int, level: str) -> None:
    [row] = waiting_rows([entry(waited)], lambda _: None, AGENCY)
    assert row.level == level


@pytest.mark.parametrize(("waited", "level"), [(39, "calm"), (40, "amber"), (90, "red")])
def test_a_client_may_say_when_it_turns(tmp_path: Path, waited: int, level: str) -> None:
    flow = good(tmp_path, CLIENT)
    [row] = waiting_rows([entry(waited)], lambda _: flow, AGENCY)
    assert (row.level, row.client, row.colour) == (level, "Acme", "#7a3fb5")


def test_the_agency_may_say_when_it_turns() -> None:
    agency = Agency.model_validate({"amber": "5s", "red": "1m"})
    levels = [waiting_rows([entry(s)], lambda _: None, agency)[0].level for s in (4, 5, 60)]
    assert levels == ["calm", "amber", "red"]


def test_who_waits_is_shown_by_number_as_people_write_it() -> None:
    shown = [
        waiting_rows([entry(1, caller)], lambda _: None, AGENCY)[0].caller
        for caller in ("+441604529170", "")
    ]
    assert shown == ["01604 529170", "a withheld number"]


def test_who_has_never_signed_on_is_offline() -> None:
    view = state_view(None, "", AGENCY)
    assert (view.state, view.level) == (Presence.OFFLINE, "bad")
    assert view.reasons == ("break", "lunch", "meeting", "training")


def test_a_state_says_why_since_when_and_what_comes_after() -> None:
    lunch = OperatorState("sam", Presence.AWAY, NOW, reason="lunch")
    assert state_view(lunch, "", AGENCY).words == "Away: lunch"
    talking = OperatorState("sam", Presence.ON_CALL, NOW, next=Presence.AWAY, reservation="r1")
    assert state_view(talking, "", AGENCY).next == "after this call: away"
    wrapping = OperatorState("sam", Presence.WRAP_UP, NOW, until=NOW + timedelta(seconds=30))
    assert state_view(wrapping, "", AGENCY).wraps_up
