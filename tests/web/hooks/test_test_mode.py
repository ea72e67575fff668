"""`live: no`: nothing of a client in test mode reaches anybody but the agency."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from redis import Redis
from structlog.testing import capture_logs

from ivr.adapters.sql import migrate, open_records
from ivr.core.agency import Agency
from ivr.core.call.engine import CallFlow, Turn, start
from ivr.core.call.instructions import (
    Ask,
    Conference,
    Continue,
    Dial,
    Effect,
    Hangup,
    KeepMessage,
    Listen,
    Pause,
    Play,
    PromiseCallBack,
    Record,
    Say,
    SendText,
    Verb,
    WaitTerms,
)
from ivr.core.records.message import Recipient
from ivr.core.records.outbox import OutboxKind
from ivr.services.outgoing import Outgoing
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.flow_files import good
from tests.web.hooks.carrier_line import Clock, Line

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
THEIRS = ("+447700900123", "ian@acme.example", "acme.example")
OURS, DESK = "+442079460100", "desk@larkfield.example"
CALLER, CALLED = "+447400123456", "+441632960001"

VERBS: dict[type, Verb] = {
    Say: Say("Hello", "", "en-GB"),
    Play: Play("/media/hold.wav"),
    Pause: Pause(1),
    Listen: Listen(()),
    Record: Record(60, "message"),
    Dial: Dial(THEIRS[0], 20),
    Conference: Conference("room"),
    Continue: Continue(),
    Hangup: Hangup(),
}
EFFECTS: dict[type, Effect] = {
    KeepMessage: KeepMessage("RE1", 5, "message", "take"),
    Ask: Ask("GET", "https://acme.example/"),
    SendText: SendText(THEIRS[0], "Hello", "write"),
    PromiseCallBack: PromiseCallBack(THEIRS[0], "", "desk", NOON, WaitTerms(5, (), 60), 3, 600),
}
FILE = """\
schema: 1
client: {name: Acme, numbers: "+44 1632 960001", live: LIVE}
people: {ian: {name: Ian, phone: "+44 7700 900123", email: ian@acme.example}}
agreement: {message: {owner: ian}}
start: look
nodes:
  look: {http: {get: "https://acme.example/", say: One moment.}, next: ring, failed: write}
  write: {text: {say: Somebody rings., to: ian}, next: ring}
  ring: {dial: ian, nobody: take, answered: take}
  take: {message: Please leave a message., next: bye}
  bye: {hangup: Goodbye.}
"""
AGENCY = 'agency: {name: Larkfield, phone: "+44 20 7946 0100", email: desk@larkfield.example}\n'


@pytest.fixture
def flow(tmp_path: Path) -> CallFlow:
    """A client in test mode."""
    return good(tmp_path, FILE.replace("LIVE", "no"))


def agency(phone: str | None = OURS, email: str | None = DESK) -> Agency:
    return Agency(name="Larkfield", phone=phone, email=email)


def turn(flow: CallFlow, verbs: tuple[Verb, ...], effects: tuple[Effect, ...] = ()) -> Turn:
    state = start(flow, "CA1", CALLER, CALLED, NOON)
    place = "look" if any(isinstance(effect, Ask) for effect in effects) else "ring"
    return Turn(replace(state, node=place, turn=0), verbs, effects)


def names_them(turn: Turn) -> bool:
    """Whether a client's number or address stands anywhere but in words for the agency."""
    parts = [*turn.verbs, *(replace(e, body="") if isinstance(e, SendText) else e
                            for e in turn.effects)]  # fmt: skip
    return any(theirs in repr(part) for part in parts for theirs in THEIRS)


def test_every_verb_and_effect_has_been_thought_of() -> None:
    assert set(VERBS) == set(get_args(Verb))
    assert set(EFFECTS) == set(get_args(Effect))


@pytest.mark.parametrize("phone", [OURS, None])
@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: type(verb).__name__)
def test_no_verb_reaches_the_clients_people(flow: CallFlow, verb: Verb, phone: str | None) -> None:
    assert not names_them(Outgoing(agency(phone)).turn(flow, turn(flow, (verb,)), NOON))


