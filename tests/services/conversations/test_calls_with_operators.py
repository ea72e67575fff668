"""Conversations as caller, operator and third parties live them, over HTTP with the simulator."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr import keys
from ivr.adapters.redis.turn_journal import drain
from ivr.adapters.sql import open_records
from ivr.bootstrap import Services
from ivr.core.conversation.commands import (
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
    Watch,
    Watching,
)
from ivr.core.conversation.state import PartyRole, PartyState, Phase
from ivr.core.queue.entry import QueueEntry, for_callback, room_of
from ivr.core.queue.states import DeviceType, Presence
from ivr.core.records.call_course import tell
from ivr.errors import CarrierError, ConversationError
from ivr.settings import Settings
from ivr.simulator import Answers, Busy, Call, Hears, Misbehaviour, NoAnswer, Rings
from tests.services.conversations.stage_floor import (
    ANN,
    CALLER,
    DECORATOR,
    MAYA,
    SAM,
    STAYS,
    THIRD,
    Stage,
    now,
    rings,
)


def test_an_available_operator_is_offered_the_caller_and_hears_for_whom(stage: Stage) -> None:
    call, leg, id_ = stage.talk()
    assert "Call for Rainbow Frost" in leg.heard
    assert stage.state().state is Presence.ON_CALL
    assert stage.see(id_).phase is Phase.TALKING
    leg.hang_up()
    stage.phase(id_, Phase.OVER)
    call.join()
    assert "Thank you. Goodbye." in call.heard
    assert stage.see(id_).ended_by is PartyRole.OPERATOR
    assert stage.state().state is Presence.WRAP_UP


def test_in_the_browser_the_operator_is_rung_there(stage: Stage) -> None:
    stage.talk(reach=DeviceType.BROWSER)
    assert stage.carrier.telephones.rung[-1] == ("client:sam", "+441604529170")


def test_an_operator_who_does_not_answer_is_away_and_the_caller_first_in_line(stage: Stage) -> None:
    stage.carrier.telephones[SAM] = NoAnswer()
    stage.sign_on()
    call = stage.caller()
    stage.services.ringer.offer()
    stage.until(lambda: stage.state().state is Presence.AWAY)
    assert stage.state().reason == "no answer"
    assert [entry.ticket.call_sid for entry in stage.queue.waiting(now())] == [call.sid]
    assert stage.services.ringer.offer() == 0
    assert stage.conversations.all() == []


def test_hold_and_resume(stage: Stage) -> None:
    call, _, id_ = stage.talk()
    stage.ask(id_, Hold())
    stage.until(lambda: call.transcript.of("held"))
    stage.until(lambda: any("hold.wav" in text for text in call.transcript.texts("played")[1:]))
    stage.ask(id_, Resume())
    stage.until(lambda: call.transcript.of("resumed"))


def test_a_muted_operator_is_not_heard(stage: Stage) -> None:
    _, leg, id_ = stage.talk()
    stage.ask(id_, Mute(True))
    [room] = stage.carrier.conferences
    assert [member.muted for member in room.members if member.call is leg] == [True]


def test_a_warm_transfer_that_is_accepted(stage: Stage) -> None:
    stage.carrier.telephones[MAYA] = telephone = rings()
    call, leg, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD, "about the stairs"))
    stage.until(lambda: call.transcript.of("held"))
    telephone.answer()
    stage.stands(id_, PartyRole.THIRD, PartyState.IN)
    third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
    assert "A call for Rainbow Frost" in third.heard
    assert "about the stairs" in third.heard
    stage.ask(id_, Complete())
    leg.join()
    stage.until(lambda: call.transcript.of("resumed"))
    assert stage.see(id_).phase is Phase.HANDED_ON
    assert stage.state().state is Presence.WRAP_UP
    third.hang_up()
    call.join()
    stage.phase(id_, Phase.OVER)
    assert "Thank you. Goodbye." in call.heard


@pytest.mark.parametrize(
    "telephone",
    [Busy(after=2), NoAnswer(), Answers(after=1, keys="2"), Answers(after=1, does=[Hears("call")])],
    ids=["busy", "no answer", "another key", "hangs up"],
)
def test_a_third_party_who_declines_gives_the_caller_back(stage: Stage, telephone: object) -> None:
    stage.carrier.telephones[MAYA] = telephone  # type: ignore[assignment]
    call, leg, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD))
    stage.stands(id_, PartyRole.THIRD, None)
    [room] = stage.carrier.conferences
    stage.until(lambda: not any(member.held for member in room.members))
    assert {member.call for member in room.members} == {call, leg}
    assert stage.see(id_).phase is Phase.TALKING


def test_three_talk_and_the_operator_lets_the_third_go(stage: Stage) -> None:
    stage.carrier.telephones[MAYA] = STAYS
    call, _, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD))
    stage.until(lambda: call.transcript.of("held"))
    stage.stands(id_, PartyRole.THIRD, PartyState.IN)
    stage.ask(id_, JoinAll())
    stage.until(lambda: call.transcript.of("resumed"))
    third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
    stage.ask(id_, EndConsult())
    third.join()
    assert stage.see(id_).phase is Phase.TALKING


def test_a_cold_transfer_that_is_taken_with_a_key(stage: Stage) -> None:
    stage.carrier.telephones[MAYA] = telephone = Rings(replace(STAYS, keys="1"))
    call, leg, id_ = stage.talk()
    stage.ask(id_, Transfer(THIRD))
    stage.until(lambda: call.transcript.of("held"))
    telephone.answer()
    leg.join()
    stage.stands(id_, PartyRole.THIRD, PartyState.IN)
    stage.until(lambda: call.transcript.of("resumed"))
    third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
    assert "Press 1 to take the call" in third.heard
    assert stage.state().state is Presence.WRAP_UP
    call.hang_up()
    third.join()
    stage.phase(id_, Phase.OVER)


def test_a_cold_transfer_to_a_machine_puts_the_caller_back_in_their_old_place(
    stage: Stage,
) -> None:
    stage.carrier.telephones[MAYA] = STAYS
    call, _, id_ = stage.talk()
    ticket = stage.queue.reservation(id_)
    later = stage.caller()
    stage.ask(id_, Transfer(THIRD))
    stage.phase(id_, Phase.OVER)
    stage.heard(call, "Somebody will be with you in a moment")
    waiting = [entry.ticket for entry in stage.queue.waiting(now())]
    assert [each.call_sid for each in waiting] == [call.sid, later.sid]
    assert ticket is not None
    assert waiting[0].joined_at == ticket.ticket.joined_at


def test_handing_over_to_another_operator(stage: Stage) -> None:
    stage.carrier.telephones[ANN] = STAYS
    call, leg, id_ = stage.talk()
    stage.sign_on("ann")
    stage.ask(id_, HandOver("ann"))
    leg.join()
    stage.until(lambda: stage.services.ringer.offer() or stage.conversations.conversation_of("ann"))
    second = stage.met("ann")
    assert second.id != id_
    assert second.call_sid == call.sid
    stage.until(lambda: call.connections == 2)


def test_a_lost_browser_puts_the_caller_back_at_the_head(stage: Stage) -> None:
    call, leg, id_ = stage.talk(reach=DeviceType.BROWSER)
    leg.hang_up()
    stage.phase(id_, Phase.OVER)
    stage.heard(call, "Somebody will be with you in a moment")
    assert [entry.ticket.call_sid for entry in stage.queue.waiting(now())] == [call.sid]
    assert stage.state().reason == "connection lost"
    stage.sign_on()
    stage.services.ringer.offer()
    assert stage.met("sam").call_sid == call.sid


def test_a_browser_that_hangs_up_by_its_key_ends_it(stage: Stage) -> None:
    call, leg, id_ = stage.talk(reach=DeviceType.BROWSER)
    stage.hang_up(id_)
    leg.join()
    call.join()
    assert "Thank you. Goodbye." in call.heard
    assert stage.state().state is Presence.WRAP_UP


def test_a_caller_who_hangs_up_half_way_lets_everybody_go(stage: Stage) -> None:
    stage.carrier.telephones[MAYA] = telephone = rings()
    call, leg, id_ = stage.talk()
    stage.ask(id_, Consult(THIRD))
    stage.until(lambda: call.transcript.of("held"))
    call.hang_up()
    leg.join()
    stage.phase(id_, Phase.OVER)
    stage.until(lambda: all(each.is_over for each in stage.carrier.calls))
    assert not telephone.answered
    assert stage.see(id_).ended_by is PartyRole.CALLER
    assert stage.state().state is Presence.WRAP_UP
    assert stage.queue.waiting(now()) == []


def test_a_caller_who_hangs_up_while_the_operator_is_rung_ends_the_ringing(stage: Stage) -> None:
    stage.carrier.telephones[SAM] = rings()
    stage.sign_on()
    call = stage.caller()
    stage.services.ringer.offer()
    [conversation] = stage.conversations.all()
    leg = stage.leg_of(conversation)
    call.hang_up()
    assert leg.join().status == "canceled"
    assert stage.state().state is Presence.AVAILABLE


def test_a_supervisor_listens(stage: Stage) -> None:
    stage.carrier.telephones[ANN] = STAYS
    _, leg, id_ = stage.talk()
    stage.ask(id_, Watch(Target("Ann Whitlock", ANN), Watching.LISTEN))
    stage.stands(id_, PartyRole.SUPERVISOR, PartyState.IN)
    [room] = stage.carrier.conferences
    supervisor = stage.leg_of(stage.see(id_), PartyRole.SUPERVISOR)
    assert [member.muted for member in room.members if member.call is supervisor] == [True]
    stage.ask(id_, Watch(Target("Ann Whitlock", ANN), Watching.COACH))
    assert [m.coaches for m in room.members if m.call is supervisor] == [leg.sid]


def test_what_the_carrier_does_not_do_is_said_and_changes_nothing(stage: Stage) -> None:
    call, _, id_ = stage.talk()
    before = stage.see(id_)
    nowhere = Target("Nobody", "+44")
    with pytest.raises(ConversationError, match="not done it"):
        stage.ask(id_, Consult(nowhere))
    stage.until(lambda: call.transcript.of("resumed"))
    assert replace(stage.see(id_), rings=0, about="", gone=None) == before


@pytest.fixture
def recorded_flows(tmp_path: Path, flows: Path) -> Path:
    """The decorator's file, with conversations recorded."""
    folder = tmp_path / "recorded"
    shutil.copytree(flows, folder)
    text = (flows / "rainbow-frost.yaml").read_text("utf-8")
    text = text.replace("client:\n", "client:\n  recording: {calls: yes}\n", 1)
    (folder / "rainbow-frost.yaml").write_text(text, "utf-8")
    return folder


