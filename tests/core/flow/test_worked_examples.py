"""The client files on the pages for editors are good, and do what their tests say."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.call.engine import CallFlow
from ivr.core.call.instructions import SendText
from ivr.core.flow.testcase import CallerStep, TestCase
from ivr.core.nodes import KINDS
from ivr.core.nodes.message import TakeMessage
from ivr.tools.rehearsal.case import play_case, run_case
from ivr.tools.rehearsal.play import Played
from tests.worked_examples import worked_examples

EXAMPLES = worked_examples()


def test_the_pages_show_an_example_of_each_trade() -> None:
    assert set(EXAMPLES) == {
        "acme",
        "trent-plumbing",
        "mill-lane-surgery",
        "pedal-and-chain",
        "lantern-nights",
    }


@pytest.mark.parametrize("client", EXAMPLES)
def test_nothing_is_found_in_a_worked_example(client: str, tmp_path: Path) -> None:
    file = tmp_path / f"{client}.yaml"
    file.write_text(EXAMPLES[client], encoding="utf-8")
    assert load(file, KINDS).findings == ()


def flow_of(client: str, folder: Path) -> CallFlow:
    file = folder / f"{client}.yaml"
    file.write_text(EXAMPLES[client], encoding="utf-8")
    flow = load(file, KINDS).flow
    assert flow is not None
    return flow


def client_hears(flow: CallFlow, played: Played) -> bool:
    """Whether somebody at the client or the agency knows of the call when it is over."""
    people = {person.phone for person in flow.people.values()}
    told = [each for each in played.effects if isinstance(each, SendText) and each.to in people]
    return bool(told or played.messages() or played.call_backs() or played.transcript.talked_to)


def hangs_up_instead(case: TestCase) -> TestCase:
    """The same call, in which the caller hangs up where they would have left a message."""
    steps = [CallerStep(hangup=True) if step.act[0] == "speaks" else step for step in case.steps]
    return case.model_copy(update={"steps": tuple(steps)})


def told_to_hang_up(flow: CallFlow, played: Played) -> bool:
    """Whether the last thing the caller heard was that they may hang up."""
    node = flow.places[played.state.node].node
    words = node.message.say if isinstance(node, TakeMessage) else None
    return any("hang up" in (each.text or "") for each in words or ())


@pytest.mark.parametrize("client", EXAMPLES)
def test_what_the_tests_of_a_worked_example_say_comes_true(client: str, tmp_path: Path) -> None:
    flow = flow_of(client, tmp_path)
    assert [run_case(flow, case).difference for case in flow.tests] == [None] * len(flow.tests)


@pytest.mark.parametrize("client", EXAMPLES)
def test_a_caller_who_does_as_told_always_leaves_the_client_something(
    client: str, tmp_path: Path
) -> None:
    flow = flow_of(client, tmp_path)
    for case in flow.tests:
        played = play_case(flow, case)
        goes = {"hangup": True} in [step.model_dump(exclude_none=True) for step in case.steps]
        refused = flow.places[played.state.node].name == "refuse"
        if not (goes or refused):
            assert client_hears(flow, played), case.name
        left = play_case(flow, hangs_up_instead(case))
        promised = any(
            isinstance(each, SendText) and each.to == case.caller for each in left.effects
        )
        if promised or told_to_hang_up(flow, left):
            assert client_hears(flow, left), f"{case.name}, and hangs up"
