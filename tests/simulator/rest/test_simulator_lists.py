"""The carrier's lists: Twilio's own client reads them, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from ivr.simulator import Carrier, Hears, Leave, TextFate
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, FROM, PUBLIC_URL, TO, Server

OTHER = "+441632960002"


@pytest.fixture
def client(carrier: Carrier) -> Client:
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    client.api.base_url = carrier.api_url
    return client


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def test_calls_are_listed_newest_first_over_as_many_pages_as_it_takes(
    carrier: Carrier, server: Server, client: Client
) -> None:
    server.says("/twilio/voice", "<Say>Hello.</Say>")
    calls = [carrier.call(TO, FROM, [Hears("Hello")]) for _ in range(7)]
    listed = client.calls.list(start_time_after=an_hour_ago(), page_size=3)
    assert [call.sid for call in listed] == [call.sid for call in reversed(calls)]
    assert {call.status for call in listed} == {"completed"}
    assert carrier.faults == []


def test_a_list_that_grows_while_it_is_read_shows_nothing_twice(
    carrier: Carrier, server: Server, client: Client
) -> None:
    server.says("/twilio/voice", "<Say>Hello.</Say>")
    known = [carrier.call(TO, FROM, [Hears("Hello")]).sid for _ in range(4)]
    page = client.calls.page(page_size=2)
    read = [call.sid for call in page]
    carrier.call(TO, FROM, [Hears("Hello")])
    while (page := page.next_page()) is not None:
        read += [call.sid for call in page]
    assert read == known[::-1]


def test_calls_are_filtered_by_number_state_and_time(
    carrier: Carrier, server: Server, client: Client
) -> None:
    server.says("/twilio/voice", "<Say>Hello.</Say>")
    call = carrier.call(TO, OTHER, [Hears("Hello")])
    carrier.call(TO, FROM, [Hears("Hello")])
    assert [each.sid for each in client.calls.list(from_=OTHER)] == [call.sid]
    assert client.calls.list(status="busy") == []
    assert client.calls.list(start_time_before=an_hour_ago()) == []
    assert len(client.calls.list(start_time=datetime.now(UTC).date())) == 2


def test_recordings_are_listed_until_they_are_deleted(
    carrier: Carrier, server: Server, client: Client, message: Path
) -> None:
    server.says("/twilio/voice", "<Record action='/recorded'/>")
    server.says("/recorded", "<Hangup/>")
    call = carrier.call(TO, FROM, [Leave(message)])
    [recording] = client.recordings.list(date_created_after=an_hour_ago())
    assert (recording.call_sid, recording.source) == (call.sid, "RecordVerb")
    assert client.recordings.list(call_sid="CA0") == []
    client.recordings(recording.sid).delete()
    assert client.recordings.list() == []


def test_texts_of_both_directions_are_listed_with_what_has_come_of_them(
    carrier: Carrier, server: Server, client: Client
) -> None:
    carrier.text(TO, FROM, "Good morning", lost=True)
    sent = client.messages.create(to=FROM, from_=TO, body="Hello")
    carrier.text_becomes(sent.sid, "undelivered", 30003)
    assert sent.status == "queued"
    listed = client.messages.list(date_sent_after=an_hour_ago())
    assert [(one.direction, one.status, one.error_code) for one in listed] == [
        ("outbound-api", "undelivered", 30003),
        ("inbound", "received", None),
    ]
    assert server.at("/twilio/sms") == []


def test_what_comes_of_a_text_is_told_where_it_was_asked_for(
    carrier: Carrier, server: Server, client: Client
) -> None:
    told = Event()

    def status(form: dict[str, str]) -> str:
        if form["MessageStatus"] == "undelivered":
            told.set()
        return "<Response/>"

    server.says("/twilio/sms/status", status)
    carrier.text_fates[FROM] = TextFate(("sent", "undelivered"), 30003)
    callback = f"{PUBLIC_URL}/twilio/sms/status?delivery=1"
    sent = client.messages.create(to=FROM, from_=TO, body="Hello", status_callback=callback)
    assert told.wait(30)
    first, last = server.at("/twilio/sms/status")
    assert (first["MessageStatus"], first.get("ErrorCode")) == ("sent", None)
    assert last["MessageSid"] == last["SmsSid"] == sent.sid
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")
    carrier.text_becomes(sent.sid, "delivered", told=True)
    assert server.at("/twilio/sms/status")[-1]["SmsStatus"] == "delivered"


def test_refusals_on_request_come_in_their_order(carrier: Carrier, client: Client) -> None:
    carrier.refuse(429, 503)
    for _ in range(2):
        with pytest.raises(TwilioException):
            client.calls.list()
    assert client.calls.list() == []