@pytest.mark.parametrize("phone", [OURS, None])
@pytest.mark.parametrize("effect", EFFECTS.values(), ids=lambda effect: type(effect).__name__)
def test_no_effect_reaches_the_clients_people(
    flow: CallFlow, effect: Effect, phone: str | None
) -> None:
    steered = Outgoing(agency(phone)).turn(flow, turn(flow, (Continue(),), (effect,)), NOON)
    assert not names_them(steered)


def test_a_live_client_is_left_alone(tmp_path: Path) -> None:
    flow = good(tmp_path, FILE.replace("LIVE", "yes"))
    before = turn(flow, (VERBS[Dial],), (EFFECTS[SendText],))
    outgoing = Outgoing(agency())
    assert outgoing.turn(flow, before, NOON) is before
    ian = Recipient("Ian", "ian@acme.example")
    assert outgoing.recipient(flow, ian) is ian
    assert outgoing.client_name(flow) == "Acme"


def test_the_agency_is_rung_instead_and_texted_with_whom_it_was_for(flow: CallFlow) -> None:
    before = turn(flow, (VERBS[Dial],), (EFFECTS[SendText],))
    after = Outgoing(agency()).turn(flow, before, NOON)
    assert after.verbs == (Dial(OURS, 20),)
    assert after.effects == (SendText(OURS, "[test] to +447700900123: Hello", "write"),)


def test_without_a_number_of_the_agencys_a_person_does_not_take_the_call(flow: CallFlow) -> None:
    after = Outgoing(agency(None)).turn(flow, turn(flow, (VERBS[Dial],)), NOON)
    assert after.state.node == "take"
    assert isinstance(after.verbs[-1], Record)


def test_an_email_says_whom_it_would_have_reached(flow: CallFlow) -> None:
    outgoing = Outgoing(agency())
    assert outgoing.recipient(flow, Recipient("Ian", "ian@acme.example")) == Recipient(
        "Larkfield [test] instead of Ian, ian@acme.example", DESK
    )
    assert outgoing.client_name(flow) == "[test] Acme"


def test_an_email_that_nobody_can_get_is_said_in_the_log(flow: CallFlow) -> None:
    with capture_logs() as logs:
        got = Outgoing(agency(email=None)).recipient(flow, Recipient("Ian", "ian@acme.example"))
    assert got.email is None
    assert [entry["event"] for entry in logs] == ["test.email_not_sent"]


@pytest.fixture
def test_line(settings: Settings, redis: Redis, clock: Clock) -> Line:
    """A caller of the client in test mode."""
    settings.flows.mkdir()
    (settings.flows / "acme.yaml").write_text(FILE.replace("LIVE", "no"))
    (settings.flows / "agency.yaml").write_text(AGENCY)
    migrate(settings.database_url)
    app = create_app(settings, clock)
    line = Line(app.test_client(), settings.auth_token, settings.public_url, called=CALLED)
    line.caller = CALLER
    return line


def test_a_whole_call_reaches_the_agency_alone(
    test_line: Line, settings: Settings, clock: Clock
) -> None:
    line = test_line
    line.dial()
    assert line.verbs() == ["Say", "Play", "Dial"]
    assert line.document.findtext("Dial/Number") == OURS
    line.act(DialCallStatus="no-answer")
    line.act(RecordingSid="RE1", RecordingDuration="9", RecordingUrl="http://127.0.0.1/RE1")
    with_records = open_records(settings.database_url)
    [text] = with_records.outbox.claim([OutboxKind.SMS], clock(), clock() - clock(), limit=9)
    assert text.payload["to"] == OURS
    [message] = with_records.messages.newest()
    assert message.recipient.email == DESK
    assert message.client_name == "[test] Acme"
    line.post(
        "/twilio/recording?client=acme&flow=x&node=take&kind=message",
        RecordingSid="RE2",
        RecordingUrl=f"http://127.0.0.1/2010-04-01/Accounts/AC{'0' * 32}/Recordings/RE2",
    )
    assert {message.recipient.email for message in with_records.messages.newest()} == {DESK}
    with_records.close()
