"""`dial`: one person is rung, and somebody else helps where they do not take the call."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.call.events import Dialled, DialOutcome
from ivr.core.call.instructions import Dial
from ivr.core.flow.flow import LAST_GOODBYE
from tests.flow_files import PEOPLE, good
from tests.played_call import PlayedCall

FLOW = (
    PEOPLE
    + """\
vars: {{reason: {{default: a leak}}}}
start: ring
nodes:
  ring: {{dial: {settings}, nobody: sorry{exits}}}
  sorry: {{hangup: Nobody is free.}}
  done: {{hangup: Goodbye.}}
"""
)


def call(
    folder: Path,
    settings: str,
    exits: str = ", answered: done",
    caller: str | None = "+441632960123",
) -> PlayedCall:
    """A call in which somebody is rung."""
    text = FLOW.replace(PEOPLE, PEOPLE.replace("{", "{{").replace("}", "}}"))
    return PlayedCall(good(folder, text.format(settings=settings, exits=exits)), caller)


def dial(played: PlayedCall) -> Dial:
    """The one thing that happens."""
    (verb,) = played.verbs
    assert isinstance(verb, Dial)
    return verb


def test_a_person_is_rung_by_their_number(tmp_path: Path) -> None:
    assert dial(call(tmp_path, "ian")) == Dial(
        "+447700900123", 20, None, None, "en-GB", "Polly.Amy"
    )


def test_a_number_may_stand_in_the_file_itself(tmp_path: Path) -> None:
    rung = dial(call(tmp_path, '{to: "01604 529170", ring: 30s}'))
    assert (rung.number, rung.ring_seconds) == ("+441604529170", 30)


def test_the_person_hears_who_is_calling_and_how_to_take_the_call(tmp_path: Path) -> None:
    settings = '{to: ian, accept: "1", whisper: "{client.name}, {reason}, from {caller.number}"}'
    rung = dial(call(tmp_path, settings))
    assert rung.accept_key == "1"
    assert rung.whisper == "Acme, a leak, from 0 1 6 3 2, 9 6 0 1 2 3. Press 1 to take the call."


def test_a_withheld_number_is_said_to_be_withheld(tmp_path: Path) -> None:
    played = call(tmp_path, '{to: ian, whisper: "From {caller.number}"}', caller=None)
    assert dial(played).whisper == "From a withheld number"


@pytest.mark.parametrize(
    ("outcome", "node"),
    [
        (DialOutcome.ANSWERED, "done"),
        (DialOutcome.BUSY, "sorry"),
        (DialOutcome.NO_ANSWER, "sorry"),
        (DialOutcome.FAILED, "sorry"),
    ],
)
def test_the_outcome_decides_the_way(tmp_path: Path, outcome: DialOutcome, node: str) -> None:
    assert call(tmp_path, "ian").then(Dialled(outcome)).node == node


def test_without_a_node_for_it_an_answered_call_ends_with_a_goodbye(tmp_path: Path) -> None:
    assert call(tmp_path, "ian", "").then(Dialled(DialOutcome.ANSWERED)).node == LAST_GOODBYE
