"""Supervisors see how the queue goes, and steer it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from ivr.adapters.redis.queue.fact_stream import drain_facts
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.accounts.roles import Role
from ivr.core.agency import Agency
from ivr.core.conversation.commands import Command, Target, Unwatch, Watch, Watching
from ivr.core.conversation.state import Conversation, Phase
from ivr.core.queue.entry import QueueEntry
from ivr.core.queue.states import Presence
from ivr.errors import ConversationError
from tests.web.console.small_console import NOON, Console, as_role

AGENCY = Agency.model_validate(
    {
        "operators": {
            "sam": {"name": "Sam Okafor", "phone": "+44 7700 900301"},
            "joy": {"name": "Joy Pereira"},
        },
        "supervisors": {"supervisor": {"name": "Ann Lee", "phone": "+44 7700 900399"}},
    }
)
LEASE = timedelta(seconds=30)


@dataclass
class Floor:
    """Sam is in a conversation; what was asked of it is written down."""

    asked: list[tuple[str, Command, str]] = field(default_factory=list)
    refusal: str = ""

    def conversation_of(self, operator: str) -> Conversation | None:
        if operator != "sam":
            return None
        return Conversation("r1", "acme", "+441632960001", "", "CA9", "sam", Phase.TALKING, NOON)

    def command(self, id_: str, command: Command, by: str, now: datetime, /) -> object:
        if self.refusal:
            raise ConversationError(self.refusal)
        self.asked.append((id_, command, by))
        return None


@pytest.fixture
def conversations() -> Floor:
    return Floor()


@pytest.fixture
def board(console: Console, conversations: Floor) -> Console:
    """A console with an agency and a floor."""
    return replace(console, agency=AGENCY, conversations=conversations)


@pytest.fixture
def supervisor(board: Console) -> FlaskClient:
    """A browser in which a supervisor is signed in."""
    return as_role(board, Role.SUPERVISOR)


def joins(redis: Redis, *call_sids: str, **terms: Any) -> None:
    for number, call_sid in enumerate(call_sids):
        at = NOON - timedelta(seconds=60 - number)
        ticket = QueueEntry(call_sid, "acme", f"+44163296000{number}", "", 0, (), at, 600, **terms)
        RedisOperatorQueue(redis).wait(ticket, at)


def order(redis: Redis) -> list[str]:
    return [each.ticket.call_sid for each in RedisOperatorQueue(redis).waiting(NOON)]


def post(browser: FlaskClient, page: str, path: str, **form: str) -> int:
    """Send a form of the console, with the token that the page gave."""
    token = browser.get(f"/console/wallboard/{page}").text.split('name="csrf_token" value="')[1]
    data = {"csrf_token": token.split('"')[0], **form}
    return browser.post(f"/console/wallboard/{page}/{path}", data=data).status_code


def acts(console: Console) -> list[str]:
    return [act.act for act in console.records.audit.page()[0]]


def test_the_board_shows_who_waits_what_operators_do_and_how_the_day_goes(
    board: Console, supervisor: FlaskClient, redis: Redis
) -> None:
    queue, operators = RedisOperatorQueue(redis), RedisOperators(redis)
    joins(redis, "CA1", "CA2", "CA3")
    operators.sign_on("sam", None, NOON - timedelta(seconds=55))
    (offer,) = queue.match(NOON - timedelta(seconds=55), LEASE)
    queue.operator_answered(offer.id, NOON - timedelta(seconds=50))
    queue.hang_up("CA2", NOON - timedelta(seconds=30))
    operators.wish("joy", Presence.AWAY, NOON, "lunch")
    drain_facts(redis, board.records.queue, 1)
    drain_facts(redis, board.records.queue, 1)
    page = supervisor.get("/console/wallboard").text
    assert "<dt>Waiting</dt><dd>1</dd>" in page
    assert "Sam Okafor" in page
    assert "on a call" in page
    assert "away: lunch" in page
    # Of three callers one was answered in time and one gave up after more than 20 seconds.
    row = '<th scope="row">Acme</th><td>3</td><td>1</td><td>1</td><td>50 %</td><td>10 s</td>'
    assert row in page
    assert page.count("01632 96000") == 1


def test_without_anybody_the_board_is_empty(supervisor: FlaskClient) -> None:
    page = supervisor.get("/console/wallboard").text
    assert "No callers waiting." in page
    assert "Nobody has signed on." in page


def test_an_operator_is_made_away_and_it_is_noted(
    board: Console, supervisor: FlaskClient, redis: Redis
) -> None:
    RedisOperators(redis).sign_on("joy", None, NOON)
    assert post(supervisor, "operators/joy", "state", state="away", reason="meeting") == 303
    state = RedisOperators(redis).of("joy", NOON)
    assert state is not None
    assert (state.state, state.reason) == (Presence.AWAY, "meeting")
    assert "made an operator away" in acts(board)


def answered(browser: FlaskClient, address: str = "/console/wallboard") -> str:
    """What the next page says was done; it says so once."""
    found = re.findall(r'role="status">([^<]+)</p>', browser.get(address).text)
    assert "good answer" not in browser.get(address).text
    return " ".join(found)


def test_what_a_supervisor_has_done_is_answered_in_words(
    supervisor: FlaskClient, redis: Redis
) -> None:
    RedisOperators(redis).sign_on("joy", None, NOON)
    RedisOperators(redis).sign_on("sam", None, NOON)
    joins(redis, "CA1", "CA2")
    post(supervisor, "operators/joy", "state", state="away", reason="meeting")
    assert "Changed: Joy Pereira is away: meeting." in answered(supervisor)
    for how, value, done in (
        ("head", "", "is at the front of the queue"),
        ("operator", "sam", "is offered to Sam Okafor first"),
        ("priority", "3", "has priority 3"),
    ):
        post(supervisor, "callers/CA2", how, value=value)
        assert f"Acme’s caller from 01632 960001 {done}." in answered(supervisor)
    page = "/console/wallboard/operators/sam"
    post(supervisor, "operators/sam", "watch", how="listen")
    said = "Your telephone, 07700 900399, is being rung. Pick up to listen: nobody hears you."
    assert said in answered(supervisor, page)
    post(supervisor, "operators/sam", "watch", how="leave")
    assert "You have left the conversation." in answered(supervisor, page)


def test_what_nobody_can_be_made_is_refused(supervisor: FlaskClient, redis: Redis) -> None:
    RedisOperators(redis).sign_on("joy", None, NOON)
    assert post(supervisor, "operators/joy", "state", state="on_call") == 422
    assert supervisor.get("/console/wallboard/operators/nobody").status_code == 404


def test_a_caller_is_moved_to_the_head(
    board: Console, supervisor: FlaskClient, redis: Redis
) -> None:
    joins(redis, "CA1", "CA2", "CA3")
    assert post(supervisor, "callers/CA3", "head") == 303
    assert order(redis) == ["CA3", "CA1", "CA2"]
    assert post(supervisor, "callers/CA2", "head") == 303
    assert order(redis) == ["CA2", "CA3", "CA1"]
    assert "moved a caller to the front" in acts(board)


def test_a_caller_is_moved_to_an_operator_who_is_offered_them_first(
    board: Console, supervisor: FlaskClient, redis: Redis
) -> None:
    queue, operators = RedisOperatorQueue(redis), RedisOperators(redis)
    joins(redis, "CA1", "CA2")
    operators.sign_on("joy", None, NOON)
    operators.sign_on("sam", None, NOON + timedelta(seconds=1))
    assert post(supervisor, "callers/CA2", "operator", value="sam") == 303
    offers = queue.match(NOON + timedelta(seconds=2), LEASE)
    assert {each.ticket.call_sid: each.operator for each in offers} == {"CA2": "sam", "CA1": "joy"}


def test_whoever_was_moved_to_an_operator_is_offered_to_others_after_half_a_minute(
    supervisor: FlaskClient, redis: Redis
) -> None:
    queue, operators = RedisOperatorQueue(redis), RedisOperators(redis)
    joins(redis, "CA1")
    operators.sign_on("sam", None, NOON)
    operators.wish("sam", Presence.AWAY, NOON)
    operators.sign_on("joy", None, NOON)
    assert post(supervisor, "callers/CA1", "operator", value="joy") == 303
    operators.wish("joy", Presence.AWAY, NOON)
    operators.sign_on("sam", None, NOON)
    operators.sign_on("ann", None, NOON)
    (offer,) = queue.match(NOON + timedelta(seconds=31), LEASE)
    assert offer.operator != "joy"


def test_a_caller_is_given_another_priority(
    board: Console, supervisor: FlaskClient, redis: Redis
) -> None:
    joins(redis, "CA1", "CA2")
    assert post(supervisor, "callers/CA2", "priority", value="3") == 303
    assert order(redis) == ["CA2", "CA1"]
    assert RedisOperatorQueue(redis).waiting(NOON)[0].ticket.priority == 3
    assert post(supervisor, "callers/CA2", "priority", value="11") == 422
    assert post(supervisor, "callers/CA2", "elsewhere") == 422


def test_whoever_does_not_wait_cannot_be_moved(supervisor: FlaskClient, redis: Redis) -> None:
    joins(redis, "CA1")
    queue = RedisOperatorQueue(redis)
    queue.take("joy", NOON, LEASE)
    assert supervisor.get("/console/wallboard/callers/CA1").status_code == 404
    assert not queue.to_head("CA1", NOON)
    assert not queue.set_priority("CA1", 2, NOON)
    assert not queue.to_operator("nobody", "sam", NOON)


def test_a_moved_caller_keeps_the_rest_of_their_terms(redis: Redis) -> None:
    queue = RedisOperatorQueue(redis)
    joins(redis, "CA1", "CA2", wrap_up=30)
    before = {each.ticket.call_sid: each.ticket for each in queue.waiting(NOON)}
    queue.to_head("CA2", NOON)
    queue.set_priority("CA1", 7, NOON)
    after = {each.ticket.call_sid: each.ticket for each in queue.waiting(NOON)}
    assert after["CA2"] == before["CA2"]
    assert after["CA1"] == replace(before["CA1"], priority=7)


@pytest.mark.parametrize("how", Watching)
def test_a_supervisor_takes_part_by_their_own_telephone(
    how: Watching, board: Console, supervisor: FlaskClient, conversations: Floor, redis: Redis
) -> None:
    RedisOperators(redis).sign_on("sam", None, NOON)
    assert post(supervisor, "operators/sam", "watch", how=how.value) == 303
    phone = AGENCY.supervisors["supervisor"].phone
    assert phone
    assert conversations.asked == [("r1", Watch(Target("X", phone), how), "supervisor")]
    assert post(supervisor, "operators/sam", "watch", how="leave") == 303
    assert conversations.asked[-1][1] == Unwatch()
    assert "left a conversation" in acts(board)


def test_what_the_conversation_refuses_is_said(
    supervisor: FlaskClient, conversations: Floor, redis: Redis
) -> None:
    RedisOperators(redis).sign_on("sam", None, NOON)
    conversations.refusal = "The caller has gone."
    assert post(supervisor, "operators/sam", "watch", how="listen") == 409


def test_without_a_telephone_of_ones_own_nobody_is_rung(
    board: Console, conversations: Floor, redis: Redis
) -> None:
    RedisOperators(redis).sign_on("sam", None, NOON)
    browser = as_role(board, Role.ADMINISTRATOR)
    page = browser.get("/console/wallboard/operators/sam").text
    assert "agency.yaml" in page
    assert post(browser, "operators/sam", "watch", how="listen", phone="+4479999") == 422
    assert conversations.asked == []
