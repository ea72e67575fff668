"""Whatever happens and whatever is asked for, no caller is left alone, and it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.conversation.actions import Missed, Reached
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
from ivr.core.conversation.events import Event
from ivr.core.conversation.machine import advance, possible
from ivr.core.conversation.state import PartyRole, PartyState, Phase
from ivr.errors import ConversationError
from tests.services.conversations.made_up_room import BROWSER, NOON, PHONE, Room, ringing

MAYA, ANN = Target("Maya Frost", "+447700900124"), Target("Ann Whitlock", "+441632960302")

COMMANDS: list[Command] = [
    Hold(),
    Resume(),
    Mute(True),
    Mute(False),
    PauseRecording(True),
    PauseRecording(False),
    Transfer(MAYA, "a leak"),
    Consult(MAYA),
    Complete(),
    EndConsult(),
    JoinAll(),
    HandOver(),
    HandOver("ann"),
    HangUp(),
    *(Watch(ANN, how) for how in Watching),
    Unwatch(),
]
ENDS = (HangUp, HandOver)


def what_can_be(room: Room, endings: bool) -> list[Callable[[], None]]:
    """What could come next, as things stand; with `endings`, also what soon ends it all."""

    def does(act: Callable[..., object], *given: object) -> Callable[[], None]:
        return lambda: (act(*given), None)[1]

    can: list[Callable[[], None]] = [
        does(ask, room, command)
        for command in COMMANDS
        if type(command) in possible(room.now) and (endings or not isinstance(command, ENDS))
    ]
    for label in room.ringing:
        can += [does(room.answer, label), does(room.answer, label), does(room.decline, label)]
    can += [does(room.hang_up, label) for label in room.inside if endings or "-" in label]
    if room.on_the_way:
        can += [room.caller_arrives, room.caller_arrives]
    for event in room.told[:3]:
        can += [does(arrives, room, event), does(arrives, room, event), does(room.hear, event)]
    can.append(lambda: setattr(room, "breaks", not room.breaks))
    return can


def ask(room: Room, command: Command) -> None:
    try:
        room.hear(command)
    except ConversationError as refused:
        assert str(refused).endswith(".")


def arrives(room: Room, event: Event) -> None:
    room.told.remove(event)
    room.hear(event)


def nobody_is_left_alone(room: Room) -> None:
    now = room.now
    operators = [party for party in now.parties if party.role is PartyRole.OPERATOR]
    assert len(operators) <= 1
    assert len(now.parties) <= 4
    if now.phase is Phase.OVER:
        assert not room.inside
        assert not room.ringing
        assert room.operator == "free" or room.place == "waiting"
        return
    if "caller" not in room.inside:
        return
    caller = now.party(PartyRole.CALLER)
    assert caller is not None
    assert (caller.standing is PartyState.HELD) == ("caller" in room.held)
    if "caller" not in room.held:
        assert any(name.startswith(("operator", "third")) for name in room.inside), "silence"
    elif "operator" not in room.inside:
        assert any(name.startswith("third") for name in room.ringing), "nobody takes them back"


@settings(max_examples=600)
@given(st.data(), st.sampled_from([PHONE, BROWSER]), st.sampled_from(["", "7"]))
def test_no_caller_is_left_alone_and_it_ends(
    data: st.DataObject, address: str, callback: str
) -> None:
    room = Room(ringing(address, callback, recorded=True))
    room.operator_answers()
    for _ in range(data.draw(st.integers(0, 25))):
        can = what_can_be(room, endings=data.draw(st.integers(0, 9)) == 0)
        can[data.draw(st.integers(0, len(can) - 1))]()
        if not (room.told or room.owed or room.on_the_way):
            nobody_is_left_alone(room)
    room.settle()
    nobody_is_left_alone(room)

    for label in [*room.ringing]:
        room.decline(label)
    room.settle()
    for label in sorted(room.inside, key=lambda name: name != "caller"):
        room.hang_up(label)
    room.settle()
    nobody_is_left_alone(room)
    assert room.now.phase is Phase.OVER


@given(st.sampled_from(COMMANDS))
def test_what_is_not_possible_is_refused_in_a_sentence(command: Command) -> None:
    for conversation in (ringing(), Room(ringing()).now):
        if type(command) not in possible(conversation):
            with pytest.raises(ConversationError, match=r"^[A-Z].*: it still rings\.$"):
                advance(conversation, command, NOON)


@settings(max_examples=400)
@given(st.data(), st.sampled_from([PHONE, BROWSER]))
def test_whatever_is_never_told_who_was_met_was_not_missed(
    data: st.DataObject, address: str
) -> None:
    """Somebody is called back, and the carrier's callbacks are lost, late or doubled."""
    room = Room(ringing(address, "7"))
    room.operator_answers()
    for _ in range(data.draw(st.integers(0, 15))):
        can = what_can_be(room, endings=True)
        can += [room.told.clear]
        can[data.draw(st.integers(0, len(can) - 1))]()
    room.settle()
    reports = [each for each in room.done if isinstance(each, Reached | Missed)]
    assert len(reports) <= 1
    assert not room.met or not any(isinstance(each, Missed) for each in reports)
