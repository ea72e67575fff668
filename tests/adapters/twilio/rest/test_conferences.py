"""Conferences are steered over REST, by the real package, against the simulated carrier."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ivr.adapters.twilio.rest.conferences import TwilioConferences
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.errors import CallGone, CarrierError
from ivr.settings import Settings
from ivr.simulator import Answers, Busy, Call, Carrier, Rings, Speak, Stay, WaitUntilConnected
from ivr.simulator.conference.rooms import Member
from ivr.simulator.telephones import Telephone as Phone
from tests.outside_system import System, say

PUBLIC_URL = "https://tango.example"
CALLED, CALLER = "+441604529170", "+441632960001"
OPERATOR, THIRD = "client:sam", "+447700900300"
ROOM = "call 1"


@pytest.fixture
def carrier(settings: Settings, system: System) -> Iterator[Carrier]:
    """A carrier whose callers are sent to the room, and who plays music to who is on hold."""
    room = (
        "<Response><Dial><Conference participantLabel='caller' record='record-from-start'>"
        f"{ROOM}</Conference></Dial></Response>"
    )
    documents = {
        "/twilio/voice": room,
        "/music": "<Response><Say>La la la.</Say></Response>",
        "/note": "<Response><Say>Two minutes left.</Say></Response>",
    }
    system.answer = lambda handler: say(
        handler, documents.get(handler.path, "").encode(), 200, **{"Content-Type": "text/xml"}
    )
    with Carrier(
        system.url,
        PUBLIC_URL,
        settings.account_sid,
        settings.auth_token,
        hold_turn_seconds=0.02,
        patience_seconds=10.0,
    ) as running:
        yield running


@pytest.fixture
def at_the_carrier(settings: Settings, carrier: Carrier) -> Settings:
    return replace(settings, twilio_api_url=carrier.api_url)


@pytest.fixture
def conferences(at_the_carrier: Settings) -> TwilioConferences:
    return TwilioConferences(at_the_carrier)


@pytest.fixture
def telephone(at_the_carrier: Settings) -> TwilioTelephone:
    return TwilioTelephone(at_the_carrier)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "It never came about."
        time.sleep(0.005)


@pytest.fixture
def call(carrier: Carrier) -> Call:
    """A caller in the room."""
    call = carrier.place(CALLED, CALLER, [WaitUntilConnected(), Stay()])
    until(lambda: carrier.conferences and carrier.conferences[0].members)
    return call


@pytest.fixture
def add(carrier: Carrier, conferences: TwilioConferences, call: Call) -> Callable[..., Call]:
    """Adds somebody to the caller's room."""

    def adding(to: str, phone: Phone, label: str = "operator", **options: Any) -> Call:
        carrier.telephones[to] = phone
        sid = conferences.add(ROOM, to, CALLED, label, **options)
        return next(leg for leg in carrier.calls if leg.sid == sid)

    return adding


@pytest.fixture
def operator(add: Callable[..., Call], call: Call) -> Call:
    """An operator who talks with the caller, until one of them goes."""
    operator = add(OPERATOR, Answers(talks_for=None))
    until(lambda: operator.connections and call.connections)
    return operator


def member(carrier: Carrier, label: str) -> Member:
    found = carrier.conferences[0].find(label)
    assert found is not None
    return found


def test_a_room_is_found_by_its_name_while_it_goes_on(
    carrier: Carrier, conferences: TwilioConferences, call: Call
) -> None:
    assert conferences.conference_sid(ROOM) == carrier.conferences[0].sid
    assert conferences.conference_sid("another") is None
    call.hang_up()
    call.wait()
    assert conferences.conference_sid(ROOM) is None


def test_a_room_of_the_same_name_may_be_opened_anew(
    carrier: Carrier, conferences: TwilioConferences, call: Call
) -> None:
    call.hang_up()
    call.wait()
    carrier.place(CALLED, CALLER, [WaitUntilConnected(), Stay()])
    until(lambda: len(carrier.conferences) == 2)
    assert conferences.conference_sid(ROOM) == carrier.conferences[1].sid


def test_an_operator_in_a_browser_is_rung_and_comes(
    carrier: Carrier, conferences: TwilioConferences, operator: Call
) -> None:
    assert (operator.to, operator.from_) == (OPERATOR, CALLED)
    assert member(carrier, "operator").call is operator
    assert not member(carrier, "operator").ends


@pytest.mark.parametrize("by_sid", [False, True])
def test_a_caller_is_put_on_hold_and_taken_back(
    conferences: TwilioConferences, carrier: Carrier, call: Call, operator: Call, by_sid: bool
) -> None:
    room = carrier.conferences[0].sid if by_sid else ROOM
    conferences.hold(room, call.sid, True, f"{PUBLIC_URL}/music")
    until(lambda: "La la la." in call.heard)
    conferences.hold(room, call.sid, False)
    until(lambda: call.transcript.of("resumed"))
    assert operator.transcript.of("held") == []


def test_a_caller_may_hear_the_carriers_own_music(
    conferences: TwilioConferences, call: Call, operator: Call
) -> None:
    conferences.hold(ROOM, "caller", True)
    until(lambda: "hold music" in call.transcript.texts("played"))


