"""Conferences over REST, as Twilio's own client asks for them, and what they tell the server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator import (
    Answers,
    Busy,
    Carrier,
    HangUp,
    Hears,
    Press,
    Rings,
    Speak,
    Stay,
    Talk,
    WaitUntilConnected,
    WaitUntilHears,
)
from ivr.simulator.call import Call
from ivr.simulator.conference.conferences import Conference
from ivr.simulator.telephones import Telephone
from tests.simulator.throwaway_server import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    FROM,
    PUBLIC_URL,
    TO,
    Form,
    Server,
)

OPERATOR, THIRD, SAM = "+447700900200", "+447700900300", "client:sam"
EVENTS = "start end join leave mute hold modify announcement"
ROOM = (
    "<Dial action='/after'><Conference participantLabel='caller' record='record-from-start'"
    f" statusCallback='/events' statusCallbackEvent='{EVENTS}'"
    " recordingStatusCallback='/recorded'>room</Conference></Dial>"
)


@pytest.fixture
def client(carrier: Carrier) -> Client:
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    client.api.base_url = carrier.api_url
    return client


@pytest.fixture(autouse=True)
def a_room(server: Server) -> None:
    server.says("/twilio/voice", ROOM)
    server.says("/events", "")
    server.says("/recorded", "")
    server.says("/progress", "")
    server.says("/after", "<Say>Goodbye.</Say>")
    server.says("/music", "<Say>La la la.</Say>")


class Scene:
    """A caller in the room, and whoever comes."""

    def __init__(self, carrier: Carrier, client: Client) -> None:
        self.carrier = carrier
        self.client = client

    def caller(self, *steps: object) -> Call:
        call = self.carrier.place(TO, FROM, steps)  # type: ignore[arg-type]
        self.until(lambda: bool(self.carrier.conferences and self.room.members))
        return call

    def add(self, to: str, telephone: Telephone, **options: object) -> Call:
        """Let somebody be rung for the room, by its name."""
        self.carrier.telephones[to] = telephone
        options = {"label": to, "beep": "false"} | options
        made = self.client.conferences("room").participants.create(to=to, from_=TO, **options)
        return next(call for call in self.carrier.calls if call.sid == made.call_sid)

    def talking(self, *calls: Call) -> None:
        """Wait until these have been connected."""
        self.until(lambda: all(call.connections for call in calls))

    def until(self, true: Callable[[], bool]) -> None:
        for _ in range(500):
            if true():
                return
            self.carrier.calls[0].wait(0.01)
        raise AssertionError("It never came about.")

    def update(self, name: str, **changes: object) -> None:
        self.client.conferences(self.room.sid).participants(name).update(**changes)

    @property
    def room(self) -> Conference:
        return self.carrier.conferences[-1]


@pytest.fixture
def scene(carrier: Carrier, client: Client) -> Scene:
    return Scene(carrier, client)


def told(server: Server) -> list[tuple[str, str]]:
    return [
        (form["StatusCallbackEvent"], form.get("ParticipantLabel", ""))
        for form in server.at("/events")
    ]


def refused(caught: pytest.ExceptionInfo[TwilioRestException]) -> tuple[int, int]:
    return caught.value.status, caught.value.code


def test_events_come_in_order_with_their_numbers(scene: Scene, server: Server) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    operator = scene.add(OPERATOR, Answers(talks_for=None), end_conference_on_exit=True)
    scene.talking(call, operator)
    scene.update("caller", hold=True)
    scene.until(lambda: bool(call.transcript.of("held")))
    scene.update("caller", hold=False)
    scene.update(OPERATOR, muted=True)
    scene.update(OPERATOR, end_conference_on_exit=True)
    scene.update(OPERATOR, muted=False)
    operator.hang_up()
    call.join()

    forms = server.at("/events")
    assert told(server) == [
        ("participant-join", "caller"),
        ("participant-join", OPERATOR),
        ("conference-start", ""),
        ("participant-hold", "caller"),
        ("participant-unhold", "caller"),
        ("participant-mute", OPERATOR),
        ("participant-unmute", OPERATOR),
        ("participant-leave", OPERATOR),
        ("participant-leave", "caller"),
        ("conference-end", ""),
    ]
    assert [form["SequenceNumber"] for form in forms] == [str(n) for n in range(1, 11)]
    assert {form["ConferenceSid"] for form in forms} == {scene.room.sid}
    assert {form["AccountSid"] for form in forms} == {ACCOUNT_SID}
    assert [form["Hold"] for form in forms[3:5]] == ["true", "false"]
    left = [(form["ReasonParticipantLeft"], form["ParticipantCallStatus"]) for form in forms[7:9]]
    assert left == [
        ("participant_hung_up", "completed"),
        ("moderator_ended_conference", "in-progress"),
    ]
    assert forms[9]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert forms[9]["CallSidEndingConference"] == operator.sid
    assert "CallSid" not in forms[9]


def test_who_is_held_hears_music_and_neither_hears_nor_is_heard(scene: Scene) -> None:
    call = scene.caller(
        WaitUntilConnected(),
        WaitUntilHears("la la la"),
        Press("1"),
        Speak("I am back"),
        Talk(5),
        HangUp(),
    )
    operator = scene.add(
        OPERATOR,
        Answers(does=[WaitUntilConnected(), WaitUntilHears("third here"), Speak("a secret")]),
    )
    scene.talking(call, operator)
    scene.update("caller", hold=True, hold_url=f"{PUBLIC_URL}/music", hold_method="POST")
    scene.until(lambda: "La la la." in call.heard)
    third = scene.add(THIRD, Answers(does=[WaitUntilConnected(), Speak("third here")]))
    scene.until(lambda: "a secret" in third.heard)
    scene.update("caller", hold=False)
    call.join()

    assert call.transcript.texts("held", "resumed", "pressed", "spoke")[:2] == ["room", "room"]
    assert "secret" not in call.heard
    assert "third here" not in call.heard
    scene.until(lambda: "I am back" in operator.heard and "I am back" in third.heard)


def test_time_on_hold_is_no_time_of_talk(scene: Scene) -> None:
    """The caller's ten seconds stand still while they are held, and the others' minute passes."""
    rings = Rings(Answers(talks_for=60))
    call = scene.caller(WaitUntilConnected(), WaitUntilHears("la la la"), Talk(10), HangUp())
    operator = scene.add(OPERATOR, Answers(talks_for=None))
    scene.talking(call, operator)
    scene.update("caller", hold=True, hold_url=f"{PUBLIC_URL}/music", hold_method="POST")
    scene.until(lambda: "La la la." in call.heard)
    third = scene.add(THIRD, rings)
    rings.answer()
    third.join()
    assert third.transcript.of("left")[0].at - third.transcript.of("connected")[0].at == 60
    scene.update("caller", hold=False)
    call.join()
    resumed, left = call.transcript.of("resumed")[0], call.transcript.of("left")[0]
    assert left.at - resumed.at == 10


def test_in_real_time_a_hold_breaks_into_the_talk(
    new_carrier: Callable[..., Carrier],
) -> None:
    """At twenty times the speed of life, twenty seconds of talk last a second, in two parts."""
    carrier = new_carrier(speed=20)
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    client.api.base_url = carrier.api_url
    scene = Scene(carrier, client)
    call = scene.caller(WaitUntilConnected(), Talk(20), HangUp())
    operator = scene.add(OPERATOR, Answers(after=1, talks_for=None))
    scene.talking(call, operator)
    scene.update("caller", hold=True, hold_url=f"{PUBLIC_URL}/music", hold_method="POST")
    scene.until(lambda: "La la la." in call.heard)
    before = call.transcript.of("held")[0].at - call.transcript.of("connected")[0].at
    scene.update("caller", hold=False)
    call.join()
    after = call.transcript.of("left")[0].at - call.transcript.of("resumed")[0].at
    assert 0 <= before < 20
    assert before + after == pytest.approx(20)


def test_a_caller_may_hang_up_on_hold(scene: Scene, server: Server) -> None:
    call = scene.caller(WaitUntilConnected(), WaitUntilHears("la la la"), HangUp())
    operator = scene.add(OPERATOR, Answers(talks_for=None))
    scene.talking(call, operator)
    scene.update("caller", hold=True, hold_url=f"{PUBLIC_URL}/music", hold_method="POST")
    call.join()
    assert call.ended_by == "caller"
    assert told(server)[-1] == ("participant-leave", "caller")
    assert server.at("/events")[-1]["Hold"] == "true"


def test_hold_music_that_goes_round_ends_with_the_hold(scene: Scene, server: Server) -> None:
    server.says("/music", "<Say>La la la.</Say><Pause length='5'/><Redirect>/music</Redirect>")
    call = scene.caller(WaitUntilConnected(), Stay())
    operator = scene.add(OPERATOR, Answers(talks_for=None), end_conference_on_exit=True)
    scene.talking(call, operator)
    scene.update("caller", hold=True, hold_url=f"{PUBLIC_URL}/music", hold_method="POST")
    scene.until(lambda: len(server.at("/music")) > 2)
    scene.update("caller", hold=False)
    scene.until(lambda: bool(call.transcript.of("resumed")))
    operator.hang_up()
    call.join()


def test_who_is_muted_is_not_heard_but_hears(scene: Scene) -> None:
    call = scene.caller(
        WaitUntilConnected(), Speak("can you hear me"), WaitUntilHears("yes I can"), HangUp()
    )
    muted = scene.add(
        OPERATOR,
        Answers(does=[WaitUntilHears("hear me"), Speak("psst"), Stay()]),
        muted=True,
    )
    scene.until(lambda: bool(muted.transcript.of("spoke")))
    scene.add(THIRD, Answers(does=[WaitUntilConnected(), Speak("yes I can"), Stay()]))
    call.join()
    assert call.heard == "yes I can"


def test_a_coach_is_heard_by_the_coached_alone(scene: Scene, client: Client) -> None:
    call = scene.caller(WaitUntilConnected(), WaitUntilHears("thank you"), HangUp())
    operator = scene.add(
        OPERATOR, Answers(does=[WaitUntilHears("be kind"), Speak("thank you"), Stay()])
    )
    scene.talking(call, operator)
    coach = scene.add(
        SAM,
        Answers(does=[WaitUntilConnected(), Speak("be kind"), Stay()]),
        coaching=True,
        call_sid_to_coach=operator.sid,
    )
    call.join()
    scene.until(lambda: "thank you" in coach.heard)
    assert "be kind" in operator.heard
    assert "be kind" not in call.heard
    shown = client.conferences(scene.room.sid).participants(SAM).fetch()
    assert (shown.coaching, shown.call_sid_to_coach) == (True, operator.sid)
    scene.update(SAM, coaching=False)
    assert not client.conferences(scene.room.sid).participants(SAM).fetch().coaching


def test_a_participant_is_rung_and_shown_as_they_come(
    scene: Scene, client: Client, server: Server
) -> None:
    rings = Rings(Answers(talks_for=None))
    scene.caller(WaitUntilConnected(), Stay())
    third = scene.add(
        THIRD,
        rings,
        status_callback=f"{PUBLIC_URL}/progress",
        status_callback_event=["ringing", "answered", "completed"],
    )
    scene.until(lambda: third.status == "ringing")
    participants = client.conferences(scene.room.sid).participants
    assert [(one.label, one.status) for one in participants.list()] == [
        ("caller", "connected"),
        (THIRD, "ringing"),
    ]
    assert ("participant-join", THIRD) not in told(server)
    rings.answer()
    scene.talking(third)
    assert participants(THIRD).fetch().status == "connected"
    assert participants(third.sid).fetch().label == THIRD
    client.conferences(scene.room.sid).update(status="completed")
    third.join()
    states = [form["CallStatus"] for form in server.at("/progress")]
    assert states == ["ringing", "in-progress", "completed"]


@pytest.mark.parametrize(
    ("telephone", "status"), [(Busy(after=3), "busy"), (Answers(after=40), "no-answer")]
)
def test_a_third_who_does_not_come_is_told(
    scene: Scene, server: Server, telephone: Telephone, status: str
) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    third = scene.add(THIRD, telephone, timeout=20, status_callback=f"{PUBLIC_URL}/progress").join()
    assert third.status == status
    assert [form["CallStatus"] for form in server.at("/progress")] == [status]
    left = server.at("/events")[-1]
    assert (left["StatusCallbackEvent"], left["ParticipantLabel"]) == ("participant-leave", THIRD)
    assert left["ReasonParticipantLeft"] == "participant_add_failed"
    assert left["ParticipantCallStatus"] == status
    call.hang_up()


def test_ringing_can_be_broken_off(scene: Scene, client: Client, server: Server) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    by_call, by_room, left = (scene.add(number, Rings()) for number in (OPERATOR, THIRD, SAM))
    for leg in (by_call, by_room, left):
        scene.until(lambda leg=leg: leg.status == "ringing")  # type: ignore[misc]
    client.calls(by_call.sid).update(status="completed")
    client.conferences(scene.room.sid).participants(THIRD).delete()
    assert by_call.join().status == "canceled"
    assert by_room.join().status == "canceled"
    assert server.at("/events")[-1]["ParticipantCallStatus"] == "canceled"
    call.hang_up()
    assert left.join().status == "canceled"


def test_who_is_taken_out_goes_on_with_what_follows(
    scene: Scene, client: Client, server: Server
) -> None:
    call = scene.caller(WaitUntilConnected(), Stay(), Hears("Goodbye"))
    operator = scene.add(OPERATOR, Answers(talks_for=None))
    scene.talking(call, operator)
    assert client.conferences(scene.room.sid).participants("caller").delete()
    call.join()
    assert call.ended_by == "server"
    form = next(one for one in server.at("/events") if one["StatusCallbackEvent"].endswith("leave"))
    assert form["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert client.conferences(scene.room.sid).fetch().status == "in-progress"
    operator.hang_up()
    operator.join()
    assert server.at("/events")[-1]["ReasonConferenceEnded"] == "last-participant-left"


def test_a_conference_can_be_ended(scene: Scene, client: Client, server: Server) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    operator = scene.add(OPERATOR, Answers(talks_for=None))
    assert client.conferences.list(friendly_name="room", status="completed") == []
    scene.talking(call, operator)
    ended = client.conferences(scene.room.sid).update(status="completed")
    assert ended.status == "completed"
    call.join()
    operator.join()
    last = server.at("/events")[-1]
    assert last["ReasonConferenceEnded"] == "conference-ended-via-api"
    reasons = [form.get("ReasonParticipantLeft") for form in server.at("/events")[-3:-1]]
    assert reasons == ["conference_ended_via_api"] * 2
    fetched = client.conferences.list(friendly_name="room")[0]
    assert (fetched.sid, fetched.reason_conference_ended) == (
        scene.room.sid,
        "conference-ended-via-api",
    )
    with pytest.raises(TwilioRestException) as caught:
        client.conferences(scene.room.sid).update(status="completed")
    assert caught.value.status == 400
    assert client.conferences(scene.room.sid).participants.list() == []


def test_the_recording_leaves_out_what_it_was_paused_for(
    scene: Scene, client: Client, server: Server
) -> None:
    """The caller talks for half a minute recorded, and a minute that nobody is to hear again."""
    call = scene.caller(WaitUntilConnected(), Stay())
    operator = scene.add(OPERATOR, Answers(talks_for=None), end_conference_on_exit=True)
    scene.talking(call, operator)
    recording = client.conferences(scene.room.sid).recordings("Twilio.CURRENT")
    scene.add(THIRD, Answers(talks_for=30)).join()
    assert recording.update(status="paused", pause_behavior="skip").status == "paused"
    scene.add(SAM, Answers(talks_for=60)).join()
    assert recording.update(status="in-progress").status == "in-progress"
    operator.hang_up()
    call.join()

    form = server.at("/recorded")[0]
    assert (form["RecordingDuration"], form["RecordingSource"]) == ("30", "Conference")
    assert form["ConferenceSid"] == scene.room.sid
    kept = client.recordings(form["RecordingSid"]).fetch()
    assert (kept.status, kept.duration, kept.call_sid) == ("completed", "30", None)
    with pytest.raises(TwilioRestException) as caught:
        recording.update(status="paused")
    assert refused(caught) == (404, 20404)
    by_sid = client.conferences(scene.room.sid).recordings(form["RecordingSid"])
    with pytest.raises(TwilioRestException) as caught:
        by_sid.update(status="paused")
    assert refused(caught) == (400, 21220)


def test_a_stopped_recording_is_told_at_once(scene: Scene, client: Client, server: Server) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    operator = scene.add(OPERATOR, Answers(talks_for=None), end_conference_on_exit=True)
    scene.talking(call, operator)
    client.conferences(scene.room.sid).recordings("Twilio.CURRENT").update(status="stopped")
    scene.until(lambda: bool(server.at("/recorded")))
    operator.hang_up()
    call.join()
    assert len(server.at("/recorded")) == 1


def test_announcements_are_heard_by_those_they_are_for(
    scene: Scene, client: Client, server: Server
) -> None:
    server.says("/whisper", "<Say>For you alone.</Say>")
    server.says("/all", "<Say>For everybody.</Say>")
    call = scene.caller(WaitUntilConnected(), WaitUntilHears("for everybody"), HangUp())
    operator = scene.add(OPERATOR, Answers(does=[WaitUntilHears("for everybody"), HangUp()]))
    scene.talking(call, operator)
    scene.update(OPERATOR, announce_url=f"{PUBLIC_URL}/whisper")
    scene.until(lambda: "For you alone." in operator.heard)
    client.conferences(scene.room.sid).update(announce_url=f"{PUBLIC_URL}/all")
    call.join()
    operator.join()
    assert "For you alone." not in call.heard
    ends = [one for one in server.at("/events") if one["StatusCallbackEvent"] == "announcement-end"]
    assert [form.get("ParticipantLabel") for form in ends] == [OPERATOR, None]


def test_a_conference_may_begin_with_the_one_who_is_rung(
    scene: Scene, carrier: Carrier, client: Client, server: Server
) -> None:
    carrier.telephones[SAM] = Answers(talks_for=None)
    made = client.conferences("new room").participants.create(
        to=SAM,
        from_=TO,
        label="sam",
        conference_status_callback=f"{PUBLIC_URL}/events",
        conference_status_callback_event=["join", "leave"],
    )
    scene.until(lambda: bool(server.at("/events")))
    assert scene.room.name == "new room"
    assert client.conferences(made.conference_sid).fetch().status == "init"
    client.calls(made.call_sid).update(status="completed")
    carrier.calls[0].join()
    forms: list[Form] = server.at("/events")
    assert told(server) == [("participant-join", "sam"), ("participant-leave", "sam")]
    assert forms[1]["ReasonParticipantLeft"] == "participant_updated_via_api"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"to": "01604 529170", "from_": TO}, 21211),
        ({"to": THIRD, "from_": ""}, 21213),
        ({"to": THIRD, "from_": TO, "timeout": 1}, 21216),
        ({"to": THIRD, "from_": TO, "label": "caller"}, 16025),
        ({"to": THIRD, "from_": TO, "call_sid_to_coach": "CA" + "1" * 32}, 13240),
    ],
)
def test_a_participant_whom_twilio_would_not_add_is_refused(
    scene: Scene, client: Client, options: dict[str, str], code: int
) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    with pytest.raises(TwilioRestException) as caught:
        client.conferences("room").participants.create(**options)
    assert refused(caught) == (400, code)
    assert scene.carrier.calls == [call]


def test_a_field_that_is_not_simulated_is_a_fault(scene: Scene) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    scene.update("caller", beep_on_exit=True, muted=True)
    (fault,) = scene.carrier.faults
    assert fault.startswith("unknown field BeepOnExit of POST ")
    call.hang_up()


def test_what_is_not_there_is_not_found(scene: Scene, client: Client) -> None:
    call = scene.caller(WaitUntilConnected(), Stay())
    nowhere, here = client.conferences("CF" + "1" * 32), client.conferences(scene.room.sid)
    for missing in (
        nowhere.fetch,
        lambda: nowhere.update(status="completed"),
        lambda: nowhere.participants.create(to=THIRD, from_=TO),
        here.participants("nobody").fetch,
        here.participants("nobody").delete,
        lambda: here.participants("CA" + "1" * 32).update(hold=True),
        lambda: here.recordings("Twilio.CURRENT").update(status="paused"),
    ):
        with pytest.raises(TwilioRestException) as caught:
            missing()
        assert refused(caught) == (404, 20404)
    assert scene.carrier.faults == []
    call.hang_up()
    call.wait()
    with pytest.raises(TwilioRestException) as caught:
        here.participants("caller").fetch()
    assert refused(caught) == (404, 20404)
