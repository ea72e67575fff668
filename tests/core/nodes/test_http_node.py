"""`http`: another system is asked, and the call always goes on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.core.call.events import Continued, Event, NotYet, Pressed, Replied, Unreachable
from ivr.core.call.instructions import Ask, Continue, Play, Say, Secret
from ivr.core.flow.flow import LAST_RESORT
from tests.flow_files import good
from tests.played_call import PlayedCall

FLOW = """\
vars:
  order: {{default: "{order}"}}
  visits: {{type: number, default: "3"}}
  known: {{type: yes_no}}
  status: {{}}
start: look
nodes:
  look: {{http: {settings}, next: found{exits}}}
  found: {{hangup: "It is {{status}}, {{visits}}, {{known}}."}}
  unknown: {{hangup: There is no such order.}}
  broken: {{hangup: I cannot look.}}
"""
GET = '{get: "https://acme.example/orders/{order}", reply: {status: order.status}}'


def call(
    folder: Path, settings: str = GET, exits: str = ", failed: broken", order: str = "A 1/7"
) -> PlayedCall:
    """A call that asks."""
    return PlayedCall(good(folder, FLOW.format(settings=settings, exits=exits, order=order)))


def asked(played: PlayedCall) -> Ask:
    (effect,) = played.effects
    assert isinstance(effect, Ask)
    return effect


def ok(reply: object) -> Replied:
    return Replied(200, json.dumps(reply))


def test_the_caller_hears_words_and_music_while_the_system_is_asked(tmp_path: Path) -> None:
    played = call(tmp_path, GET[:-1] + ", say: One moment please.}")
    assert [type(verb) for verb in played.verbs] == [Say, Play, Continue]
    assert played.said == "One moment please."
    assert asked(played) == Ask("GET", "https://acme.example/orders/A%201%2F7")


def test_a_query_and_headers_are_filled_and_secrets_stay_names(tmp_path: Path) -> None:
    played = call(
        tmp_path,
        '{get: "https://acme.example/o?id={order}&from={caller.number}&known={known}", '
        'timeout: 9s, headers: {Authorization: {secret: key}, X-Order: "no. {order}"}}',
        order="a&b=ü\\n{x}",
    )
    ask = asked(played)
    assert ask.url == (
        "https://acme.example/o?id=a%26b%3D%C3%BC%0A%7Bx%7D&from=%2B441632960123&known=false"
    )
    assert ask.headers == {"Authorization": Secret("key"), "X-Order": "no. a&b=ü {x}"}
    assert ask.timeout == 9


def test_what_is_sent_keeps_its_type(tmp_path: Path) -> None:
    played = call(
        tmp_path,
        '{post: "https://acme.example/o", send: {order: "{order}", visits: "{visits}", '
        'known: "{known}", text: "{visits} visits, {known}", nothing: ""}}',
    )
    assert asked(played).method == "POST"
    assert asked(played).send == {
        "order": "A 1/7",
        "visits": 3,
        "known": False,
        "text": "3 visits, false",
        "nothing": "",
    }


@pytest.mark.parametrize("order", ["", ".", ".."])
def test_a_value_that_would_ask_for_another_place_is_not_asked(tmp_path: Path, order: str) -> None:
    played = call(tmp_path, order=order)
    assert played.node == "broken"
    assert played.effects == ()


def test_a_reply_sets_the_variables(tmp_path: Path) -> None:
    settings = (
        '{get: "https://acme.example/o", reply: {status: orders.1.status, visits: n, known: k}}'
    )
    reply = {"orders": [{}, {"status": "on its way"}], "n": 2.5, "k": True, "more": None}
    played = call(tmp_path, settings).then(ok(reply))
    assert played.said == "It is on its way, 2.5, yes."


def test_without_a_reply_to_read_any_success_will_do(tmp_path: Path) -> None:
    played = call(tmp_path, '{post: "https://acme.example/o"}').then(Replied(204, ""))
    assert played.node == "found"


BAD: list[Any] = [
    ok({}),
    ok([]),
    ok(None),
    ok({"order": "x"}),
    ok({"order": {"status": 7}}),
    ok({"order": {"status": None}}),
    ok({"order": {"status": True}}),
    ok({"order": {"status": ["x"]}}),
    ok({"order": {"status": "x" * 1001}}),
    Replied(200, ""),
    Replied(200, "<html>"),
    Replied(200, "[" * 60_000),
    Replied(200, '{"order": {"status": "x"}, "n": NaN}'),
    Replied(301, ""),
    Replied(404, ""),
    Replied(500, '{"order": {"status": "x"}}'),
    Unreachable(),
]


@pytest.mark.parametrize("event", BAD)
def test_whatever_cannot_be_used_is_a_failure(tmp_path: Path, event: Event) -> None:
    assert call(tmp_path).then(event).node == "broken"


@pytest.mark.parametrize("number", ["x", "3", True, None, 1e300, 10**20])
def test_a_number_must_be_one(tmp_path: Path, number: object) -> None:
    played = call(tmp_path, '{get: "https://acme.example/", reply: {visits: n}}')
    assert played.then(ok({"n": number})).node == "broken"


def test_what_is_not_found_has_a_way_of_its_own(tmp_path: Path) -> None:
    played = call(tmp_path, exits=", failed: broken, not_found: unknown")
    assert played.then(Replied(404, "no")).node == "unknown"


def test_without_a_way_for_it_a_failure_takes_a_message(tmp_path: Path) -> None:
    assert call(tmp_path, exits="").then(Unreachable()).node == LAST_RESORT


def test_the_caller_hears_music_until_the_answer_comes_and_is_asked_nothing(tmp_path: Path) -> None:
    played = call(tmp_path).then(NotYet(), NotYet(), Pressed("1"))
    assert [type(verb) for verb in played.verbs] == [Play, Continue]
    assert played.effects == ()
    assert played.then(ok({"order": {"status": "here"}})).node == "found"


@pytest.mark.parametrize("event", [NotYet(), Continued()])
def test_a_call_does_not_wait_for_ever(tmp_path: Path, event: Event) -> None:
    played = call(tmp_path)
    played.now += timedelta(seconds=8)
    assert played.then(event).node == "look"
    played.now += timedelta(seconds=1)
    assert played.then(event).node == "broken"


def test_a_call_whose_state_was_lost_goes_on(tmp_path: Path) -> None:
    from dataclasses import replace

    played = call(tmp_path)
    played.turn = replace(played.turn, state=replace(played.state, memory={}))
    assert played.then(NotYet()).node == "broken"