def test_a_participant_is_muted_and_unmuted(
    conferences: TwilioConferences, carrier: Carrier, operator: Call
) -> None:
    conferences.mute(ROOM, operator.sid, True)
    assert member(carrier, "operator").muted
    conferences.mute(ROOM, operator.sid, False)
    assert not member(carrier, "operator").muted


def test_a_third_is_briefed_while_the_caller_is_held_and_stays_with_them(
    conferences: TwilioConferences, add: Callable[..., Call], call: Call, operator: Call
) -> None:
    conferences.hold(ROOM, call.sid, True, f"{PUBLIC_URL}/music")
    until(lambda: call.transcript.of("held"))
    third = add(THIRD, Answers(does=[WaitUntilConnected(), Speak("put them through"), Stay()]), "3")
    until(lambda: "put them through" in operator.heard)
    conferences.ends_room(ROOM, operator.sid, False)
    conferences.remove(ROOM, operator.sid)
    assert operator.join().ended_by == "server"
    conferences.hold(ROOM, call.sid, False)
    until(lambda: call.transcript.of("resumed"))
    assert "put them through" not in call.heard
    third.hang_up()
    assert third.wait()


def test_a_third_who_declines_leaves_the_others_together(
    conferences: TwilioConferences, add: Callable[..., Call], call: Call, operator: Call
) -> None:
    assert add(THIRD, Busy(after=3), "third").join().status == "busy"
    assert conferences.conference_sid(ROOM)
    assert not call.is_over
    assert not operator.is_over


def test_the_conference_ends_with_whom_it_is_to_end(
    conferences: TwilioConferences, call: Call, operator: Call
) -> None:
    conferences.ends_room(ROOM, operator.sid, True)
    operator.hang_up()
    assert call.join().ended_by == "server"
    assert conferences.conference_sid(ROOM) is None


def test_a_supervisor_is_heard_by_the_operator_alone_until_they_join_in(
    conferences: TwilioConferences, carrier: Carrier, add: Callable[..., Call], operator: Call
) -> None:
    add("client:max", Answers(talks_for=None), "supervisor", coaching=operator.sid)
    assert member(carrier, "supervisor").coaches == operator.sid
    conferences.coach(ROOM, "supervisor", None)
    assert member(carrier, "supervisor").coaches is None
    conferences.coach(ROOM, "supervisor", operator.sid)
    assert member(carrier, "supervisor").coaches == operator.sid


def test_one_participant_hears_an_announcement(
    conferences: TwilioConferences, call: Call, operator: Call
) -> None:
    conferences.announce(ROOM, operator.sid, f"{PUBLIC_URL}/note")
    until(lambda: "Two minutes left." in operator.heard)
    assert "Two minutes left." not in call.heard


def test_the_recording_is_paused_without_a_trace(
    conferences: TwilioConferences,
    carrier: Carrier,
    add: Callable[..., Call],
    operator: Call,
    call: Call,
) -> None:
    conferences.pause_recording(ROOM, True)
    add(THIRD, Answers(talks_for=60), "third").join()
    conferences.pause_recording(ROOM, False)
    add(THIRD, Answers(talks_for=20), "third").join()
    made = carrier.conferences[0].recording
    conferences.end(ROOM)
    call.join()
    assert made is not None
    assert made.recording is not None
    assert made.recording.seconds == 20


def test_everybody_goes_when_the_conference_is_ended(
    conferences: TwilioConferences, carrier: Carrier, call: Call, operator: Call
) -> None:
    sid = carrier.conferences[0].sid
    conferences.end(sid)
    call.join()
    operator.join()
    for room in (sid, ROOM):
        with pytest.raises(CallGone):
            conferences.end(room)


def test_ringing_is_broken_off(telephone: TwilioTelephone, add: Callable[..., Call]) -> None:
    leg = add(THIRD, Rings(), "third")
    until(lambda: leg.status == "ringing")
    telephone.hang_up(leg.sid)
    assert leg.join().status == "canceled"
    with pytest.raises(CallGone):
        telephone.hang_up(leg.sid)


def test_who_has_gone_cannot_be_steered(
    conferences: TwilioConferences, carrier: Carrier, call: Call, operator: Call
) -> None:
    operator.hang_up()
    operator.wait()
    steering: list[Callable[[], None]] = [
        lambda: conferences.hold(ROOM, operator.sid, True),
        lambda: conferences.remove(ROOM, operator.sid),
        lambda: conferences.mute("another", call.sid, True),
        lambda: conferences.mute("CF" + "1" * 32, call.sid, True),
        lambda: conferences.pause_recording("CF" + "1" * 32, True),
    ]
    for steer in steering:
        with pytest.raises(CallGone):
            steer()


def test_a_number_that_the_carrier_refuses_is_said(
    conferences: TwilioConferences, call: Call
) -> None:
    with pytest.raises(CarrierError, match=r"Invalid 'To' phone number: 01604 \(code 21211\)"):
        conferences.add(ROOM, "01604", CALLED, "third")


def test_a_carrier_that_cannot_be_reached_is_said(settings: Settings) -> None:
    nobody = TwilioConferences(replace(settings, twilio_api_url="http://127.0.0.1:9"))
    with pytest.raises(CarrierError, match="cannot be reached"):
        nobody.conference_sid(ROOM)