class TestRecording:
    @pytest.fixture
    def flows(self, recorded_flows: Path) -> Path:
        return recorded_flows

    def test_callers_are_told_and_the_recording_can_be_paused(self, stage: Stage) -> None:
        call, _, id_ = stage.talk()
        assert "This call is recorded" in call.heard
        [room] = stage.carrier.conferences
        assert room.recording is not None
        assert room.recording.running
        stage.ask(id_, PauseRecording(True))
        assert room.recording.recording is not None
        assert room.recording.recording.state == "paused"
        assert stage.see(id_).paused
        stage.ask(id_, PauseRecording(False))
        assert room.recording.recording.state == "in-progress"


def test_nothing_is_recorded_unless_the_file_says_so(stage: Stage) -> None:
    call, _, id_ = stage.talk()
    assert "recorded" not in call.heard
    with pytest.raises(ConversationError, match="Nothing is being recorded"):
        stage.ask(id_, PauseRecording(True))


class TestWhereEverythingIsToldTwice:
    @pytest.fixture
    def misbehaviour(self) -> Misbehaviour:
        return Misbehaviour(deliver_twice="at once", status_out_of_order=True)

    def test_a_warm_transfer_is_what_it_is(self, stage: Stage) -> None:
        stage.carrier.telephones[MAYA] = STAYS
        call, leg, id_ = stage.talk()
        stage.ask(id_, Consult(THIRD))
        stage.until(lambda: call.transcript.of("held"))
        stage.stands(id_, PartyRole.THIRD, PartyState.IN)
        stage.ask(id_, Complete())
        leg.join()
        third = stage.leg_of(stage.see(id_), PartyRole.THIRD)
        stage.until(lambda: call.transcript.of("resumed"))
        third.hang_up()
        call.join()
        stage.phase(id_, Phase.OVER)
        assert stage.see(id_).ended_by is PartyRole.THIRD


