"""One of a client's people says by text where they are, and hears what callers will hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from ivr.adapters.sql import SqlRecords
from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.availability.status import How
from ivr.core.records.outbox import OutboxKind
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.statuses import standing_of
from tests.web.hooks.carrier_line import CALLER, DECORATOR, Clock, Line

MAYA = "+447700900124"
DENTIST = "+442079460321"
AWAY, MESSAGES, EMERGENCIES = StatusKind


@pytest.fixture
def texts(line: Line, records: SqlRecords, clock: Clock) -> Texts:
    """Texts from Maya's telephone, and their answers."""
    return Texts(line, records, clock)


class Texts:
    def __init__(self, line: Line, records: SqlRecords, clock: Clock) -> None:
        self.line, self.records, self.clock = line, records, clock
        self._count = 0

    def send(self, body: str, from_: str = MAYA, to: str = DECORATOR, sid: str = "") -> list[str]:
        """What is answered to a text."""
        self._count += 1
        fields = {"From": from_, "To": to, "Body": body, "MessageSid": sid or f"SM{self._count}"}
        assert self.line.post("/twilio/sms", **fields).status_code == 200
        assert len(self.line.document) == 0
        now = self.clock()
        found = self.records.outbox.claim([OutboxKind.SMS], now, timedelta(days=9), limit=9)
        assert all(each.payload["to"] == from_ and each.payload["from"] == to for each in found)
        return [each.payload["body"] for each in found]

    @property
    def standing(self) -> Availability:
        return standing_of(self.records, "rainbow-frost", self.clock())


def test_away_until_three_is_set_and_said_back_with_what_callers_hear(texts: Texts) -> None:
    assert texts.send("AWAY 3PM") == [
        'Maya Frost: away until 3 pm. Those who press 2 ("leak") wait for somebody at the agency, '
        "or else leave a message for the agency. BACK ends it."
    ]
    assert texts.standing == Availability({"maya": AWAY})
    [kept] = texts.records.statuses.history("rainbow-frost")
    assert (kept.set_by, kept.set_how) == ("Maya Frost", How.TEXT)
    texts.clock.pass_(3 * 3600)
    assert texts.standing == Availability()


def test_the_next_call_finds_it_so(texts: Texts) -> None:
    texts.send("AWAY 3PM")
    texts.line.dial()
    texts.line.act(Digits="2")
    assert "node=urgent_queue" in texts.line.action


def test_back_ends_it(texts: Texts) -> None:
    texts.send("away")
    assert texts.send("Back") == ["Maya Frost: back. Calls come as usual."]
    assert texts.standing == Availability()
    assert texts.send("BACK") == ["Maya Frost: nothing was set, so nothing has ended."]


def test_what_is_planned_stays_until_it_is_called_off(texts: Texts) -> None:
    texts.send("AWAY FRI 9AM TO MON 9AM")
    [answer] = texts.send("BACK")
    assert answer.endswith(
        "Still to come: away from Fri 27 Nov, 9 am until Mon 30 Nov, 9 am. NOT AWAY calls that off."
    )
    assert texts.send("NOT AWAY") == [
        "Maya Frost: back. Calls come as usual. "
        "Called off: away from Fri 27 Nov, 9 am until Mon 30 Nov, 9 am."
    ]
    assert texts.records.statuses.ahead("rainbow-frost", texts.clock()) == ()


def test_what_takes_the_place_of_something_says_so(texts: Texts) -> None:
    texts.send("AWAY UNTIL FRIDAY")
    [answer] = texts.send("EMERGENCIES ONLY UNTIL 3PM")
    assert "That takes the place of: away until the start of Fri 27 Nov." in answer
    assert texts.standing == Availability({"maya": EMERGENCIES})


def test_one_may_speak_for_everybody_and_end_that(texts: Texts) -> None:
    [answer] = texts.send("ALL MESSAGES UNTIL 3PM")
    assert answer.startswith("Everybody at Rainbow Frost: all to message until 3 pm.")
    assert answer.endswith("ALL BACK ends it.")
    assert texts.standing == Availability({}, MESSAGES)
    [answer] = texts.send("BACK")
    assert "ALL BACK ends that." in answer
    assert texts.standing == Availability({}, MESSAGES)
    texts.send("all back")
    assert texts.standing == Availability()


@pytest.mark.parametrize(
    ("body", "says"), [("AWAY 3", "3PM"), ("away until 9am", "TOMORROW"), ("back soon", "BACK")]
)
def test_what_is_not_understood_is_answered_with_an_example_and_does_nothing(
    texts: Texts, body: str, says: str
) -> None:
    [answer] = texts.send(body)
    assert says in answer
    assert texts.records.statuses.history("rainbow-frost") == ()


def test_a_text_that_comes_twice_is_obeyed_and_answered_once(texts: Texts) -> None:
    assert len(texts.send("AWAY", sid="SM1")) == 1
    assert texts.send("AWAY", sid="SM1") == []
    assert len(texts.records.statuses.history("rainbow-frost")) == 1


@pytest.mark.parametrize("from_", [CALLER, "+447700900231"])
def test_nobody_else_is_obeyed_or_answered(texts: Texts, from_: str) -> None:
    assert texts.send("AWAY", from_) == []
    assert texts.send("AWAY", MAYA, DENTIST) == []
    for client in ("rainbow-frost", "harbour-dental"):
        assert texts.records.statuses.history(client) == ()
    assert [text.body for text in texts.records.texts.newest()] == ["AWAY", "AWAY"]


PEOPLE = """\
people:
  ian: {name: Ian Frost, phone: "+44 7700 900124"}
  pat: {name: Pat Frost, phone: "+44 7700 900125"}
  joy: {name: Joy Frost, phone: "+44 7700 900125"}
start: bye
nodes: {bye: {hangup: Bye.}}
"""


@pytest.fixture
def two_clients(
    settings: Settings, records: SqlRecords, redis: Redis, clock: Clock, tmp_path: Path
) -> Texts:
    """Two clients who share a person, and two people who share a telephone."""
    flows = tmp_path / "two"
    flows.mkdir()
    for name, number in (("one", ONE), ("two", TWO)):
        head = f'schema: 1\nclient: {{name: {name.title()}, numbers: "{number}"}}\n'
        (flows / f"{name}.yaml").write_text(head + PEOPLE, encoding="utf-8")
    app = create_app(replace(settings, flows=flows), clock)
    return Texts(Line(app.test_client(), settings.auth_token, settings.public_url), records, clock)


ONE, TWO = "+441632960001", "+441632960002"


def test_the_number_that_was_texted_says_of_which_client_it_is(two_clients: Texts) -> None:
    records, now = two_clients.records, two_clients.clock()
    [answer] = two_clients.send("AWAY", to=TWO)
    assert answer.startswith("Ian Frost: away.")
    assert standing_of(records, "two", now) == Availability({"ian": AWAY})
    assert standing_of(records, "one", now) == Availability()
    two_clients.send("AWAY", to=ONE)
    two_clients.send("BACK", to=TWO)
    assert standing_of(records, "one", now) == Availability({"ian": AWAY})
    assert standing_of(records, "two", now) == Availability()


def test_a_telephone_of_two_people_speaks_for_neither(two_clients: Texts) -> None:
    [answer] = two_clients.send("AWAY", "+447700900125", ONE)
    assert answer.startswith("This telephone stands for Pat Frost and Joy Frost")
    assert two_clients.records.statuses.history("one") == ()
