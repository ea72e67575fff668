"""Legs that we ring while Redis is away: they wait a moment, and what is told is told again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.web.hooks.retry_later import MOST
from tests.web.hooks.carrier_line import Clock, Line

OPERATOR = "/twilio/operator?reservation=r1"
SPOKEN = [
    OPERATOR,
    "/twilio/conference/third?conversation=r1&label=third-1",
    "/twilio/conference/called?conversation=r1",
    "/twilio/conference/joining?conversation=r1",
    "/twilio/conference/after?conversation=r1",
]
TOLD = [
    "/twilio/operator/status?reservation=r1",
    "/twilio/conference?conversation=r1",
    "/twilio/conference/leg?conversation=r1&label=caller",
]


@pytest.fixture
def cut_off(example_settings: Settings, clock: Clock) -> Line:
    """The application without Redis."""
    nowhere = replace(example_settings, redis_url="redis://127.0.0.1:1")
    app = create_app(nowhere, clock)
    return Line(app.test_client(), nowhere.auth_token, nowhere.public_url)


def again(line: Line, url: str, **fields: str) -> str:
    """Ask for a document; returns where it leads after a moment's music."""
    assert line.post(url, **fields).status_code == 200
    assert line.verbs() == ["Play", "Redirect"]
    return str(line.document.findtext("Redirect")).partition("#")[0]


@pytest.mark.parametrize("url", SPOKEN)
def test_who_is_on_the_line_waits_a_moment_and_asks_once_more(cut_off: Line, url: str) -> None:
    path, _, query = again(cut_off, url).partition("?")
    assert url.startswith(path)
    assert set(url.partition("?")[2].split("&")) | {"again=1"} <= set(query.split("&"))


def test_a_key_that_was_pressed_is_not_lost(cut_off: Line) -> None:
    url = "/twilio/conference/accept?conversation=r1&label=third-1&screened=1"
    then = again(cut_off, url, Digits="1")
    assert "key=1" in then
    assert "key=1" in again(cut_off, then)


ROOM = "/twilio/turn/3?client=larkfield&flow=x&node=x&attempt=0&after=room"


def test_a_caller_out_of_a_room_waits_too_as_they_may_have_met_nobody(cut_off: Line) -> None:
    then = again(cut_off, ROOM, DialCallStatus="answered", DialBridged="true")
    assert then.startswith("/twilio/turn/3?")
    assert "after=room" in then


def test_the_fallback_of_a_call_of_ours_asks_once_more_for_what_could_not_be_had(
    cut_off: Line,
) -> None:
    failed = f"{cut_off.public_url}{OPERATOR}"
    then = again(cut_off, "/twilio/leg/fallback", ErrorUrl=failed, ErrorCode="11200")
    assert then == f"{OPERATOR}&again=1"
    cut_off.post("/twilio/leg/fallback", ErrorUrl="https://elsewhere.example/twilio/operator")
    assert cut_off.verbs() == ["Hangup"]


def test_nobody_waits_for_ever(cut_off: Line) -> None:
    then = OPERATOR
    for _ in range(MOST):
        then = again(cut_off, then)
    cut_off.post(then)
    assert "has gone" in cut_off.heard


@pytest.mark.parametrize("url", TOLD)
def test_what_is_only_told_is_to_be_told_again(cut_off: Line, url: str) -> None:
    form = {"CallStatus": "completed", "StatusCallbackEvent": "conference-end"}
    assert cut_off.post(url, **form).status_code == 503