class TestWithoutTheCarriersHelp:
    """The REST interface cannot be reached for a while."""

    @pytest.fixture
    def cut_off(self, stage: Stage) -> Services:
        nowhere = replace(stage.services.settings, twilio_api_url="http://127.0.0.1:1")
        return replace(stage.services, settings=nowhere)

    def test_a_command_is_refused_and_nothing_changes(
        self, stage: Stage, cut_off: Services
    ) -> None:
        _, leg, id_ = stage.talk()
        before = stage.see(id_)
        for command in (Hold(), Mute(True), Transfer(THIRD)):
            with pytest.raises(ConversationError, match="try again"):
                cut_off.conversations.command(id_, command, "sam", now())
            assert stage.see(id_) == before
        assert not leg.is_over

    def test_what_could_not_be_ended_is_ended_later(self, stage: Stage, cut_off: Services) -> None:
        call, leg, id_ = stage.talk()
        cut_off.conversations.command(id_, HangUp(), "sam", now() + timedelta(seconds=2))
        assert stage.see(id_).phase is Phase.OVER
        assert stage.state().state is Presence.WRAP_UP
        assert stage.conversations.tend(now()) == 0
        assert not call.is_over
        assert stage.conversations.tend(now() + timedelta(seconds=30)) == 1
        call.join()
        leg.join()
        assert stage.conversations.tend(now() + timedelta(seconds=90)) == 0

    def test_a_room_of_whose_end_nobody_told_us_is_over_all_the_same(self, stage: Stage) -> None:
        _, leg, id_ = stage.talk()
        before = stage.redis.get(keys.conversation(id_))
        assert before is not None
        stage.services.conferences.end(room_of(id_))
        stage.phase(id_, Phase.OVER)
        leg.join()
        stage.carrier.conferences[-1].flush()  # all that is told of its end has been told
        stage.redis.set(keys.conversation(id_), before)  # as if it had not been told
        stage.redis.sadd(keys.QUEUE_CONVERSATIONS, id_)
        assert stage.conversations.tend(now()) == 0, "a moment later the carrier may still tell"
        assert stage.conversations.tend(now() + timedelta(seconds=60)) == 1
        assert stage.see(id_).phase is Phase.OVER

    def test_an_operator_who_cannot_be_rung_leaves_the_caller_in_line(
        self, stage: Stage, cut_off: Services
    ) -> None:
        stage.sign_on(reach=DeviceType.BROWSER)
        call = stage.caller()
        with pytest.raises(CarrierError):
            cut_off.ringer.offer()
        assert stage.state().state is Presence.AVAILABLE
        assert [entry.ticket.call_sid for entry in stage.queue.waiting(now())] == [call.sid]

    def test_an_operator_without_a_telephone_is_not_offered_callers_for_ever(
        self, stage: Stage
    ) -> None:
        stage.sign_on("joy")
        stage.caller()
        stage.services.ringer.offer()
        assert stage.state("joy").state is Presence.AWAY


