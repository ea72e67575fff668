"""A call asks another system: once, outside the turn, and whatever fails, the call goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from structlog.testing import capture_logs

from ivr.adapters.sql import migrate
from ivr.services.calls.asking import Asking
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.outside_system import System, drips, say
from tests.web.hooks.carrier_line import Clock, Line

FILE = """\
schema: 1
client: {name: Acme, numbers: "+44 1632 960001"}
vars: {status: {}}
start: look
nodes:
  look:
    http:
      get: "URL/orders?from={caller.number}"
      headers: {Authorization: {secret: key}}
      timeout: 1s
      say: One moment please.
      reply: {status: status}
    next: found
    failed: broken
  found: {hangup: "It is {status}."}
  broken: {hangup: I cannot look.}
"""


@pytest.fixture
def asking_settings(settings: Settings, system: System) -> Settings:
    """A client who asks `system`, with a secret for it."""
    settings.flows.mkdir()
    (settings.flows / "acme.yaml").write_text(FILE.replace("URL", system.url))
    keep_secrets(settings.data, 'acme: {key: "Bearer s3cret"}\n')
    migrate(settings.database_url)
    return replace(settings, http_private=frozenset({"127.0.0.1"}))


def keep_secrets(data: Path, text: str, mode: int = 0o600) -> None:
    data.mkdir(exist_ok=True)
    path = data / "secrets.yaml"
    path.write_text(text)
    path.chmod(mode)


def line_of(settings: Settings, clock: Clock) -> Line:
    app = create_app(settings, clock)
    return Line(app.test_client(), settings.auth_token, settings.public_url, called="+441632960001")


@pytest.fixture
def asking_line(
    asking_settings: Settings, redis: Redis, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Line:
    """A call of the client; what is asked is answered before the turn ends."""
    do_now(monkeypatch)
    return line_of(asking_settings, clock)


def do_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask in the turn itself, so that a test need not wait."""
    asks_by(monkeypatch, lambda work, *given: work(*given))


def asks_by(monkeypatch: pytest.MonkeyPatch, submit: Callable[..., object]) -> None:
    """Let `submit` do what a thread does otherwise."""
    monkeypatch.setattr(Asking, "__init__", partialmethod(Asking.__init__, submit=submit))


def test_a_caller_hears_what_the_system_knows(asking_line: Line, system: System) -> None:
    system.answer = lambda handler: say(handler, b'{"status": "on its way"}')
    asking_line.dial()
    assert asking_line.verbs() == ["Say", "Play", "Redirect"]
    assert asking_line.document.findtext("Play") == "/media/moment.wav"
    asking_line.act()
    assert asking_line.heard == "It is on its way."
    [(_, path, headers, _)] = system.asked
    assert path == "/orders?from=%2B441632960001"
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Idempotency-Key"] == f"{asking_line.sid}:1"


def test_the_music_is_there(asking_line: Line) -> None:
    music = asking_line.client.get("/media/moment.wav")
    assert music.mimetype == "audio/wav"
    assert 40_000 < len(music.data) < 45_000


def test_a_webhook_that_comes_twice_asks_once(asking_line: Line, system: System) -> None:
    asking_line.dial()
    asking_line.dial()
    assert len(system.asked) == 1


def fails_once() -> Callable[[Any], None]:
    answers = iter([lambda handler: say(handler, b"", 503)])
    return lambda handler: next(answers, lambda h: say(h, b'{"status": "here"}'))(handler)


def test_a_passing_failure_is_asked_once_more_as_the_same(
    asking_line: Line,
    system: System,
) -> None:
    system.answer = fails_once()
    asking_line.dial()
    asking_line.act()
    assert asking_line.heard == "It is here."
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in system.asked}) == 1


ANSWERS = [
    (drips, 2),
    (lambda handler: say(handler, b"", 500), 2),
    (lambda handler: say(handler, b"", 404), 1),
    (lambda handler: say(handler, b"", 302, Location="/"), 1),
    (lambda handler: say(handler, b"<html>"), 1),
    (lambda handler: say(handler, b'{"status": 5}'), 1),
    (lambda handler: say(handler, b'{"status": "' + b"x" * 70_000 + b'"}'), 1),
]


@pytest.mark.parametrize(("answer", "times"), ANSWERS)
def test_whatever_else_it_does_the_call_goes_on(
    asking_line: Line,
    system: System,
    answer: Callable[[Any], None],
    times: int,
) -> None:
    system.answer = answer
    asking_line.dial()
    asking_line.act()
    assert asking_line.heard == "I cannot look."
    assert len(system.asked) == times


def test_nothing_of_the_reply_or_the_secret_is_logged(
    asking_line: Line,
    system: System,
) -> None:
    system.answer = lambda handler: say(handler, b'{"status": "private matter"}', 500)
    with capture_logs() as logs:
        asking_line.dial()
        asking_line.act()
    assert "private matter" not in str(logs)
    assert "s3cret" not in str(logs)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("other: {key: x}", 0o600),
        ("acme: {}", 0o600),
        ("acme: {key: [x]}", 0o600),
        ("acme: [", 0o600),
        ("", 0o600),
        ("acme: {key: s3cret}", 0o644),
    ],
)
def test_without_its_secret_nothing_is_asked(
    asking_line: Line,
    system: System,
    asking_settings: Settings,
    text: str,
    mode: int,
) -> None:
    keep_secrets(asking_settings.data, text, mode)
    with capture_logs() as logs:
        asking_line.dial()
    asking_line.act()
    assert asking_line.heard == "I cannot look."
    assert system.asked == []
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["asking.refused"]
    assert "s3cret" not in str(logs)


def test_a_private_address_is_not_asked_unless_it_is_named(
    asking_settings: Settings,
    redis: Redis,
    clock: Clock,
    system: System,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    do_now(monkeypatch)
    line = line_of(replace(asking_settings, http_private=frozenset()), clock)
    line.dial()
    line.act()
    assert line.heard == "I cannot look."
    assert system.asked == []


def test_a_process_that_dies_while_it_asks_does_not_hold_the_caller(
    asking_settings: Settings, redis: Redis, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks_by(monkeypatch, lambda *given: None)
    line = line_of(asking_settings, clock)
    line.dial()
    clock.pass_(2)
    line.act()
    assert line.verbs() == ["Play", "Redirect"]
    clock.pass_(3)
    line.act()
    assert line.heard == "I cannot look."


def test_a_redis_that_has_lost_everything_does_not_hold_the_caller(
    asking_line: Line, redis: Redis
) -> None:
    asking_line.dial()
    redis.flushall()
    asking_line.act()
    assert asking_line.heard == "I cannot look."


def test_what_was_answered_is_forgotten_soon(
    asking_line: Line, redis: Redis, system: System
) -> None:
    system.answer = lambda handler: say(handler, json.dumps({"status": "x"}).encode())
    asking_line.dial()
    [key] = redis.keys("ivr:asked:*")
    assert 0 < redis.ttl(key) <= 600


def test_without_redis_nothing_is_asked_and_the_call_goes_on(
    asking_settings: Settings, clock: Clock, system: System
) -> None:
    line = line_of(replace(asking_settings, redis_url="redis://127.0.0.1:9"), clock)
    line.dial()
    assert line.verbs() == ["Say", "Play", "Redirect"]
    line.act()
    assert line.heard == "I cannot look."
    assert system.asked == []
