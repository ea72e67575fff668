"""What is not signed by the carrier: refused by whatever address it comes, and counted."""

from __future__ import annotations

import pytest
from flask import Flask
from prometheus_client import REGISTRY
from redis import Redis

from ivr.adapters.sql import SqlRecords
from tests.web.hooks.carrier_line import Line


def refused() -> float:
    """How many requests have been counted as refused."""
    return REGISTRY.get_sample_value("tango_webhooks_refused_total") or 0.0


def webhooks(app: Flask) -> list[str]:
    """Every address below `/twilio/` that the carrier posts to."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/twilio/")]
    return [
        rule.rule.replace("<int:number>", "1") for rule in rules if "POST" in (rule.methods or ())
    ]


def test_every_webhook_refuses_what_is_not_signed_and_counts_it(app: Flask) -> None:
    addresses = webhooks(app)
    assert {"/twilio/voice", "/twilio/operator", "/twilio/conference", "/twilio/sms"} <= {
        *addresses
    }
    for address in addresses:
        before = refused()
        answer = app.test_client().post(address, data={"CallSid": "CA1"})
        assert answer.status_code == 403, address
        assert refused() == before + 1, address


@pytest.mark.parametrize("path", ["/twilio/operator", "/twilio/conference", "/twilio/sms"])
def test_what_is_signed_is_let_in(line: Line, path: str) -> None:
    assert line.post(path).status_code in (200, 204)


def test_a_signed_webhook_of_another_account_is_refused(line: Line, redis: Redis) -> None:
    before = refused()
    assert line.post("/twilio/voice", AccountSid="AC" + "9" * 32).status_code == 403
    assert refused() == before + 1
    assert redis.dbsize() == 0


ACCOUNT = "AC" + "0" * 32
SID = "RE" + "2" * 32


@pytest.mark.parametrize(
    "url",
    [
        f"https://api.twilio.com/2010-04-01/Accounts/AC{'9' * 32}/Recordings/{SID}",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{'3' * 32}",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls/{SID}",
        "http://169.254.169.254/latest/meta-data",
        "",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/twilio/recording?client=rainbow-frost&flow=x&node=take&kind=message",
        "/twilio/conference/recording?conversation=c1",
    ],
)
def test_a_recording_at_any_other_address_is_refused(
    line: Line, records: SqlRecords, path: str, url: str
) -> None:
    form = {"RecordingSid": SID, "RecordingStatus": "completed", "RecordingDuration": "3"}
    assert line.post(path, RecordingUrl=url, **form).status_code == 403
    assert records.messages.newest() == []
    assert records.call_recordings.newest() == []


def test_a_turn_goes_on_and_its_message_waits_to_be_told_where_the_recording_is(
    line: Line, records: SqlRecords
) -> None:
    line.dial()
    line.post("/twilio/fallback")
    line.act(RecordingSid=SID, RecordingDuration="3", RecordingUrl="http://10.0.0.1/")
    [message] = records.messages.newest()
    assert message.recording_url is None
