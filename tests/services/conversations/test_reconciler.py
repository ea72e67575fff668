"""Callbacks that are lost, or that Redis forgot, are made good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import keys
from ivr.core.conversation.commands import Complete, Consult, EndConsult
from ivr.core.conversation.events import Joined, Left, RoomEnded
from ivr.core.conversation.state import PartyRole, PartyState, Phase
from ivr.services.conversations.reconciler import differences
from ivr.simulator import Call
from tests.services.conversations.made_up_room import BROWSER, PHONE, Room, ringing
from tests.services.conversations.stage_floor import MAYA, SAM, STAYS, THIRD, Stage, now, rings
from tests.services.conversations.test_random_conversations import nobody_is_left_alone, what_can_be


def look(stage: Stage, times: int) -> list[int]:
    """In how many conversations something was found, each time that was looked."""
    return [stage.conversations.tend(now() + timedelta(minutes=each + 1)) for each in range(times)]


def forget(stage: Stage, id_: str, then: bytes | str | None, gone: Call) -> None:
    """Have Redis know what it knew then, as after a power cut; who has gone since has been told."""
    assert then is not None
    gone.join()
    stage.redis.set(keys.conversation(id_), then)
    stage.redis.sadd(keys.QUEUE_CONVERSATIONS, id_)


def test_a_third_party_of_whose_leaving_nobody_told_us_is_gone(stage: Stage) -> None:
    stage.carrier.telephones[MAYA] = STAYS
    call, leg, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD))
    stage.stands(id_, PartyRole.THIRD, PartyState.IN)
    before = stage.redis.get(keys.conversation(id_))
    third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
    stage.ask(id_, EndConsult())
    forget(stage, id_, before, third)
    assert look(stage, 1) == [1]
    assert stage.see(id_).party(PartyRole.THIRD) is None
    assert stage.see(id_).phase is Phase.TALKING
    assert not (call.is_over or leg.is_over)


def test_after_a_restart_of_redis_a_settled_conversation_is_looked_at_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.carrier.telephones[MAYA] = STAYS
    _, _, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD))
    stage.stands(id_, PartyRole.THIRD, PartyState.IN)
    before = stage.redis.get(keys.conversation(id_))
    third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
    service, later = stage.conversations, now() + timedelta(minutes=5)
    assert service.tend(later - timedelta(minutes=3)) == 0
    assert service.tend(later) == 0
    stage.ask(id_, EndConsult())
    forget(stage, id_, before, third)
    assert service.tend(later + timedelta(seconds=15)) == 0, "the next look is not yet due"
    monkeypatch.setattr(service._store, "redis_run", lambda: "another")
    assert service.tend(later + timedelta(seconds=16)) == 1
    assert stage.see(id_).party(PartyRole.THIRD) is None


def test_a_third_party_does_not_stay_alone_where_it_was_forgotten_that_they_came(
    stage: Stage,
) -> None:
    stage.carrier.telephones[MAYA] = telephone = rings()
    call, leg, id_ = stage.talk()
    before = stage.redis.get(keys.conversation(id_))
    stage.ask(id_, Consult(THIRD))
    telephone.answer()
    stage.stands(id_, PartyRole.THIRD, PartyState.IN)
    third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
    stage.redis.set(keys.conversation(id_), before or b"")
    assert look(stage, 2) == [0, 1]
    third.join()
    assert not (call.is_over or leg.is_over)


def test_a_caller_of_whose_hanging_up_nobody_told_us_ends_it(stage: Stage) -> None:
    stage.carrier.telephones[MAYA] = STAYS
    call, _, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD))
    stage.stands(id_, PartyRole.THIRD, PartyState.IN)
    stage.ask(id_, Complete())
    stage.phase(id_, Phase.HANDED_ON)
    before = stage.redis.get(keys.conversation(id_))
    third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
    call.hang_up()
    third.join()
    forget(stage, id_, before, call)
    assert look(stage, 1) == [1]
    assert stage.see(id_).phase is Phase.OVER


def test_who_does_not_answer_and_nobody_told_us_rings_no_more(stage: Stage) -> None:
    stage.carrier.telephones[MAYA] = rings()
    _, _, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD))
    before = stage.redis.get(keys.conversation(id_))
    stage.ask(id_, EndConsult())
    third = next(call for call in stage.carrier.calls if call.to == MAYA)
    stage.until(lambda: "/twilio/conference/leg" in str(third.transcript))
    stage.redis.set(keys.conversation(id_), before or b"")
    assert stage.see(id_).party(PartyRole.THIRD) is not None
    assert look(stage, 1) == [1], "the carrier knows that the call is over"
    assert stage.see(id_).phase is Phase.TALKING


def test_a_conversation_as_it_is_differs_in_nothing(stage: Stage) -> None:
    call, leg, id_ = stage.talk()
    assert look(stage, 3) == [0, 0, 0]
    assert stage.see(id_).phase is Phase.TALKING
    assert not (call.is_over or leg.is_over)


@settings(max_examples=300)
@given(st.data(), st.sampled_from([PHONE, BROWSER]), st.sampled_from(["", "7"]))
def test_whatever_callbacks_are_lost_nobody_is_left_alone(
    data: st.DataObject, address: str, callback: str
) -> None:
    room = Room(ringing(address, callback, recorded=True))
    room.operator_answers()
    for _ in range(data.draw(st.integers(0, 25))):
        can = what_can_be(room, endings=data.draw(st.integers(0, 4)) == 0)
        can[data.draw(st.integers(0, len(can) - 1))]()
        if data.draw(st.booleans()):
            room.told.clear()
    if room.on_the_way:
        room.caller_arrives()
    for label in [*room.ringing]:
        room.decline(label)
    room.told.clear()
    for _ in range(5):
        found = differences(room.now, room.inside) if room.inside else [RoomEnded()]
        for event in found:
            room.hear(event)
        room.settle()
        for label in [*room.ringing]:
            room.decline(label)
        room.settle()
    if room.now.met:
        nobody_is_left_alone(room)
        assert room.now.phase is Phase.OVER or differences(room.now, room.inside) == []


@given(st.sampled_from(["third-1", "supervisor-1"]))
def test_who_is_there_and_unknown_is_told_of_after_who_has_left(label: str) -> None:
    room = Room(ringing())
    room.operator_answers()
    room.caller_arrives()
    room.settle()
    assert differences(room.now, {"operator": "CAoperator", label: "CA1"}) == [
        Left("caller"),
        Joined(label, "CA1"),
    ]


def test_who_is_known_by_the_queue_alone_to_have_answered_has_answered(stage: Stage) -> None:
    stage.carrier.telephones[SAM] = telephone = rings()
    stage.sign_on()
    call = stage.caller()
    stage.services.ringer.offer()
    reservation = stage.queue.reservation_of("sam")
    assert reservation is not None
    before = stage.redis.get(keys.conversation(reservation.id))
    telephone.answer()
    leg = stage.leg_of(stage.met("sam"))
    stage.until(lambda: call.transcript.of("connected") and leg.transcript.of("connected"))
    stage.redis.set(keys.conversation(reservation.id), before or b"")
    stage.stands(reservation.id, PartyRole.OPERATOR, PartyState.RINGING)
    assert stage.conversations.tend(now()) == 1
    stage.stands(reservation.id, PartyRole.OPERATOR, PartyState.COMING)
    began = stage.see(reservation.id).began_at
    for seconds in (12, 24):
        stage.conversations.tend(began + timedelta(seconds=seconds))
    assert stage.see(reservation.id).met
    assert not (call.is_over or leg.is_over)


def test_who_is_known_by_the_queue_alone_to_have_answered_and_is_gone_keeps_nobody(
    stage: Stage,
) -> None:
    stage.carrier.telephones[SAM] = telephone = rings()
    stage.sign_on()
    call = stage.caller()
    stage.services.ringer.offer()
    reservation = stage.queue.reservation_of("sam")
    assert reservation is not None
    assert stage.queue.operator_answered(reservation.id, now())
    telephone.give_up()
    stage.phase(reservation.id, Phase.OVER)
    assert stage.queue.reservation(reservation.id) is None
    assert [each.ticket.call_sid for each in stage.queue.waiting(now())] == [call.sid]
