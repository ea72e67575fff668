"""What an operator sees of a call: what to say, who rings, what they want, who is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, Status
from ivr.core.call.engine import CallFlow, start
from ivr.core.records.call_detail import CallDetail
from ivr.core.records.message import Message, MessageState, Recipient
from ivr.core.records.timeline import PathStep, Timeline, TurnNote
from ivr.web.console.operator.call_view import (
    CallerContext,
    CallFacts,
    call_facts,
    ink_on,
    prefilled,
)
from tests.adapters.sql.records_samples import snapshot
from tests.flow_files import good

NOW = datetime(2026, 12, 25, 14, 30, tzinfo=UTC)
CALLER = "+441632960001"
FLOW = """\
schema: 1
client:
  name: Acme
  say_as: Acme Plumbing
  numbers: "+44 1604 529170"
  timezone: America/New_York
  colour: "#7a3fb5"
  answer_phrase: "Good {daypart}, {client.say_as}. Is that {caller.name}?"
  notes: [Ian is on ladders until 4.]
people:
  ian: {name: Ian, phone: "+44 7700 900123"}
  pat: {name: Pat}
  may: {name: May, phone: "+44 7700 900124"}
calendars: {office: {mon-fri: "09:00-17:00"}}
rotas: {oncall: {default: [ian], dates: {"2026-12-25": [may, pat]}}, nights: {default: [may]}}
callers: {vip: [{number: "+44 1632 960001", name: Ann Lee}]}
vars: {reason: {}, number: {}, urgent: {type: yes_no}, visits: {type: number}}
start: take_message
nodes:
  take_message: {say: Hello., next: bye}
  bye: {hangup: Bye.}
"""


@pytest.fixture
def flow(tmp_path: Path) -> CallFlow:
    return good(tmp_path, FLOW)


def facts(
    flow: CallFlow, caller: str | None = CALLER, known: CallerContext | None = None
) -> CallFacts:
    return call_facts(flow, "CA9", caller, "+441604529170", known or CallerContext(), NOW)


def test_the_answer_phrase_is_ready_to_read(flow: CallFlow) -> None:
    assert facts(flow).phrase == "Good morning, Acme Plumbing. Is that Ann Lee?"


def test_the_time_is_that_at_the_clients(flow: CallFlow) -> None:
    assert f"{facts(flow).now:%H:%M}" == "09:30"
    assert facts(flow).hours == (("office", True, "09:00–17:00"),)


def test_the_number_is_shown_as_written_and_as_said(flow: CallFlow) -> None:
    shown = facts(flow)
    assert (shown.caller, shown.spoken) == ("01632 960001", "0 1 6 3 2, 9 6 0 0 0 1")
    assert (shown.caller_name, shown.caller_kind) == ("Ann Lee", "vip")


def test_a_withheld_number_is_called_so(flow: CallFlow) -> None:
    shown = facts(flow, None)
    assert (shown.caller, shown.spoken, shown.number) == ("a withheld number", "", None)


def test_who_is_on_call_today_comes_first_in_the_order_of_the_rota(flow: CallFlow) -> None:
    rows = [(row.name, row.on_call) for row in facts(flow).people]
    assert rows == [("May", ("nights (1)", "oncall (1)")), ("Pat", ("oncall (2)",)), ("Ian", ())]


def test_what_people_say_of_themselves_is_shown_beside_them(flow: CallFlow) -> None:
    def status(person: str | None, kind: StatusKind, starts: datetime) -> Status:
        return Status(
            id="1",
            client="acme",
            person=person,
            kind=kind,
            starts=starts,
            ends=NOW + timedelta(hours=5.5),
            set_at=NOW,
            set_by="Ian",
            set_how=How.TEXT,
        )

    known = CallerContext(
        statuses=(
            status("ian", StatusKind.AWAY, NOW),
            status("pat", StatusKind.AWAY, NOW + timedelta(hours=1)),
            status(None, StatusKind.EMERGENCIES, NOW),
        )
    )
    shown = facts(flow, known=known)
    assert shown.statuses == (
        "Everybody at Acme takes only emergencies until 3 pm",
        "Ian is away until 3 pm",
    )
    assert {row.name: row.status for row in shown.people} == {
        "May": "",
        "Pat": "",
        "Ian": "away until 3 pm",
    }
    assert facts(flow).statuses == ()


def test_what_the_caller_has_given_so_far_is_shown_and_fills_the_form(flow: CallFlow) -> None:
    state = start(flow, "CA9", CALLER, "+441604529170", NOW)
    state = replace(
        state,
        path=("take_message", "bye"),
        variables={"reason": "leak", "number": "+441604529171", "urgent": True, "visits": 0},
    )
    shown = facts(flow, known=CallerContext(state))
    assert shown.way == ("take message", "bye")
    assert shown.said == (("reason", "leak"), ("number", "01604 529171"), ("urgent", "yes"))
    assert prefilled(flow, state) == {
        "reason": "leak",
        "number": "+441604529171",
        "urgent": "yes",
    }


def test_what_the_caller_has_pressed_and_said_is_shown_where_they_did(flow: CallFlow) -> None:
    asked = (PathStep("take_message", "acme.yaml", 20, "next"),)
    turns = (
        TurnNote(call_sid="CA9", number=0, at=NOW, version="v1", event="started", way=asked),
        turn(1, "pressed", "2", asked),
        turn(2, "spoke", "a leak", asked),
        turn(3, "pressed", None, asked),  # a secret
    )
    call_detail = CallDetail(call=snapshot(call_sid="CA9"), timeline=Timeline(turns, (), ()))
    shown = facts(flow, known=CallerContext(call_detail=call_detail))
    assert shown.answers == (("take message", "pressed 2"), ("take message", "said a leak"))
    assert shown.way == ("greet",)


def turn(number: int, event: str, said: str | None, way: tuple[PathStep, ...]) -> TurnNote:
    return TurnNote(
        call_sid="CA9", number=number, at=NOW, version="v1", event=event, said=said, way=way
    )


def message(**changes: object) -> Message:
    usual = Message(
        id="m1",
        recording_sid="RE1",
        call_sid="CA1",
        client="acme",
        caller=CALLER,
        kind="message",
        node="take_message",
        fields={},
        received_at=NOW - timedelta(hours=1),
        seconds=4,
        language="en-GB",
        timezone="Europe/London",
        client_name="Acme",
        recipient=Recipient("Ian", None),
        recording_url=None,
        audio=None,
        state=MessageState.SET_ASIDE,
        reason="Nobody speaks.",
        transcript=None,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_earlier_calls_and_messages_come_newest_first_without_this_call(flow: CallFlow) -> None:
    calls = (
        snapshot(call_sid="CA9", started_at=NOW),
        snapshot(call_sid="CA2", started_at=NOW - timedelta(days=2), path=("take_message",)),
    )
    known = CallerContext(calls=calls, messages=(message(), message(id="m9", call_sid="CA9")))
    shown = [(each.what, each.words, each.message) for each in facts(flow, known=known).earlier]
    assert shown == [("Message", "Nobody speaks.", "m1"), ("Call", "came to take message", None)]


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_every_colour_has_an_ink_that_can_be_read_on_it(colour: str) -> None:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    ink = {"#000000": 0.0, "#ffffff": 1.0}[ink_on(colour)]
    assert (max(light, ink) + 0.05) / (min(light, ink) + 0.05) >= 4.5
