"""What a call's timeline is told of the conversation: whom it rang, and who did what when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.core.conversation import timeline_entries
from ivr.core.conversation.commands import (
    Command,
    Complete,
    Consult,
    EndConsult,
    HandOver,
    HangUp,
    Hold,
    JoinAll,
    Mute,
    PauseRecording,
    Resume,
    Target,
    Transfer,
    Unwatch,
    Watch,
    Watching,
)
from ivr.core.conversation.events import Answered, Left, Why
from ivr.core.conversation.machine import OPERATOR, advance
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState
from ivr.core.records.timeline import CallEvent, LegNote
from tests.services.conversations.made_up_room import NOON, ringing

LATER = NOON + timedelta(seconds=8)
MAYA = Target("Maya Frost", "+447700900124")


def leg_notes(before: Conversation | None, after: Conversation, what: object) -> list[LegNote]:
    found = timeline_entries.legs(before, after, what, LATER)  # type: ignore[arg-type]
    return [note for note in found if isinstance(note, LegNote)]


def test_the_operator_s_leg_is_told_from_the_ringing_to_its_end() -> None:
    rung = ringing()
    [begins] = leg_notes(None, rung, None)
    assert (begins.role, begins.to, begins.started_at) == ("operator", "sam", LATER)
    assert (begins.call_sid, begins.answered_at) == ("CAcaller", None)
    busy = Left(OPERATOR, Why.BUSY)
    over = advance(rung, busy, LATER).conversation
    [ends] = leg_notes(rung, over, busy)
    assert (ends.key, ends.ended_at, ends.how) == (begins.key, LATER, "busy")


def test_an_answer_is_told_with_the_leg_s_sid() -> None:
    rung = ringing()
    party = replace(rung.parties[-1], standing=PartyState.IN, leg="CAleg")
    answered = replace(rung, parties=(*rung.parties[:-1], party))
    [note] = leg_notes(rung, answered, Answered("CAleg"))
    assert (note.sid, note.answered_at, note.ended_at) == ("CAleg", LATER, None)
    assert leg_notes(answered, answered, None) == []


def test_that_they_met_and_parted_is_told_once() -> None:
    rung = ringing()
    met = replace(rung, talking_since=LATER)
    [event] = [n for n in timeline_entries.legs(rung, met, None, LATER) if isinstance(n, CallEvent)]
    assert (event.what, event.who) == ("connected", None)
    assert list(timeline_entries.legs(met, met, None, LATER)) == []


def test_a_supervisor_who_takes_part_is_not_told_of() -> None:
    rung = ringing()
    boss = Party(PartyRole.SUPERVISOR, "ann", "+441632960302", PartyState.IN, "CAann", label="boss")
    assert leg_notes(rung, replace(rung, parties=(*rung.parties, boss)), None) == []
    assert timeline_entries.command(rung, Watch(MAYA, Watching.LISTEN), "ann", NOON) is None
    assert timeline_entries.command(rung, Unwatch(), "ann", NOON) is None


def test_what_happens_in_a_call_back_is_told_by_the_name_that_it_has_in_the_queue() -> None:
    back = ringing(callback="b1")
    assert [(leg.call_sid, leg.role) for leg in leg_notes(None, back, None)] == [
        ("callback-b1", "operator")
    ]
    held = timeline_entries.command(back, Hold(), "sam", NOON)
    assert held is not None
    assert held.call_sid == "callback-b1"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Hold(), "put on hold"),
        (Resume(), "taken back"),
        (PauseRecording(True), "paused"),
        (PauseRecording(False), "went on"),
        (Transfer(MAYA), "put through to Maya Frost"),
        (Consult(MAYA), "Maya Frost was consulted"),
        (Complete(), "left together"),
        (EndConsult(), "let go"),
        (JoinAll(), "all three"),
        (HandOver("pat"), "another operator"),
        (HangUp(), "ended"),
    ],
)
def test_what_an_operator_does_is_told_with_who_it_was(asked: Command, says: str) -> None:
    event = timeline_entries.command(ringing(), asked, "sam", LATER)
    assert event
    assert says in event.what
    assert (event.who, event.at, event.call_sid) == ("sam", LATER, "CAcaller")
    assert timeline_entries.command(ringing(), Mute(True), "sam", LATER) is None
