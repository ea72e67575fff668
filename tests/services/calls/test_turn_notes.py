"""What the timeline keeps of a turn: where, what, whither; and nothing that is secret."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.call.card_door import without_cards
from ivr.core.call.engine import CallFlow, advance, start
from ivr.core.call.events import (
    CallStarted,
    Dialled,
    DialOutcome,
    Event,
    HungUp,
    Pressed,
    Silence,
    Spoke,
)
from ivr.core.call.state import CallState
from ivr.core.records.timeline import PathStep, TurnNote
from ivr.services.calls.turn_notes import Taken, turn_note
from tests.flow_files import PEOPLE, good

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FLOW = f"""\
{PEOPLE}
vars: {{number: {{type: string, default: ""}}}}
start: greet
nodes:
  greet: {{say: "Good {{daypart}}.", next: main}}
  main:
    menu: "Press 1 or 2."
    choices:
      - {{key: "1", words: [ring], next: ring}}
      - {{key: "2", words: [number], next: number}}
      - {{key: "3", words: [pin], next: pin}}
      - {{key: "4", words: [card], next: card}}
  ring: {{dial: ian, nobody: main}}
  number: {{collect: "Your number?", into: number, next: main}}
  pin: {{collect: "Your PIN?", into: number, secret: yes, next: main}}
  card: {{collect: "Your card?", into: number, length: 13-19, next: main}}
"""


@pytest.fixture
def flow(tmp_path: Path) -> CallFlow:
    return good(tmp_path, FLOW)


def line_of(node: str) -> int:
    """Where a node stands in the file, whose head has two lines."""
    lines = f"head\nhead\n{FLOW}".splitlines()
    return next(at for at, line in enumerate(lines, 1) if line.startswith(f"  {node}:"))


def told(flow: CallFlow, *events: Event) -> list[TurnNote]:
    """The notes of a call's turns, one for each event."""
    state: CallState = start(flow, "CA1", "+441632960001", "+441632960001", NOW)
    notes = []
    for given in events:
        event = without_cards(given, flow.client.language)
        turn = advance(flow, state, event, NOW)
        notes.append(turn_note(Taken(flow, state, event, turn, NOW)))
        state = turn.state
    return notes


def test_a_turn_names_each_node_of_its_way_with_file_and_line(flow: CallFlow) -> None:
    [first, second] = told(flow, CallStarted(), Pressed("1"))
    assert (first.number, first.event, first.version) == (0, "started", flow.version)
    assert first.way == (
        PathStep("greet", "acme.yaml", line_of("greet"), "next"),
        PathStep("main", "acme.yaml", line_of("main")),
    )
    assert (second.number, second.event, second.said) == (1, "pressed", "1")
    assert [(step.node, step.exit) for step in second.way] == [("main", "1"), ("ring", None)]


def test_words_silence_and_a_hang_up_are_told_apart(flow: CallFlow) -> None:
    notes = told(flow, CallStarted(), Spoke("ring please"), Silence(), HungUp())
    assert [(n.event, n.said) for n in notes[1:]] == [
        ("spoke", "ring please"),
        ("silence", None),
        ("hung up", None),
    ]


def test_a_person_who_is_rung_has_a_leg_from_the_ringing_to_its_end(flow: CallFlow) -> None:
    busy = Dialled(DialOutcome.BUSY, 0, "CAleg")
    [_, ringing, ended] = told(flow, CallStarted(), Pressed("1"), busy)
    [began], [over] = ringing.legs, ended.legs
    assert (began.key, began.to, began.started_at) == (over.key, "+447700900123", NOW)
    assert (over.sid, over.how, over.ended_at, over.answered_at) == ("CAleg", "busy", NOW, None)


def test_a_conference_that_is_over_was_nobody_s_leg(flow: CallFlow) -> None:
    left = Dialled(DialOutcome.ANSWERED, 30)
    assert told(flow, CallStarted(), Pressed("1"), left)[-1].legs == ()


@pytest.mark.parametrize(
    ("key", "event", "said"),
    [
        ("2", Pressed("01604529170"), "01604529170"),
        ("2", Pressed("4111111111111111"), "•" * 16),
        ("3", Pressed("2580"), "••••"),
        ("3", Spoke("two five"), "••• ••••"),
        ("4", Pressed("123"), "•••"),
        ("2", Spoke("it is 4111 1111 1111 1111 thanks"), "it is •••• •••• •••• •••• thanks"),
    ],
)
def test_what_is_secret_or_a_card_number_is_told_in_dots(
    flow: CallFlow, key: str, event: Event, said: str
) -> None:
    note = told(flow, CallStarted(), Pressed(key), event)[-1]
    assert note.said == said


def test_a_call_whose_node_is_gone_from_the_file_is_told_all_the_same(flow: CallFlow) -> None:
    state = start(flow, "CA1", None, "+441632960001", NOW)
    lost = CallState(**{n: getattr(state, n) for n in CallState.__slots__} | {"node": "gone"})
    turn = advance(flow, lost, Pressed("1"), NOW)
    note = turn_note(Taken(flow, lost, Pressed("1"), turn, NOW))
    assert note.way[-1].node == "tango.message"
