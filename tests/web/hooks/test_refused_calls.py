"""A blocked caller is refused by the carrier, unanswered; once answered, a call can only end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from redis import Redis

from ivr.adapters.sql import SqlRecords
from ivr.settings import Settings
from ivr.simulator.twiml import parse
from ivr.web.app import create_app
from tests.flow_files import write
from tests.web.hooks.carrier_line import Clock, Line, settle

FLOW = """\
callers: {blocked: "+44 1632 960001"}
start: START
nodes:
  greet: {say: Hello., next: who}
  who: {callers: , blocked: refuse, other: bye}
  refuse: {hangup: , reject: busy}
  bye: {hangup: Bye.}
"""


def refused(start: str, folder: Path, settings: Settings, redis: Redis, clock: Clock) -> Line:
    """A blocked caller's call to a client whose calls begin at `start`."""
    write(folder, FLOW.replace("START", start))
    app = create_app(replace(settings, flows=folder), clock)
    line = Line(app.test_client(), settings.auth_token, settings.public_url)
    line.called = "+441632960001"
    line.dial()
    return line


def test_a_blocked_caller_is_refused_unanswered_and_the_records_say_so(
    tmp_path: Path, example_settings: Settings, redis: Redis, clock: Clock, records: SqlRecords
) -> None:
    line = refused("who", tmp_path, example_settings, redis, clock)
    assert line.answer is not None
    [reject] = parse(line.answer.data, "text/xml")
    assert str(reject) == '<Reject reason="busy">'
    settle(redis, records)
    [call] = records.calls.newest()
    assert call.outcome == "refused"


def test_once_something_was_said_the_call_is_hung_up(
    tmp_path: Path, example_settings: Settings, redis: Redis, clock: Clock
) -> None:
    line = refused("greet", tmp_path, example_settings, redis, clock)
    assert line.verbs() == ["Say", "Hangup"]
