"""The engine: one event after the other, and nothing that happens does harm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.core.call.engine import MAX_PATH, CallFlow, advance, resort_to_message, start, verbs_at
from ivr.core.call.events import CallStarted, HungUp, Pressed, Recorded, Silence
from ivr.core.call.instructions import Hangup, KeepMessage, Record
from ivr.core.call.state import BEFORE_FIRST
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT
from ivr.core.nodes import KINDS
from tests.core.call.call_rules import EVENTS, assert_valid
from tests.flow_files import EXAMPLES, good
from tests.played_call import MONDAY, PlayedCall, recordings_kept

FLOWS = list(FolderLibrary(EXAMPLES, KINDS))

PING_PONG = """\
start: ping
nodes:
  ping: {menu: Ping?, choices: [{key: 1, next: pong}]}
  pong: {menu: Pong?, choices: [{key: 1, next: ping}], give_up: bye}
  bye: {hangup: Bye.}
"""

MEMORIES: list[dict[str, str | int]] = [
    {},
    {"heard": "123", "type": "digits"},
    {"heard": True, "type": "yes_no"},
    {"position": 2},
]


def flow_id(flow: CallFlow) -> str:
    """A flow's name in the list of tests."""
    return flow.client_id


def test_a_call_begins_before_its_first_turn(tmp_path: Path) -> None:
    flow = good(tmp_path, PING_PONG)
    state = start(flow, "CA1", None, "+441632960001", MONDAY)
    assert (state.turn, state.node, state.path) == (BEFORE_FIRST, "ping", ())
    assert advance(flow, state, CallStarted(), MONDAY).state.turn == 0


def test_each_event_is_a_turn_and_each_node_a_step_of_the_path(tmp_path: Path) -> None:
    state = PlayedCall(good(tmp_path, PING_PONG)).then(Pressed("1"), Silence(), Pressed("1")).state
    assert (state.turn, state.path) == (3, ("ping", "pong", "ping"))


def test_the_same_event_in_the_same_state_gives_the_same_turn(tmp_path: Path) -> None:
    flow = good(tmp_path, PING_PONG)
    state = start(flow, "CA1", None, "+441632960001", MONDAY)
    first, second = (advance(flow, state, CallStarted(), MONDAY) for _ in range(2))
    assert first == second


def test_a_call_that_has_ended_stays_as_it_is(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, PING_PONG)).then(HungUp())
    ended = played.state
    assert (ended.outcome, ended.ended_at) == ("hung up", MONDAY.replace(second=1))
    for event in EVENTS:
        turn = advance(played.flow, ended, event, MONDAY)
        assert (turn.state, turn.verbs, turn.effects) == (ended, (Hangup(),), ())


def test_a_node_that_a_newer_file_lacks_goes_to_the_last_resort(tmp_path: Path) -> None:
    before = PlayedCall(good(tmp_path, PING_PONG)).then(Pressed("1")).state
    newer = good(tmp_path, PING_PONG.replace("pong", "peng"))
    turn = advance(newer, before, Pressed("1"), MONDAY)
    assert turn.state.node == LAST_RESORT
    assert isinstance(turn.verbs[-1], Record)


def test_a_variable_that_a_newer_file_adds_has_its_default(tmp_path: Path) -> None:
    before = PlayedCall(good(tmp_path, PING_PONG)).state
    text = PING_PONG.replace("Bye.", "'{w} news.'").replace("next: pong", "next: bye")
    newer = good(tmp_path, "vars: {w: {default: new}}\n" + text)
    turn = advance(newer, before, Pressed("1"), MONDAY)
    assert [getattr(verb, "text", "") for verb in turn.verbs] == ["new news.", ""]


def test_the_last_resort_takes_a_message_and_says_goodbye(tmp_path: Path) -> None:
    flow = good(tmp_path, PING_PONG)
    state = start(flow, "CA1", None, "+441632960001", MONDAY)
    turn = resort_to_message(flow, state, MONDAY)
    assert (turn.state.node, turn.state.turn) == (LAST_RESORT, 0)
    assert isinstance(turn.verbs[-1], Record)
    kept = advance(flow, turn.state, Recorded("RE1", 5), MONDAY)
    assert isinstance(kept.effects[0], KeepMessage)
    assert (kept.state.node, kept.state.outcome) == (LAST_GOODBYE, "completed")


def test_a_call_without_end_ends_in_a_message(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, PING_PONG))
    for _ in range(MAX_PATH):
        played.then(Pressed("1"))
    assert played.node == LAST_RESORT
    assert played.then(Recorded("RE1", 5)).state.outcome == "completed"


def test_a_long_way_without_a_question_is_gone_in_one_turn(tmp_path: Path) -> None:
    chain = "".join(f"  n{n}: {{say: '{n}', next: n{n + 1}}}\n" for n in range(400))
    flow = good(tmp_path, f"start: n0\nnodes:\n{chain}  n400: {{hangup: Bye.}}\n")
    assert len(PlayedCall(flow).verbs) == 402


def test_what_a_node_says_can_be_had_without_moving_the_call(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, PING_PONG))
    assert verbs_at(played.flow, played.state, MONDAY) == played.verbs
    elsewhere = replace(played.state, node="nowhere")
    assert verbs_at(played.flow, elsewhere, MONDAY) == ()


@pytest.mark.parametrize("flow", FLOWS, ids=flow_id)
@pytest.mark.parametrize("memory", MEMORIES, ids=str)
def test_no_event_does_harm_at_any_node(flow: CallFlow, memory: dict[str, str | int]) -> None:
    at_start = start(flow, "CA1", None, flow.client.numbers[0], MONDAY)
    for name in flow.places:
        for attempt in (0, 9):
            state = replace(at_start, node=name, memory=memory, attempt=attempt, turn=3)
            for event in EVENTS:
                assert_valid(flow, advance(flow, state, event, MONDAY))


@pytest.mark.parametrize("flow", FLOWS, ids=flow_id)
def test_every_message_that_was_recorded_is_kept(flow: CallFlow) -> None:
    at_start = start(flow, "CA1", None, flow.client.numbers[0], MONDAY)
    for name, place in flow.places.items():
        if place.node.verb == "message":
            turn = advance(flow, replace(at_start, node=name), Recorded("RE1", 5), MONDAY)
            assert recordings_kept(turn.effects) == ["RE1"]