class TestCallingBack:
    @pytest.fixture
    def ticket(self) -> QueueEntry:
        sid = for_callback("7")
        joined = now() - timedelta(minutes=5)
        return QueueEntry(sid, "rainbow-frost", CALLER, DECORATOR, 5, (), joined, 120, callback="7")

    def rung(self, stage: Stage, ticket: QueueEntry) -> tuple[Call, str]:
        """Sam has answered, and whoever is called back is being rung."""
        stage.carrier.telephones[SAM] = STAYS
        stage.sign_on()
        stage.queue.keep_place(ticket)
        stage.services.ringer.offer()
        [conversation] = stage.conversations.all()
        stage.until(lambda: CALLER in [number for number, _ in stage.carrier.telephones.rung])
        return stage.leg_of(conversation), conversation.id

    def test_who_is_called_back_hears_first_who_it_is(
        self, stage: Stage, ticket: QueueEntry
    ) -> None:
        stage.carrier.telephones[CALLER] = telephone = rings()
        leg, id_ = self.rung(stage, ticket)
        assert stage.see(id_).phase is Phase.RINGING
        telephone.answer()
        stage.phase(id_, Phase.TALKING)
        stage.until(lambda: stage.see(id_).met)
        called = stage.leg_of(stage.see(id_), PartyRole.CALLER)
        assert called.heard.startswith("This is Rainbow Frost Decorators, calling you back.")
        assert called.from_ == DECORATOR
        assert "Call back for Rainbow Frost" in leg.heard
        leg.hang_up()
        called.join()
        stage.phase(id_, Phase.OVER)
        assert stage.queue.waiting(now()) == []

    def test_who_does_not_answer_lets_the_operator_go(
        self, stage: Stage, ticket: QueueEntry
    ) -> None:
        stage.carrier.telephones[CALLER] = telephone = rings()
        leg, id_ = self.rung(stage, ticket)
        telephone.give_up()
        leg.join()
        stage.phase(id_, Phase.OVER)
        stage.until(lambda: stage.state().state is Presence.AVAILABLE)

    def test_an_operator_who_is_lost_leaves_the_promise_standing(
        self, stage: Stage, ticket: QueueEntry
    ) -> None:
        stage.carrier.telephones[CALLER] = STAYS
        stage.carrier.telephones["client:sam"] = STAYS
        stage.sign_on(reach=DeviceType.BROWSER)
        leg, id_ = self.rung(stage, ticket)
        stage.until(lambda: stage.see(id_).met)
        called = stage.leg_of(stage.see(id_), PartyRole.CALLER)
        leg.hang_up()
        called.join()
        assert "we were cut off" in called.heard
        assert [entry.ticket.callback for entry in stage.queue.waiting(now())] == ["7"]


def test_the_call_s_timeline_tells_who_was_rung_and_what_was_done(
    stage: Stage, settings: Settings
) -> None:
    call, leg, id_ = stage.talk()
    stage.ask(id_, Hold())
    stage.ask(id_, Resume())
    leg.hang_up()
    stage.phase(id_, Phase.OVER)
    call.join()
    records = open_records(settings.database_url)
    drain(stage.redis, records, 1)
    while drain(stage.redis, records, 1):
        pass
    call_detail = records.calls.detail(call.sid)
    records.close()
    assert call_detail
    told = [line.text for line in tell(call_detail)]
    wanted = [
        "Sam was rung.",
        "Sam answered.",
        "Connected.",
        "The caller was put on hold by sam.",
        "The caller was taken back from hold by sam.",
        "The call to sam ended (hung up).",
    ]
    assert [line for line in told if line in wanted] == wanted
    [operator] = call_detail.timeline.legs
    assert operator.sid == leg.sid
