"""Somebody's status decides whether callers are put through, without a word in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.call.engine import CallFlow, Turn, advance, start
from ivr.core.call.events import CallStarted, Dialled, DialOutcome, Pressed, Waiting
from ivr.core.call.instructions import Dial, Record
from ivr.core.call.state import CallState
from ivr.core.flow.flow import LAST_RESORT
from ivr.core.nodes.put_through import message_ahead
from tests.flow_files import good
from tests.played_call import CALLER, MONDAY

AWAY, MESSAGES, EMERGENCIES = StatusKind

FLOW = """\
people:
  ian: {name: Ian Frost, phone: "+44 7700 900123", urgent: leak}
  pat: {name: Pat Frost, phone: "+44 7700 900124"}
agreement: {leak: {owner: ian}}
start: main
nodes:
  main:
    menu: Press a key.
    choices:
      - {key: "1", next: ian}
      - {key: "2", next: by_number}
      - {key: "3", next: urgent}
      - {key: "4", next: desk}
      - {key: "5", next: urgent_desk}
      - {key: "6", next: elsewhere}
  ian: {dial: ian, answered: bye, nobody: desk}
  by_number: {dial: "07700 900123", answered: bye, nobody: desk}
  elsewhere: {dial: "+44 1632 960555", answered: bye, nobody: bye}
  urgent: {dial: ian, answered: bye, nobody: urgent_desk}
  desk: {queue: {max_wait: 60s}, answered: bye, nobody: message}
  urgent_desk: {queue: {max_wait: 60s}, answered: bye, nobody: leak}
  leak: {message: {say: Where is the water?, kind: leak}, next: bye}
  message: {message: Please leave a message., next: bye}
  bye: {hangup: Bye.}
"""


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> CallFlow:
    return good(tmp_path_factory.mktemp("flow"), FLOW)


def chosen(flow: CallFlow, key: str, standing: Availability) -> Turn:
    """The turn of a caller who presses `key`."""
    state = start(flow, "CA1", CALLER, flow.client.numbers[0], MONDAY, standing)
    turn = advance(flow, state, CallStarted(), MONDAY)
    return advance(flow, turn.state, Pressed(key), MONDAY)


BOTH = {"ian": MESSAGES, "pat": MESSAGES}


@pytest.mark.parametrize(
    ("standing", "key", "comes_to"),
    [
        (Availability(), "1", "ian"),
        (Availability({"ian": AWAY}), "1", "desk"),
        (Availability({"ian": AWAY}), "2", "desk"),
        (Availability({"ian": AWAY}), "3", "urgent_desk"),
        (Availability({"pat": AWAY}), "1", "ian"),
        (Availability({"ian": MESSAGES}), "1", "message"),
        (Availability({"ian": MESSAGES}), "3", "leak"),
        (Availability({"ian": MESSAGES}), "4", "desk"),
        (Availability({"ian": EMERGENCIES}), "1", "message"),
        (Availability({"ian": EMERGENCIES}), "3", "urgent"),
        (Availability(everybody=AWAY), "1", "desk"),
        (Availability(everybody=AWAY), "6", "elsewhere"),
        (Availability(everybody=MESSAGES), "1", "message"),
        (Availability(everybody=MESSAGES), "4", "message"),
        (Availability(everybody=MESSAGES), "5", "leak"),
        (Availability(everybody=MESSAGES), "6", LAST_RESORT),
        (Availability(everybody=EMERGENCIES), "4", "message"),
        (Availability(everybody=EMERGENCIES), "5", "urgent_desk"),
        (Availability({"ian": EMERGENCIES}, MESSAGES), "3", "urgent"),
        (Availability(BOTH), "4", "message"),
        (Availability({"ian": AWAY}, MESSAGES), "1", "message"),
        (Availability({"ian": AWAY}, MESSAGES), "4", "message"),
    ],
)
def test_where_a_caller_comes(
    flow: CallFlow, standing: Availability, key: str, comes_to: str
) -> None:
    assert chosen(flow, key, standing).state.node == comes_to


def test_a_telephone_that_is_not_rung_is_left_on_the_same_turn(flow: CallFlow) -> None:
    turn = chosen(flow, "1", Availability({"ian": AWAY}))
    assert [(each.node, each.exit) for each in turn.passed] == [("main", "1"), ("ian", "nobody")]
    assert not any(isinstance(verb, Dial) for verb in turn.verbs)
    turn = chosen(flow, "1", Availability({"ian": MESSAGES}))
    assert (turn.passed[-1].exit, turn.passed[-1].to) == ("status", "message")
    assert isinstance(turn.verbs[-1], Record)


def test_who_waits_already_goes_on_waiting_and_who_is_rung_is_rung(flow: CallFlow) -> None:
    waiting = chosen(flow, "4", Availability()).state
    later = CallState(
        **{name: getattr(waiting, name) for name in CallState.__slots__}
        | {"standing": Availability(everybody=MESSAGES)}
    )
    assert advance(flow, later, Waiting(1), MONDAY).state.node == "desk"
    rung = chosen(flow, "1", Availability()).state
    after = advance(flow, rung, Dialled(DialOutcome.NO_ANSWER), MONDAY)
    assert after.state.node == "desk"


def test_the_state_of_a_call_keeps_how_people_stood(flow: CallFlow) -> None:
    state = chosen(flow, "1", Availability({"pat": AWAY}, MESSAGES)).state
    assert CallState.from_json(state.to_json(json.dumps), json.loads) == state
    older = json.loads(state.to_json(json.dumps))
    del older["standing"]  # as it was kept before people had statuses
    assert CallState.from_json(json.dumps(older), json.loads).standing == Availability()


TEMPLATE = """\
template: night
inputs: {back: {}}
start: closed
nodes:
  closed: {say: "We are back {back}.", next: own}
  own: {message: "We are back {back}. Leave a message.", next: return}
"""


def test_the_message_inside_a_template_is_taken_only_from_inside_it(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "night.yaml").write_text("schema: 1\n" + TEMPLATE)
    text = """\
people: {ian: {name: Ian, phone: "+44 7700 900123"}}
use: templates/night.yaml
start: ian
nodes:
  ian: {dial: ian, answered: bye, nobody: night}
  night: {call: night, with: {back: at nine}, next: last}
  last: {message: Leave a message., next: bye}
  bye: {hangup: Bye.}
"""
    flow = good(tmp_path, text)
    assert message_ahead(flow, flow.places["ian"]) == "last"
