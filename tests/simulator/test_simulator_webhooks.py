"""Requests to the server are Twilio's: signed, retried, and at times delivered twice."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Literal

import pytest
from flask import Response, redirect
from twilio.request_validator import RequestValidator

from ivr.errors import SimulatorError, TwimlRefused
from ivr.simulator import ANONYMOUS, Carrier, HangUp, Hears, Misbehaviour, Press, Stay
from ivr.simulator.webhooks import sign
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


def test_the_signature_is_the_one_of_twilios_own_example() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form) == (
        "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    )


def test_every_request_is_signed_for_the_public_address(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", "<Redirect>/next?turn=2</Redirect>")
    server.says("/next", "<Play>/audio/bell.wav</Play>")
    server.says("/audio/bell.wav", Response(b"RIFF", content_type="audio/wav"))
    carrier.call(TO, FROM, [])

    validator = RequestValidator(AUTH_TOKEN)
    for one in server.received:
        url = PUBLIC_URL + one.path + ("?turn=2" if one.path == "/next" else "")
        assert validator.validate(url, one.form, one.headers["X-Twilio-Signature"])
        assert one.headers["I-Twilio-Idempotency-Token"]
    assert server.paths() == ["/twilio/voice", "/next", "/audio/bell.wav", "/twilio/status"]


def test_a_call_begins_with_the_parameters_that_twilio_sends(
    carrier: Carrier, server: Server
) -> None:
    server.says("/twilio/voice", "<Say>Hello.</Say>")
    call = carrier.place(
        TO, FROM, [], forwarded_from="+441604000000", caller_name="A CALLER"
    ).join()

    form = server.at("/twilio/voice")[0]
    assert form == form | {
        "CallSid": call.sid,
        "AccountSid": ACCOUNT_SID,
        "From": FROM,
        "To": TO,
        "Caller": FROM,
        "Called": TO,
        "CallStatus": "ringing",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
        "ForwardedFrom": "+441604000000",
        "CallerName": "A CALLER",
        "FromCountry": "GB",
        "FromCity": "",
    }


def test_a_withheld_caller_has_no_number_and_no_country(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", "<Say>Hello.</Say>")
    carrier.call(TO, ANONYMOUS, [])

    form = server.at("/twilio/voice")[0]
    assert form["From"] == "anonymous"
    assert "FromCountry" not in form
    assert form["ToCountry"] == "GB"


def test_the_end_is_told_with_the_length_of_the_call(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", "<Pause length='90'/>")
    carrier.call(TO, FROM, [])

    form = server.at("/twilio/status")[0]
    assert form["CallStatus"] == "completed"
    assert form["CallDuration"] == "90"
    assert form["Duration"] == "2"
    assert form["SequenceNumber"] == "0"
    assert form["Timestamp"].endswith("+0000")


def test_a_failing_document_sends_the_call_to_the_fallback(
    carrier: Carrier, server: Server
) -> None:
    server.says("/twilio/voice", Response("oops", 500))
    call = carrier.call(TO, FROM, [Hears("Something went wrong")])

    form = server.at("/twilio/fallback")[0]
    assert form["ErrorCode"] == "11200"
    assert form["ErrorUrl"] == f"{PUBLIC_URL}/twilio/voice"
    assert "/twilio/voice was answered 500" in carrier.faults[0]
    assert call.status == "completed"


def test_a_failing_fallback_lets_the_caller_hear_an_error_which_is_a_failure(
    carrier: Carrier, server: Server
) -> None:
    server.says("/twilio/voice", Response("oops", 500))
    server.says("/twilio/fallback", Response("oops", 503))
    with pytest.raises(SimulatorError, match="application error") as caught:
        carrier.call(TO, FROM, [])
    assert "POST /twilio/fallback → 503" in str(caught.value)


def test_a_server_that_is_not_there_is_tried_twice_then_reported() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with Carrier(url, PUBLIC_URL, ACCOUNT_SID, AUTH_TOKEN) as carrier:
            with pytest.raises(SimulatorError, match="application error"):
                carrier.call(TO, FROM, [])
            assert "no connection" in carrier.faults[0]
            assert "11205" in carrier.faults[0]


def test_a_server_that_does_not_answer_in_time_is_given_up(
    new_carrier: NewCarrier, server: Server
) -> None:
    carrier = new_carrier(answer_seconds=0.1)
    given_up = Event()

    def never(form: Form) -> str:
        given_up.wait(5)
        return "<Say>Too late.</Say>"

    server.says("/twilio/voice", never)
    call = carrier.call(TO, FROM, [Hears("Something went wrong")])
    given_up.set()
    assert "Too late" not in call.heard
    assert server.at("/twilio/fallback")[0]["ErrorCode"] == "11200"


def test_with_a_speed_the_calls_clock_takes_real_time(
    new_carrier: NewCarrier, server: Server
) -> None:
    carrier = new_carrier(speed=100)
    server.says("/twilio/voice", "<Pause length='10'/>")
    began = time.monotonic()
    carrier.call(TO, FROM, [])
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize("fragment", ["#rc=3&amp;rp=5xx", "#rc=3&amp;rp=all"])
def test_connection_overrides_of_an_address_ask_for_more_retries(
    carrier: Carrier, server: Server, fragment: str
) -> None:
    answers = iter([Response("", 503), Response("", 503)])
    server.says("/twilio/voice", f"<Redirect>/next{fragment}</Redirect>")
    server.says("/next", lambda form: next(answers, "<Say>At last.</Say>"))
    carrier.call(TO, FROM, [Hears("At last")])

    tokens = {
        one.headers["I-Twilio-Idempotency-Token"] for one in server.received if one.path == "/next"
    }
    assert server.paths().count("/next") == 3
    assert len(tokens) == 1


def test_a_refused_document_fails_the_call(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", "<Shout>Hello</Shout>")
    with pytest.raises(TwimlRefused, match="<Shout> may not stand here"):
        carrier.call(TO, FROM, [])
    assert server.at("/twilio/fallback")[0]["ErrorCode"] == "12100"


@pytest.mark.parametrize(
    ("verbs", "reason"),
    [
        ("<Redirect>/nowhere</Redirect>", "/nowhere leads nowhere: 404"),
        ("<Play>/nowhere.wav</Play>", "leads nowhere: 404"),
        ("<Play>/twilio/fallback</Play>", "must be audio"),
        ("<Redirect>https://elsewhere.example/a</Redirect>", "not below the server's public"),
        ("<Redirect>https://tango.example.evil/a</Redirect>", "not below the server's public"),
    ],
)
def test_an_address_that_leads_nowhere_fails_the_call(
    carrier: Carrier, server: Server, verbs: str, reason: str
) -> None:
    server.says("/twilio/voice", verbs)
    with pytest.raises(TwimlRefused, match=reason):
        carrier.call(TO, FROM, [])


def test_a_redirect_of_the_post_is_followed_without_its_form_and_is_a_fault(
    carrier: Carrier, server: Server
) -> None:
    server.says("/twilio/voice", lambda form: redirect("/moved"))
    server.says("/moved", "<Say>Here.</Say>")
    carrier.call(TO, FROM, [Hears("Here")])

    moved = next(one for one in server.received if one.path == "/moved")
    assert (moved.method, moved.form) == ("GET", {})
    assert "the POST becomes a GET" in carrier.faults[0]
    with pytest.raises(SimulatorError, match="becomes a GET"):
        carrier.check()


def test_a_loop_of_redirects_ends_the_call(new_carrier: NewCarrier, server: Server) -> None:
    carrier = new_carrier(max_documents=20)
    server.says("/twilio/voice", "<Redirect>/twilio/voice</Redirect>")
    with pytest.raises(SimulatorError, match="more than 20 documents"):
        carrier.call(TO, FROM, [])
    assert len(server.at("/twilio/voice")) == 20


@pytest.mark.parametrize("how", ["in turn", "at once"])
def test_every_webhook_can_be_delivered_twice(
    new_carrier: NewCarrier, server: Server, how: Literal["in turn", "at once"]
) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(deliver_twice=how))
    server.says("/twilio/voice", "<Gather action='/menu'/>")
    server.says("/menu", "<Say>Goodbye.</Say>")
    carrier.call(TO, FROM, [Press("1"), Hears("Goodbye")])

    assert server.paths().count("/twilio/voice") == 2
    assert server.paths().count("/menu") == 2
    assert server.paths().count("/twilio/status") == 2
    carrier.check()


def test_two_answers_to_one_webhook_that_differ_are_a_fault(
    new_carrier: NewCarrier, server: Server
) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(deliver_twice="in turn"))
    words = iter(["One.", "Two."])
    server.says("/twilio/voice", lambda form: f"<Say>{next(words)}</Say>")
    carrier.call(TO, FROM, [Hears("One")])
    with pytest.raises(SimulatorError, match="answered differently"):
        carrier.check()


def test_an_old_webhook_can_arrive_again_later(new_carrier: NewCarrier, server: Server) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(redeliver_late=True))
    server.says("/twilio/voice", "<Redirect>/a</Redirect>")
    server.says("/a", "<Redirect>/b</Redirect>")
    server.says("/b", "<Say>End.</Say>")
    call = carrier.call(TO, FROM, [Hears("End")])

    assert server.paths()[:5] == ["/twilio/voice", "/a", "/twilio/voice", "/b", "/a"]
    again = [entry for entry in call.transcript.of("requested") if entry.detail["duplicate"]]
    assert len(again) == 2


def test_a_caller_on_hold_waits_in_real_time_and_does_not_spin(
    new_carrier: NewCarrier, server: Server
) -> None:
    carrier = new_carrier(hold_turn_seconds=0.05)
    turns: list[Form] = []

    def hold(form: Form) -> str:
        turns.append(form)
        wait = "<Pause length='10'/><Redirect>/twilio/voice</Redirect>"
        return wait if len(turns) < 5 else "<Say>Sorry.</Say>"

    server.says("/twilio/voice", hold)
    began = time.monotonic()
    call = carrier.call(TO, FROM, [*[Stay()] * 4, Hears("Sorry"), HangUp()])

    assert time.monotonic() - began >= 3 * 0.05
    assert [entry.at for entry in call.transcript.of("requested")][:5] == [0, 10, 20, 30, 40]


def test_what_is_played_lasts_as_long_as_the_audio(
    carrier: Carrier, server: Server, message: Path
) -> None:
    audio = Response(message.read_bytes(), content_type="audio/wav")
    server.says("/twilio/voice", "<Play>/bell.wav</Play><Play digits='1w2'/><Say>Hello.</Say>")
    server.says("/bell.wav", audio)
    call = carrier.call(TO, FROM, [])
    assert call.transcript.of("heard")[0].at == 3 + 3
    assert call.transcript.texts("played") == [f"{PUBLIC_URL}/bell.wav", "tones 1w2"]
