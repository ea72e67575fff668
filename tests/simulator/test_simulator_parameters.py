"""Every webhook of the simulated carrier is as Twilio publishes it, and so are its REST answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Literal

import pytest
import requests
from twilio.base.version import Version
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.conference import ConferenceInstance
from twilio.rest.api.v2010.account.conference.participant import ParticipantInstance
from twilio.rest.api.v2010.account.incoming_phone_number import IncomingPhoneNumberInstance
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.recording import RecordingInstance

from ivr.simulator import (
    Answers,
    Busy,
    Carrier,
    HangUp,
    Hears,
    Leave,
    Misbehaviour,
    Moment,
    NoAnswer,
    Press,
    Speak,
    Stay,
    Talk,
    TextFate,
    Unobtainable,
    WaitUntilConnected,
)
from ivr.simulator.caller import Act
from ivr.simulator.numbers import Number
from ivr.simulator.telephones import Telephone
from ivr.simulator.wire import ENDED
from tests.simulator.published import CALL_STATUSES, PUBLISHED
from tests.simulator.throwaway_server import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    FROM,
    PUBLIC_URL,
    TO,
    Form,
    Server,
)

NewCarrier = Callable[..., Carrier]
PERSON = "+447700900123"
US_CALLER = "+14155550100"
EVENTS = "statusCallbackEvent='initiated ringing answered completed'"
CONFERENCE = (
    "<Dial action='/dialled'><Conference statusCallback='/conference' "
    "statusCallbackEvent='start end join leave mute hold modify' record='record-from-start' "
    "recordingStatusCallback='/conference-recording' participantLabel='{label}' "
    "endConferenceOnExit='true' waitUrl=''>room</Conference></Dial>"
)


def check(server: Server, path: str, name: str) -> list[Form]:
    """The requests at a path, all of which are as published under that name."""
    forms = server.at(path)
    assert forms, f"nothing was sent to {path}"
    published = PUBLISHED[name]
    for form in forms:
        assert published.faults(form) == [], f"see {published.page}"
    return forms


@pytest.fixture
def client(carrier: Carrier) -> Client:
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    client.api.base_url = carrier.api_url
    return client


def test_every_webhook_has_a_page_and_every_page_its_test() -> None:
    tested = Path(__file__).read_text()
    for name, published in PUBLISHED.items():
        assert published.page.startswith("https://www.twilio.com/docs/")
        assert tested.count(f'"{name}"') >= 1, f"no test holds the simulator to {published.page}"


def test_a_call_with_keys_words_and_a_person(carrier: Carrier, server: Server) -> None:
    carrier.telephones[PERSON] = Answers(talks_for=5)
    server.says("/twilio/voice", "<Gather action='/keys'><Say>Press a key.</Say></Gather>")
    server.says("/keys", "<Gather input='speech' action='/words'><Say>Speak.</Say></Gather>")
    number = f"<Number url='/whisper' statusCallback='/leg' {EVENTS}>{PERSON}</Number>"
    server.says("/words", f"<Dial action='/dialled'>{number}</Dial>")
    server.says("/whisper", "<Say>A caller.</Say>")
    for path in ("/dialled", "/leg"):
        server.says(path, "")
    carrier.place(
        TO,
        US_CALLER,
        [Hears("Press"), Press("1"), Speak("a leak", confidence=0.9)],
        forwarded_from="+441604000000",
        caller_name="A CALLER",
        verstat="TN-Validation-Passed-A",
    ).join()

    [first] = check(server, "/twilio/voice", "voice")
    assert first["StirVerstat"] == "TN-Validation-Passed-A"
    assert (first["FromCity"], first["FromState"], first["FromZip"], first["FromCountry"]) == (
        *("SAN FRANCISCO", "CA", "94103", "US"),
    )
    assert (first["ToCity"], first["ToCountry"]) == ("Northampton", "GB")
    check(server, "/keys", "gather")
    check(server, "/words", "gather")
    check(server, "/dialled", "dial")
    check(server, "/whisper", "voice")
    assert [form["CallStatus"] for form in check(server, "/leg", "call status")] == [
        *("initiated", "ringing", "in-progress", "completed"),
    ]
    check(server, "/twilio/status", "call status")


def test_a_failing_document(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", lambda form: "<Nonsense/>")
    carrier.place(TO, FROM, []).wait()
    check(server, "/twilio/fallback", "fallback")


@pytest.mark.parametrize("status", sorted(ENDED - {"completed"}))
def test_a_call_that_ends_before_it_is_answered(
    carrier: Carrier, server: Server, client: Client, status: str
) -> None:
    server.says("/twilio/voice", "<Say>Nobody hears this.</Say>")
    call = carrier.place(TO, FROM, [], ends=status).join()  # type: ignore[arg-type]

    [form] = check(server, "/twilio/status", "call status")
    assert (form["CallStatus"], form["CallDuration"]) == (status, "0")
    assert call.heard == ""
    fetched = client.calls(call.sid).fetch()
    assert (fetched.status, fetched.start_time) == (status, None)


@pytest.mark.parametrize(
    ("telephone", "status", "sip"),
    [(Busy(), "busy", "486"), (NoAnswer(), "no-answer", "487"), (Unobtainable(), "failed", "404")],
)
def test_a_call_that_the_server_makes_and_nobody_takes(
    carrier: Carrier,
    server: Server,
    client: Client,
    telephone: Telephone,
    status: str,
    sip: str,
) -> None:
    carrier.telephones[PERSON] = telephone
    server.says("/progress", "")
    made = client.calls.create(
        to=PERSON,
        from_=TO,
        url=f"{PUBLIC_URL}/hello",
        status_callback=f"{PUBLIC_URL}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status == "queued"
    carrier.calls[0].join()
    forms = check(server, "/progress", "call status")
    assert [form["CallStatus"] for form in forms] == ["initiated", "ringing", status]
    assert forms[-1]["SipResponseCode"] == sip
    assert client.calls(made.sid).fetch().status == status


@pytest.mark.parametrize("become", ["completed", "absent", "failed"])
def test_a_message_and_what_becomes_of_its_recording(
    new_carrier: NewCarrier,
    server: Server,
    message: Path,
    become: Literal["completed", "absent", "failed"],
) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(recordings_become=become))
    events = "recordingStatusCallbackEvent='completed absent'"
    record = f"<Record action='/recorded' recordingStatusCallback='/recording' {events}/>"
    server.says("/twilio/voice", record)
    server.says("/recorded", "<Say>Thank you.</Say>")
    server.says("/recording", "")
    call = carrier.call(TO, FROM, [Leave(message)])

    check(server, "/recorded", "record")
    [form] = check(server, "/recording", "recording status")
    assert form["RecordingStatus"] == become
    assert form["ErrorCode"] == {"completed": "0", "absent": "16102", "failed": "16105"}[become]
    url = call.recordings[0].sid
    listed = requests.get(
        f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Recordings/{url}.json",
        auth=(ACCOUNT_SID, AUTH_TOKEN),
        timeout=5,
    ).json()
    assert listed["status"] == become
    audio = requests.get(form["RecordingUrl"], auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=60)
    assert audio.status_code == (200 if become == "completed" else 404)


def test_silence_where_a_message_was_asked_for(carrier: Carrier, server: Server) -> None:
    events = "recordingStatusCallbackEvent='absent'"
    server.says("/twilio/voice", f"<Record {events} recordingStatusCallback='/recording'/>")
    carrier.call(TO, FROM, [Stay()])
    [form] = check(server, "/recording", "recording status")
    assert (form["RecordingStatus"], form["ErrorCode"]) == ("absent", "16102")


def test_a_conference(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", CONFERENCE.format(label="caller"))
    for path in ("/conference", "/conference-recording", "/dialled"):
        server.says(path, "")
    first = carrier.place(TO, FROM, [WaitUntilConnected(), Stay()])
    while not carrier.conferences:
        first.wait(0.01)
    server.says("/twilio/voice", CONFERENCE.format(label="operator"))
    carrier.call(TO, PERSON, [WaitUntilConnected(), Talk(10), HangUp()])
    first.join()

    told = {
        form["StatusCallbackEvent"] for form in check(server, "/conference", "conference status")
    }
    assert told == {
        *("participant-join", "conference-start", "participant-leave", "conference-end"),
    }
    check(server, "/conference-recording", "conference recording status")
    check(server, "/dialled", "dial")


def test_a_queue(carrier: Carrier, server: Server) -> None:
    waits = "<Enqueue action='/left' waitUrl='/wait'>support</Enqueue>"
    server.says("/twilio/voice", waits)
    server.says("/wait", "<Leave/>")
    server.says("/left", "<Say>Goodbye.</Say>")
    carrier.call(TO, FROM, [])
    check(server, "/wait", "queue wait")
    assert check(server, "/left", "enqueue")[0]["QueueResult"] == "leave"


def test_a_text(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/sms", "")
    carrier.text(TO, US_CALLER, "Are you open?")
    [form] = check(server, "/twilio/sms", "incoming text")
    assert (form["FromCity"], form["ToCity"]) == ("SAN FRANCISCO", "Northampton")


@pytest.mark.parametrize(
    "fate",
    [TextFate(), TextFate(("sending", "sent", "undelivered"), 30003), TextFate(("failed",), 30008)],
    ids=lambda fate: fate.statuses[-1],
)
def test_what_becomes_of_a_text_of_the_server_s(
    carrier: Carrier, server: Server, client: Client, fate: TextFate
) -> None:
    all_told = Event()

    def take(form: Form) -> str:
        if form["MessageStatus"] == fate.statuses[-1]:
            all_told.set()
        return ""

    server.says("/receipt", take)
    carrier.text_fates[PERSON] = fate
    made = client.messages.create(
        to=PERSON, from_=TO, body="Hello.", status_callback=f"{PUBLIC_URL}/receipt"
    )
    assert made.status == "queued"
    assert all_told.wait(60)
    forms = check(server, "/receipt", "text status")
    assert tuple(form["MessageStatus"] for form in forms) == fate.statuses
    assert [form.get("ErrorCode") for form in forms[:-1]] == [None] * len(forms[:-1])
    assert forms[-1].get("ErrorCode") == (fate.error_code and str(fate.error_code))


class _Asked(dict[str, Any]):
    """An answer that notes for which fields it is asked."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer)
        self.fields: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.fields.add(key)
        return super().get(key, default)


