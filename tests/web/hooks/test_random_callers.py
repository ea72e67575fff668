"""Random callers through the example flows, over the real web application, Redis and database.

Whatever callers do, and at whatever hour, every document is one that the carrier runs, every URL in
it leads somewhere, and nobody is left without a way on: the call ends, or it waits for the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.settings import Settings
from ivr.simulator.twiml import Element, parse
from tests.web.hooks.carrier_line import MONDAY_NOON, Clock, Line

NUMBERS = ("+441604529170", "+442079460321", "+441632960480")
CALLERS = ("+441632960001", "anonymous", "+15005550006", "sip:ann@firm.example")
WORDS = (
    "booking",
    "it is an emergency",
    "a person please",
    "yes",
    "no that is wrong",
    "oh one six three two",
    "reference",
    "wibble",
)
MAX_TURNS = 300
SERIAL = count()


@dataclass
class World:
    """What a random caller meets."""

    app: Flask
    settings: Settings
    clock: Clock
    queue: RedisOperatorQueue
    redis: Redis


@pytest.fixture
def world(
    app: Flask, example_settings: Settings, clock: Clock, queue: RedisOperatorQueue, redis: Redis
) -> World:
    return World(app, example_settings, clock, queue, redis)


def moments() -> st.SearchStrategy[datetime]:
    """Any minute of three weeks around Christmas."""
    minutes = st.integers(0, 21 * 24 * 60)
    return minutes.map(lambda m: MONDAY_NOON + timedelta(days=25, minutes=m))


def answer(data: st.DataObject, verb: Element) -> dict[str, str]:
    """What comes of a verb that waits for somebody."""
    match verb.name:
        case "Gather":
            keys = st.text("0123456789*#", min_size=1, max_size=12)
            if verb.get("numDigits") == "1":
                keys = st.sampled_from("0123456789*#")
            return data.draw(
                st.one_of(
                    keys.map(lambda k: {"Digits": k}),
                    st.sampled_from(WORDS).map(lambda w: {"SpeechResult": w}),
                    st.text(max_size=40).map(lambda w: {"SpeechResult": w}),
                    st.just({}),
                )
            )
        case "Record":
            sid = f"RE{next(SERIAL):032x}"
            recorded = {"RecordingSid": sid, "RecordingDuration": "5", "RecordingUrl": "http://x/"}
            return data.draw(st.sampled_from([recorded, recorded | {"Digits": "hangup"}]))
        case _:
            statuses = ["completed", "answered", "busy", "no-answer", "failed", "canceled"]
            return {"DialCallStatus": data.draw(st.sampled_from(statuses))}


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_caller_is_ever_without_a_way_on(world: World, data: st.DataObject) -> None:
    world.redis.flushall()
    world.clock.now = data.draw(moments())
    line = Line(
        world.app.test_client(),
        world.settings.auth_token,
        world.settings.public_url,
        sid=f"CA{next(SERIAL):032x}",
        caller=data.draw(st.sampled_from(CALLERS)),
        called=data.draw(st.sampled_from(NUMBERS)),
    )
    response = line.post("/twilio/voice")
    for _ in range(MAX_TURNS):
        assert response.status_code == 200
        verbs = parse(response.data, response.content_type)
        if verbs[-1].name == "Hangup":
            break
        world.clock.pass_(data.draw(st.integers(0, 30)))
        if data.draw(st.integers(0, 30)) == 0:
            assert line.post("/twilio/status", CallStatus="completed").status_code == 204
            break
        response = step(line, verbs, data)
    else:
        raise AssertionError(f"the call had no end after {MAX_TURNS} turns: {line.heard}")
    line.post("/twilio/status", CallStatus="completed")
    waiting = world.queue.waiting(world.clock())
    assert [entry for entry in waiting if not entry.ticket.callback] == [], "none but call backs"


def step(line: Line, verbs: tuple[Element, ...], data: st.DataObject) -> Any:
    """The carrier does what the document says, and sometimes sends the webhook twice."""
    waiting = next(v for v in verbs if v.name in ("Gather", "Record", "Dial", "Redirect"))
    fields: dict[str, str] = {}
    if waiting.name == "Redirect":
        url = waiting.text
    elif waiting.name == "Record" and data.draw(st.booleans()):
        url = verbs[-1].text  # an empty recording falls through to the redirect
    else:
        url, fields = waiting.get("action"), answer(data, waiting)
    response = line.post(url, **fields)
    if data.draw(st.integers(0, 5)) == 0:
        assert line.post(url, **fields).data == response.data
    return response
