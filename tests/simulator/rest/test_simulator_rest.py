"""The REST interface is Twilio's, as far as Tango uses it: Twilio's own client works with it."""

from pathlib import Path

import pytest
import requests
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.errors import SimulatorError
from ivr.simulator import (
    Answers,
    Busy,
    Carrier,
    HangUp,
    Hears,
    Leave,
    Misbehaviour,
    NoAnswer,
    WaitUntilHears,
)
from ivr.simulator.call import Call
from ivr.simulator.webhooks import sign
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, FROM, PUBLIC_URL, TO, Server

PERSON = "+447700900123"


@pytest.fixture
def client(carrier: Carrier) -> Client:
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    client.api.base_url = carrier.api_url
    return client


@pytest.fixture
def on_hold(carrier: Carrier, server: Server) -> Call:
    """A caller in a hold loop."""
    server.says("/twilio/voice", "<Pause length='5'/><Redirect>/twilio/voice</Redirect>")
    call = carrier.place(TO, FROM, [WaitUntilHears("Redirected")])
    while call.status != "in-progress":
        call.wait(0.01)
    return call


def refused(caught: pytest.ExceptionInfo[TwilioRestException]) -> tuple[int, int]:
    return caught.value.status, caught.value.code


def test_a_call_that_the_server_makes_is_answered_and_runs_its_document(
    carrier: Carrier, server: Server, client: Client
) -> None:
    carrier.telephones[PERSON] = Answers(after=5, does=[Hears("It is Tango")])
    server.says("/hello", "<Say>It is Tango.</Say>")
    server.says("/progress", "")
    made = client.calls.create(
        to=PERSON,
        from_=TO,
        url=f"{PUBLIC_URL}/hello",
        status_callback=f"{PUBLIC_URL}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    call = carrier.calls[0].join()

    assert made.sid == call.sid
    assert made.direction == "outbound-api"
    assert server.at("/hello")[0]["Direction"] == "outbound-api"
    states = [form["CallStatus"] for form in server.at("/progress")]
    assert states == ["initiated", "ringing", "in-progress", "completed"]
    fetched = client.calls(call.sid).fetch()
    assert (fetched.status, fetched.duration) == ("completed", "1")
    assert fetched.end_time > fetched.start_time


def test_status_callbacks_can_come_in_reverse(server: Server) -> None:
    bad_day = Misbehaviour(status_out_of_order=True)
    with Carrier(server.url, PUBLIC_URL, ACCOUNT_SID, AUTH_TOKEN, misbehaviour=bad_day) as carrier:
        client = Client(ACCOUNT_SID, AUTH_TOKEN)
        client.api.base_url = carrier.api_url
        carrier.telephones[PERSON] = Answers()
        server.says("/progress", "")
        client.calls.create(
            to=PERSON,
            from_=TO,
            twiml="<Response><Say>Hello.</Say></Response>",
            status_callback=f"{PUBLIC_URL}/progress",
            status_callback_event=["ringing", "answered", "completed"],
        )
        carrier.calls[0].join()
    assert [form["SequenceNumber"] for form in server.at("/progress")] == ["2", "1", "0"]


@pytest.mark.parametrize(
    ("telephone", "status"),
    [(Busy(), "busy"), (NoAnswer(), "no-answer"), (Answers(after=31), "no-answer")],
)
def test_a_call_that_nobody_answers_says_how_it_ended(
    carrier: Carrier, server: Server, client: Client, telephone: Busy | NoAnswer, status: str
) -> None:
    carrier.telephones[PERSON] = telephone
    server.says("/progress", "")
    client.calls.create(
        to=PERSON,
        from_=TO,
        url=f"{PUBLIC_URL}/hello",
        timeout=30,
        status_callback=f"{PUBLIC_URL}/progress",
    )
    assert carrier.calls[0].join().status == status
    assert server.at("/progress")[0]["CallStatus"] == status
    assert server.paths() == ["/progress"]


def test_a_new_document_interrupts_a_running_call(
    server: Server, client: Client, on_hold: Call
) -> None:
    server.says("/other", "<Say>Redirected.</Say>")
    updated = client.calls(on_hold.sid).update(url=f"{PUBLIC_URL}/other", method="POST")
    assert updated.status == "in-progress"
    assert on_hold.join().ended_by == "server"


def test_a_document_can_be_given_outright(client: Client, on_hold: Call) -> None:
    client.calls(on_hold.sid).update(twiml="<Response><Say>Redirected.</Say></Response>")
    on_hold.join()


def test_a_call_can_be_ended(carrier: Carrier, server: Server, client: Client) -> None:
    server.says("/twilio/voice", "<Pause length='5'/><Redirect>/twilio/voice</Redirect>")
    call = carrier.place(TO, FROM, lambda moment: None)
    client.calls(call.sid).update(status="completed")
    assert call.join().ended_by == "carrier"
    assert len(server.at("/twilio/status")) == 1


def test_a_call_that_has_ended_cannot_be_changed(
    carrier: Carrier, server: Server, client: Client
) -> None:
    server.says("/twilio/voice", "<Hangup/>")
    call = carrier.call(TO, FROM, [])
    for change in ({"url": f"{PUBLIC_URL}/other"}, {"status": "completed"}):
        with pytest.raises(TwilioRestException) as caught:
            client.calls(call.sid).update(**change)
        assert refused(caught) == (400, 21220)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"to": "", "from_": TO, "url": "x"}, 21201),
        ({"to": PERSON, "from_": "", "url": "x"}, 21213),
        ({"to": "01604 529170", "from_": TO, "url": "x"}, 21211),
        ({"to": PERSON, "from_": "anonymous", "url": "x"}, 21212),
        ({"to": PERSON, "from_": TO}, 21205),
        ({"to": PERSON, "from_": TO, "url": "x", "timeout": 1}, 21216),
        ({"to": PERSON, "from_": TO, "url": "x", "method": "PUT"}, 21403),
    ],
)
def test_a_call_that_twilio_would_not_make_is_refused(
    carrier: Carrier, client: Client, arguments: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as caught:
        client.calls.create(**arguments)
    assert refused(caught) == (400, code)
    assert carrier.calls == []


def test_what_is_not_there_is_not_found(carrier: Carrier, client: Client) -> None:
    for missing in (
        client.calls("CA" + "1" * 32).fetch,
        client.recordings("RE" + "1" * 32).fetch,
        client.recordings("RE" + "1" * 32).delete,
    ):
        with pytest.raises(TwilioRestException) as caught:
            missing()
        assert refused(caught) == (404, 20404)
    assert carrier.faults == []


def test_an_unknown_request_is_not_found_and_is_a_fault(carrier: Carrier, client: Client) -> None:
    with pytest.raises(TwilioRestException):
        client.queues("QU" + "1" * 32).fetch()
    with pytest.raises(SimulatorError, match=r"unknown REST request: GET .*/Queues/"):
        carrier.check()


@pytest.mark.parametrize("auth", [None, (ACCOUNT_SID, "wrong"), ("AC" + "1" * 32, AUTH_TOKEN)])
def test_nothing_is_done_without_the_accounts_token(
    carrier: Carrier, auth: tuple[str, str] | None
) -> None:
    url = f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    form = {"To": PERSON, "From": TO, "Body": "Hello"}
    answer = requests.post(url, data=form, auth=auth, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert carrier.messages == []


def test_another_account_is_not_found(carrier: Carrier) -> None:
    url = f"{carrier.api_url}/2010-04-01/Accounts/{'AC' + '1' * 32}/Calls.json"
    answer = requests.post(url, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_text_messages_are_kept(carrier: Carrier, client: Client) -> None:
    sent = client.messages.create(to=PERSON, from_=TO, body="Please ring Mrs Jones.")
    assert [(one.to, one.from_, one.body) for one in carrier.messages] == [
        (PERSON, TO, "Please ring Mrs Jones.")
    ]
    assert (sent.sid, sent.status) == (carrier.messages[0].sid, "queued")


def test_a_recording_can_be_deleted(
    carrier: Carrier, server: Server, client: Client, message: Path
) -> None:
    server.says("/twilio/voice", "<Record action='/recorded'/>")
    server.says("/recorded", "<Hangup/>")
    call = carrier.call(TO, FROM, [Leave(message)])

    sid = call.recordings[0].sid
    assert client.recordings(sid).fetch().duration == "3"
    assert client.recordings(sid).delete()
    assert len(carrier.recordings) == 0


def test_a_caller_hangs_up_from_outside(carrier: Carrier, on_hold: Call) -> None:
    on_hold.hang_up()
    with pytest.raises(SimulatorError, match="ended before the caller could do WaitUntilHears"):
        on_hold.join()
    assert on_hold.ended_by == "caller"


def test_a_port_that_is_taken_is_reported(carrier: Carrier) -> None:
    port = int(carrier.api_url.rsplit(":", 1)[1])
    with (
        pytest.raises(SimulatorError, match="choose another port"),
        Carrier("http://127.0.0.1:1", PUBLIC_URL, ACCOUNT_SID, AUTH_TOKEN, port=port),
    ):
        pass


def test_two_hundred_calls_run_at_once(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", "<Say>Hello.</Say><Redirect>/next</Redirect>")
    server.says("/next", "<Say>Goodbye.</Say>")
    calls = [carrier.place(TO, FROM, [Hears("Goodbye"), HangUp()]) for _ in range(200)]
    for call in calls:
        call.join()
    assert len({form["CallSid"] for form in server.at("/twilio/status")}) == 200
    carrier.check()


def test_a_text_reaches_the_server_signed_as_the_carrier_signs(
    carrier: Carrier, server: Server
) -> None:
    server.says("/twilio/sms", "")
    carrier.text(TO, PERSON, "AWAY 3PM")
    [asked] = server.received
    assert (asked.form["From"], asked.form["To"], asked.form["Body"]) == (PERSON, TO, "AWAY 3PM")
    assert asked.form["MessageSid"].startswith("SM")
    signature = sign(AUTH_TOKEN, f"{PUBLIC_URL}/twilio/sms", asked.form)
    assert asked.headers["X-Twilio-Signature"] == signature


def test_a_text_that_the_server_refuses_is_an_error(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/sms", Response(status=403))
    with pytest.raises(SimulatorError, match="does not take the text: 403"):
        carrier.text(TO, PERSON, "AWAY 3PM")