def test_rest_answers_have_the_fields_that_the_carriers_own_client_knows(
    carrier: Carrier, server: Server, client: Client, message: Path
) -> None:
    server.says("/twilio/voice", "<Record action='/recorded' recordingStatusCallback='/told'/>")
    server.says("/recorded", CONFERENCE.format(label="caller"))
    for path in ("/told", "/conference", "/conference-recording", "/dialled"):
        server.says(path, "")
    carrier.hold(Number(TO))

    def caller(moment: Moment) -> Act | None:
        return Leave(message) if moment.kind == "record" else None

    call = carrier.place(TO, FROM, caller)
    while not carrier.conferences:
        call.wait(0.01)
    room = carrier.conferences[0].sid
    client.messages.create(to=PERSON, from_=TO, body="Hello.")
    answers: list[tuple[str, str, type[Any]]] = [
        ("Calls", "calls", CallInstance),
        ("Recordings", "recordings", RecordingInstance),
        ("Messages", "messages", MessageInstance),
        ("Conferences", "conferences", ConferenceInstance),
        (f"Conferences/{room}/Participants", "participants", ParticipantInstance),
        ("IncomingPhoneNumbers", "incoming_phone_numbers", IncomingPhoneNumberInstance),
    ]
    version = Version(client.api, "2010-04-01")
    for path, key, known in answers:
        url = f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/{path}.json"
        page = requests.get(url, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=60).json()
        for each in page[key]:
            asked = _Asked(each)
            known(version, asked, account_sid=ACCOUNT_SID, **_beside(known, room))
            assert set(each) == asked.fields, key
            statuses = getattr(known, "Status", None)
            if statuses is not None:
                names = {value for name, value in vars(statuses).items() if name.isupper()}
                assert each["status"] in names, key
    client.conferences(room).update(status="completed")
    call.join()


def _beside(known: type[Any], room: str) -> dict[str, str]:
    return {"conference_sid": room} if known is ParticipantInstance else {}


def test_the_rest_interface_knows_every_end_of_a_call() -> None:
    known = {value for name, value in vars(CallInstance.Status).items() if name.isupper()}
    assert known > ENDED
    assert set(CALL_STATUSES) - known == {"initiated"}, "it is only told, never shown"
