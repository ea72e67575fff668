"""A call back from the key to the talk: asked for, hung up, rung when its turn comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from ivr.adapters.sql import SqlRecords, open_records
from ivr.core.call_back import CallBackState
from ivr.core.conversation.state import PartyRole, Phase
from ivr.core.queue.states import DeviceType, Presence
from ivr.core.records.call_back import CallBack
from ivr.services.conversations.links import RoomLinks
from ivr.services.queue.call_backs import CallBackPlaces
from ivr.settings import Settings
from ivr.simulator import Busy, Hears, NoAnswer, Press, WaitUntilHears
from ivr.simulator.caller import Step
from ivr.simulator.targets import Target
from tests.services.conversations.stage_floor import CALLER, DECORATOR, SAM, STAYS, Stage, now

ASKS: list[Step] = [
    Press("1"),  # a booking, so for an operator
    WaitUntilHears("Please hold"),
    Press("2"),
    Hears("We can call you back on 0 1 6 3 2"),
    Press("1"),
    WaitUntilHears("keep your place in line"),
]


@pytest.fixture
def records(settings: Settings) -> Iterator[SqlRecords]:
    records = open_records(settings.database_url)
    yield records
    records.close()


def asked(stage: Stage, records: SqlRecords) -> CallBack:
    """Somebody has asked to be called back, and has hung up."""
    stage.carrier.place(DECORATOR, CALLER, ASKS).join()
    [call_back] = records.call_backs.newest()
    assert [each.ticket.callback for each in stage.queue.waiting(now())] == [call_back.id]
    return call_back


def offered(stage: Stage) -> None:
    """The operator is available, and offered the call back."""
    stage.carrier.telephones[SAM] = STAYS
    stage.sign_on()
    assert stage.services.ringer.offer() == 1


def noted(records: SqlRecords, call_back: CallBack) -> CallBack:
    """The call back as it now is."""
    found = records.call_backs.find(call_back.id)
    assert found is not None
    return found


def tried(records: SqlRecords, call_back: CallBack, times: int) -> bool:
    return noted(records, call_back).attempts == times


def test_who_asked_is_called_when_an_operator_is_there_and_they_talk(
    stage: Stage, records: SqlRecords
) -> None:
    call_back = asked(stage, records)
    stage.carrier.telephones[CALLER] = STAYS
    offered(stage)
    id_ = stage.met("sam").id
    assert stage.carrier.telephones.rung[-2:] == [(SAM, DECORATOR), (CALLER, DECORATOR)]
    called = stage.leg_of(stage.see(id_), PartyRole.CALLER)
    assert "Rainbow Frost" in called.heard, "who calls says who it is"
    called.hang_up()
    stage.phase(id_, Phase.OVER)
    stage.until(lambda: stage.state().state is Presence.WRAP_UP)
    stage.until(lambda: noted(records, call_back).ended_at)
    after = noted(records, call_back)
    assert (after.state, after.attempts) == (CallBackState.REACHED, 1)
    assert after.reached_call == called.sid
    assert stage.queue.waiting(now()) == []


@pytest.mark.parametrize("telephone", [Busy(), NoAnswer()])
def test_who_is_not_reached_is_tried_again_and_then_a_job(
    stage: Stage, records: SqlRecords, telephone: Busy | NoAnswer
) -> None:
    call_back = asked(stage, records)
    places = CallBackPlaces(records.call_backs, stage.queue)
    stage.carrier.telephones[CALLER] = telephone
    for attempt in (1, 2, 3):
        offered(stage)
        stage.until(partial(tried, records, call_back, attempt))
        stage.until(lambda: not stage.conversations.all())
        assert stage.queue.waiting(now()) == []
        if attempt < 3:
            records.call_backs.put_off(call_back.id, now())  # ten minutes later
            places.hold(now())
            places.hold(now() + timedelta(seconds=20))
    assert noted(records, call_back).state is CallBackState.GIVEN_UP
    [job] = [records.jobs.find(each) for each in records.jobs.rising(now() + timedelta(days=9))]
    assert job is not None
    assert (job.owner.id, job.caller) == ("ian", CALLER)


def test_who_is_cut_off_is_called_again_from_the_old_place(
    stage: Stage, records: SqlRecords
) -> None:
    call_back = asked(stage, records)
    stage.carrier.telephones[CALLER] = stage.carrier.telephones["client:sam"] = STAYS
    stage.sign_on(reach=DeviceType.BROWSER)
    assert stage.services.ringer.offer() == 1
    id_ = stage.met("sam").id
    stage.leg_of(stage.see(id_)).hang_up()  # the connection of the operator's browser breaks
    stage.phase(id_, Phase.OVER)
    stage.until(lambda: noted(records, call_back).reached_call is None)
    CallBackPlaces(records.call_backs, stage.queue).hold(now())
    assert noted(records, call_back).state is CallBackState.WAITING
    assert [each.ticket.callback for each in stage.queue.waiting(now())] == [call_back.id]


def test_who_hangs_up_themselves_is_not_called_again_whatever_of_it_comes_first(
    stage: Stage, records: SqlRecords
) -> None:
    call_back = asked(stage, records)
    stage.carrier.telephones[CALLER] = STAYS
    offered(stage)
    id_ = stage.met("sam").id
    called = stage.leg_of(stage.see(id_), PartyRole.CALLER)
    # That they are out of the room is told after what comes of their <Dial>.
    called.wire.report(Target(called.address(RoomLinks(id_).after_call_back)))
    stage.until(lambda: noted(records, call_back).ended_at)
    after = noted(records, call_back)
    assert (after.state, after.reached_call) == (CallBackState.REACHED, called.sid)
    called.hang_up()
    stage.until(lambda: stage.state().state is Presence.WRAP_UP)
    assert noted(records, call_back) == after
    assert stage.queue.waiting(now()) == []


def test_an_operator_who_does_not_answer_costs_no_try(stage: Stage, records: SqlRecords) -> None:
    call_back = asked(stage, records)
    stage.carrier.telephones[SAM] = NoAnswer()
    stage.sign_on()
    stage.services.ringer.offer()
    stage.until(lambda: stage.state().state is Presence.AWAY)
    after = noted(records, call_back)
    assert (after.state, after.attempts) == (CallBackState.WAITING, 0)
    assert [each.ticket.callback for each in stage.queue.waiting(now())] == [call_back.id]
