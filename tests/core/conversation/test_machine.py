"""What a conversation makes of what happens, and of what is asked of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.core.conversation import actions as act
from ivr.core.conversation.commands import (
    Complete,
    Consult,
    Decline,
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
from ivr.core.conversation.events import (
    Answered,
    Coming,
    Failed,
    Joined,
    Lapsed,
    Left,
    RoomEnded,
    Rung,
    SentOut,
    Started,
    Why,
)
from ivr.core.conversation.machine import advance, possible
from ivr.core.conversation.state import PartyRole, PartyState, Phase
from ivr.errors import ConversationError
from tests.services.conversations.made_up_room import BROWSER, NOON, Room, ringing

MAYA, ANN = Target("Maya Frost", "+447700900124"), Target("Ann Whitlock", "+441632960302")


def talking(**options: object) -> Room:
    """Caller and operator have met."""
    room = Room(ringing(**options))  # type: ignore[arg-type]
    room.operator_answers()
    if room.now.callback:
        room.answer("caller")
    room.settle()
    room.done.clear()
    return room


def consulting() -> Room:
    """The caller is held, and the third party is there."""
    room = talking()
    room.hear(Consult(MAYA, "a leak"))
    room.answer("third-1")
    room.settle()
    room.done.clear()
    return room


def standing(room: Room, role: PartyRole) -> PartyState | None:
    party = room.now.party(role)
    return party.standing if party else None


def test_they_talk_from_when_both_are_there() -> None:
    room = Room(ringing(recorded=True))
    room.operator_answers()
    assert (room.now.phase, room.now.met, room.now.recording) == (Phase.TALKING, False, False)
    room.settle()
    assert (room.now.phase, room.now.met, room.now.recording) == (Phase.TALKING, True, True)


def test_an_operator_who_does_not_answer_has_missed_the_caller() -> None:
    step = advance(ringing(), Left("operator", Why.NO_ANSWER), NOON)
    assert step.actions == (act.Release(missed=True),)
    assert step.conversation.phase is Phase.OVER


@pytest.mark.parametrize("command", [Decline(), HangUp()], ids=["decline", "hang up"])
def test_an_operator_who_refuses_has_missed_nobody(command: Decline | HangUp) -> None:
    rung = ringing()
    assert Decline in possible(rung)
    step = advance(rung, command, NOON)
    assert step.actions[0] == act.Release(missed=False, declined=True)
    assert step.conversation.phase is Phase.OVER


def test_who_talks_cannot_decline_any_more() -> None:
    with pytest.raises(ConversationError, match="cannot be declined any more"):
        advance(talking().now, Decline(), NOON)


def test_an_operator_who_is_cut_off_as_they_answer_leaves_nobody_in_the_room() -> None:
    room = Room(ringing())
    room.enter("caller", "CAcaller")  # fetched by a process that died before it noted the answer
    room.hear(room.told.pop())
    room.hear(Left("operator"))
    room.settle()
    assert not room.inside
    assert room.operator == "free"


def test_a_claim_that_has_lapsed_leaves_nobody_in_the_room() -> None:
    """The caller may have been fetched there just before."""
    assert act.EndRoom() in advance(ringing(), Lapsed(), NOON).actions


def test_hold_and_resume() -> None:
    room = talking()
    room.hear(Hold())
    assert room.held == {"caller"}
    assert possible(room.now) >= {Resume, Consult, Transfer, HandOver, HangUp}
    assert Hold not in possible(room.now)
    room.hear(Resume())
    assert room.held == set()
    assert standing(room, PartyRole.CALLER) is PartyState.IN


def test_mute_and_pause_are_asked_for_once() -> None:
    room = talking(recorded=True)
    for command in (Mute(True), Mute(True), PauseRecording(True), PauseRecording(True)):
        room.hear(command)
    assert room.done == [act.SetMute("operator", True), act.SetPaused(True)]
    assert room.now.paused
    assert PauseRecording not in possible(talking().now)


def test_a_warm_transfer_leaves_caller_and_third_party_together() -> None:
    room = consulting()
    assert room.held == {"caller"}
    room.hear(Complete())
    room.settle()
    assert room.now.phase is Phase.HANDED_ON
    assert set(room.inside) == {"caller", "third-1"}
    assert room.held == set()
    assert act.Finish() in room.done
    room.hang_up("third-1")
    assert room.inside == {}
    room.settle()
    assert (room.now.phase, room.now.ended_by) == (Phase.OVER, PartyRole.THIRD)


@pytest.mark.parametrize("why", [Why.BUSY, Why.NO_ANSWER, Why.HUNG_UP, Why.FAILED])
def test_a_third_party_who_declines_gives_the_operator_the_caller_back(why: Why) -> None:
    room = talking()
    room.hear(Consult(MAYA))
    room.hear(Left("third-1", why))
    assert room.now.phase is Phase.TALKING
    assert room.held == set()
    assert standing(room, PartyRole.THIRD) is None
    assert room.now.gone is not None
    assert (room.now.gone.name, room.now.gone.standing) == ("Maya Frost", PartyState.RINGING)
    room.hear(Mute(True))
    assert room.now.gone is None


def test_the_operator_lets_the_third_party_go() -> None:
    room = consulting()
    room.hear(EndConsult())
    room.settle()
    assert set(room.inside) == {"caller", "operator"}
    assert room.held == set()


def test_three_talk_together_until_one_goes() -> None:
    room = consulting()
    room.hear(JoinAll())
    assert (room.held, room.now.phase) == (set(), Phase.TALKING)
    room.hear(Hold())
    assert (room.held, room.now.phase) == ({"caller"}, Phase.CONSULTING)
    room.hear(JoinAll())
    room.hang_up("operator")
    room.settle()
    assert set(room.inside) == {"caller", "third-1"}
    assert room.now.phase is Phase.HANDED_ON


def test_a_cold_transfer_frees_the_operator_as_it_rings_and_the_caller_hears_music() -> None:
    room = talking()
    room.hear(Transfer(MAYA))
    room.settle()
    assert room.now.phase is Phase.HANDED_ON
    assert (set(room.inside), room.held) == ({"caller"}, {"caller"})
    assert room.operator == "free"
    assert act.Ring("third-1", PartyRole.THIRD, MAYA.address, screened=True) in room.done
    room.answer("third-1")
    room.settle()
    assert (set(room.inside), room.held) == ({"caller", "third-1"}, set())


def test_a_cold_transfer_that_nobody_answers_puts_the_caller_back_in_line() -> None:
    room = talking()
    room.hear(Transfer(MAYA))
    room.decline("third-1")
    room.settle()
    assert act.Requeue() in room.done
    assert room.inside == {}


def test_where_the_third_party_cannot_be_rung_the_operator_keeps_the_caller() -> None:
    room = talking()
    room.breaks = True
    room.hear(Hold())
    assert standing(room, PartyRole.CALLER) is PartyState.IN
    room.breaks = False
    room.hear(Hold())
    room.breaks = True
    room.hear(Transfer(MAYA))
    assert room.now.phase is Phase.TALKING
    assert "operator" in room.inside


def test_an_operator_who_hangs_up_ends_it_and_one_whose_browser_is_lost_does_not() -> None:
    meant, lost = talking(), talking(address=BROWSER)
    meant.hang_up("operator")
    meant.settle()
    assert act.Finish() in meant.done
    assert meant.now.ended_by is PartyRole.OPERATOR
    lost.hang_up("operator")
    lost.settle()
    assert act.Requeue(lost=True) in lost.done
    assert lost.inside == {}


def test_a_telephone_whose_connection_breaks_is_lost_too() -> None:
    room = talking()
    room.hear(Left("operator", Why.FAILED))
    assert act.Requeue(lost=True) in room.done


def test_a_caller_on_hold_is_not_hung_up_on_by_a_telephone_put_down() -> None:
    room = talking()
    room.hear(Hold())
    room.hang_up("operator")
    room.settle()
    assert act.Requeue() in room.done


def test_a_telephone_put_down_while_consulting_puts_the_caller_through() -> None:
    room = consulting()
    room.hang_up("operator")
    room.settle()
    assert (set(room.inside), room.held) == ({"caller", "third-1"}, set())


def test_handing_over_is_to_somebody_else() -> None:
    with pytest.raises(ConversationError, match="another operator"):
        advance(talking().now, HandOver("sam"), NOON)
    room = talking()
    room.hear(HandOver("ann"))
    assert room.done[0] == act.Requeue("ann")
    assert room.inside == {}


def test_a_caller_who_hangs_up_lets_the_operator_wrap_up_and_nobody_ring_on() -> None:
    room = talking()
    room.hear(Consult(MAYA))
    room.hang_up("caller")
    room.settle()
    assert act.Finish() in room.done
    assert (room.ringing, room.inside) == ({}, {})
    assert room.now.ended_by is PartyRole.CALLER


def test_what_comes_twice_or_late_changes_nothing() -> None:
    room = talking()
    for event in (Joined("operator", "CAoperator"), Joined("caller", "CAcaller")):
        assert advance(room.now, event, NOON).conversation == room.now
    room.hang_up("caller")
    room.settle()
    for late in (Left("operator"), Left("caller"), RoomEnded(), Lapsed()):
        assert advance(room.now, late, NOON) == advance(room.now, RoomEnded(), NOON)
        assert advance(room.now, late, NOON).actions == ()


def test_whoever_is_let_go_before_their_call_is_known_does_not_stay() -> None:
    room = talking()
    assert advance(room.now, Rung("third-9", "CAlate"), NOON).actions == (act.Remove("CAlate"),)
    assert advance(room.now, Joined("third-9", "CAlate"), NOON).actions == (act.Remove("CAlate"),)


def test_a_supervisor_listens_coaches_and_joins() -> None:
    room = talking()
    room.hear(Watch(ANN, Watching.LISTEN))
    assert room.done == [
        act.Ring("supervisor-1", PartyRole.SUPERVISOR, ANN.address, how=Watching.LISTEN)
    ]
    with pytest.raises(ConversationError, match="still rings"):
        room.hear(Watch(ANN, Watching.COACH))
    room.answer("supervisor-1")
    room.settle()
    room.hear(Watch(ANN, Watching.COACH))
    assert room.done[-2:] == [act.Coach("supervisor-1", True), act.SetMute("supervisor-1", False)]
    with pytest.raises(ConversationError, match="one supervisor"):
        room.hear(Watch(MAYA, Watching.LISTEN))
    room.hear(Unwatch())
    room.settle()
    assert set(room.inside) == {"caller", "operator"}
    assert room.now.watching is None


def test_for_a_call_back_the_caller_is_rung_once_the_operator_is_there() -> None:
    room = Room(ringing(callback="7"))
    room.operator_answers()
    room.settle()
    assert (room.now.phase, set(room.inside)) == (Phase.RINGING, {"operator"})
    room.answer("caller")
    room.settle()
    assert room.now.phase is Phase.TALKING
    assert act.Reached("CAcaller") in room.done
    assert HandOver not in possible(room.now)
    room.hear(HangUp())
    assert room.done[-3:] == [act.Finish(), act.EndRoom(), act.Done("CAcaller")]


def test_a_call_back_that_does_not_reach_anybody_says_why() -> None:
    busy, let_go = Room(ringing(callback="7")), Room(ringing(callback="7"))
    for room in (busy, let_go):
        room.operator_answers()
    busy.decline("caller")
    busy.settle()
    assert act.Missed("busy") in busy.done
    let_go.hear(HangUp())
    let_go.settle()
    assert act.Missed("let go") in let_go.done
    assert let_go.ringing == {}


def called_back(room: Room | None = None) -> Room:
    """The operator is in the room, and whoever is called back has been sent there."""
    room = room or Room(ringing(callback="7"))
    room.operator_answers()
    room.settle()
    room.hear(Coming("caller", "CAcaller"))
    room.done.clear()
    return room


def reports(room: Room) -> list[act.Action]:
    told = (act.Reached, act.Missed, act.CutOff, act.Done)
    return [action for action in room.done if isinstance(action, told)]


@pytest.mark.parametrize(
    "event",
    [
        Left("caller", leg="CAcaller"),
        Left("caller", leg="CAcaller", was_in=True),
        RoomEnded(left=True),
    ],
)
def test_who_was_called_back_was_reached_though_nobody_told_us_that_they_came(
    event: Left | RoomEnded,
) -> None:
    room = called_back()
    room.hear(event)
    assert reports(room) == [act.Reached("CAcaller"), act.Done("CAcaller")]


def test_that_two_are_in_the_room_is_enough_to_know_that_they_have_met() -> None:
    room = called_back()
    room.hear(Started())
    assert (room.now.met, reports(room)) == (True, [act.Reached("CAcaller")])


@pytest.mark.parametrize("event", [HangUp(), Left("operator"), SentOut("caller", "CAcaller")])
def test_who_is_sent_to_the_room_as_the_operator_leaves_is_cut_off_and_not_missed(
    event: HangUp | Left | SentOut,
) -> None:
    room = called_back()
    room.hear(event)
    assert [type(each).__name__ for each in reports(room)] == ["CutOff"]
    assert act.Requeue() in room.done
    assert (room.now.phase, room.now.ended_by) == (Phase.OVER, None), "so they hear of it"


def test_who_was_cut_off_is_reported_so_before_they_stand_in_line_again() -> None:
    room = called_back(Room(ringing(BROWSER, callback="7")))
    room.enter("caller", "CAcaller")
    room.settle()
    room.hang_up("operator")
    room.settle()
    told = [each for each in room.done if isinstance(each, act.Reached | act.CutOff | act.Requeue)]
    assert told == [act.Reached("CAcaller"), act.CutOff(), act.Requeue(lost=True)]


def test_once_the_operator_has_let_them_go_nobody_is_sent_to_the_room() -> None:
    room = Room(ringing(callback="7"))
    room.operator_answers()
    room.settle()
    room.hear(HangUp())
    room.hear(Coming("caller", "CAcaller"))
    room.settle()
    assert reports(room) == [act.Missed("let go")]
    assert room.now.party(PartyRole.CALLER) is None


def test_who_was_rung_twice_comes_by_one_call_and_the_end_of_the_other_is_nothing() -> None:
    """Redis has forgotten that they were rung already."""
    room = Room(ringing(callback="7"))
    room.operator_answers()
    room.settle()
    room.hear(Coming("caller", "CAearlier"))
    assert act.Remove("CAcaller") in room.done
    room.hear(Left("caller", Why.CANCELED, "CAcaller"))
    room.hear(Joined("caller", "CAearlier"))
    assert room.now.met
    room.hear(Coming("caller", "CAcaller"))
    assert [party.leg for party in room.now.parties if party.role is PartyRole.CALLER] == [
        "CAearlier"
    ]


def test_a_ringing_that_was_done_after_all_has_not_failed() -> None:
    """The process that asked for it has died before it could note the carrier's answer."""
    room = called_back()
    ring = act.Ring("caller", PartyRole.CALLER, "+441632960001")
    assert advance(room.now, Failed(ring), NOON).conversation == room.now


def test_a_caller_who_comes_before_the_operator_is_not_sent_away_with_them() -> None:
    """The operator still hears for whom they are rung, and hangs up."""
    room = Room(ringing())
    room.hear(Answered("CAoperator"))
    room.hear(Joined("caller", "CAcaller"))
    assert not room.now.met
    room.hear(HangUp())
    assert act.Requeue() in room.done


def test_an_operator_who_hangs_up_as_the_caller_comes_in_did_not_mean_them() -> None:
    room = Room(ringing())
    room.operator_answers()
    room.settle()
    since = room.now.talking_since
    assert since is not None
    step = advance(room.now, HangUp(), since + timedelta(milliseconds=10))
    assert act.Requeue() in step.actions
    assert act.Finish() in advance(room.now, HangUp(), since + timedelta(seconds=1)).actions
