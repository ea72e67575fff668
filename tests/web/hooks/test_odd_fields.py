"""Whatever stands in the fields of a signed webhook, it is answered, and nothing odd is kept."""

from __future__ import annotations

import pytest
from flask import Flask
from redis import Redis

from ivr.adapters.sql import SqlRecords
from ivr.settings import Settings
from tests.web.hooks.carrier_line import Line, settle

HUGE = "9" * 5000
SID = "RE" + "1" * 32
URL = f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Recordings/{SID}"
ODD = "\0\u202e\u2066\ud7ff\x1b[31m"


@pytest.mark.parametrize(
    "caller", ["sip:" + "x" * 9000 + "@evil.example", f"sip:{ODD}ann@a.example", "+44" + "7" * 9000]
)
def test_odd_callers_are_answered_and_kept_short(
    caller: str, line: Line, redis: Redis, records: SqlRecords
) -> None:
    assert line.post("/twilio/voice", From=caller).status_code == 200
    settle(redis, records)
    for key in redis.keys("ivr:call:*"):
        kept = str(redis.hgetall(key))
        assert "x" * 300 not in kept
        assert "u202e" not in kept


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (
            "/twilio/recording",
            {"RecordingDuration": HUGE, "RecordingSid": SID, "RecordingUrl": URL},
        ),
        ("/twilio/turn/1?node=x&attempt=" + HUGE[:300], {"Digits": HUGE}),
        ("/twilio/turn/1", {"DialCallStatus": "completed", "DialCallDuration": HUGE}),
        ("/twilio/turn/1", {"SpeechResult": ODD + "a" * 20000, "Confidence": "1e999"}),
        ("/twilio/status", {"CallStatus": "completed", "CallDuration": HUGE}),
        ("/twilio/sms", {"Body": ODD + "hello", "MessageSid": "SM" + "1" * 32}),
    ],
)
def test_odd_fields_are_answered(path: str, fields: dict[str, str], line: Line) -> None:
    line.dial()
    assert line.post(path, **fields).status_code in (200, 204, 404, 503)


@pytest.mark.parametrize("number", ["0", "100001", "9" * 300])
def test_a_turn_that_cannot_be_is_not_there(number: str, line: Line) -> None:
    assert line.post(f"/twilio/turn/{number}").status_code == 404


def test_the_signature_is_that_of_what_was_sent(app: Flask, example_settings: Settings) -> None:
    line = Line(app.test_client(), example_settings.auth_token, example_settings.public_url)
    assert line.post("/twilio/voice", CallerName=ODD).status_code == 200
