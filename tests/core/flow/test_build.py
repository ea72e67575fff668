"""Templates stand in the flow once for each use; every way out leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT
from tests.flow_files import good, loaded

AFTER = """\
schema: 1
template: after
inputs:
  back: {type: string}
  offer: {type: node, default: bye}
  visits: {type: number, default: "2"}
vars: {choice: {type: string, default: none}}
start: closed
nodes:
  closed: {say: "We are back {back}.", next: ask}
  ask: {menu: "Press 1 to go on.", no_input: return, choices: [
    {key: 1, set: {choice: urgent}, next: offer}]}
  bye: {hangup: Goodbye.}
"""
TWICE = """\
use: templates/after.yaml
vars: {back: {type: string, default: tomorrow}}
start: first
nodes:
  first: {call: after, with: {back: "{back} at nine", offer: second}, next: done}
  second: {call: after, with: {back: soon, visits: "5"}, next: done}
  done: {hangup: Goodbye.}
"""


@pytest.fixture
def templates() -> dict[str, str]:
    """The template of these tests."""
    return {"templates/after.yaml": AFTER}


def test_a_template_stands_in_the_flow_under_the_node_that_uses_it(
    tmp_path: Path, templates: dict[str, str]
) -> None:
    flow = good(tmp_path, TWICE, templates)
    assert set(flow.places) - {LAST_RESORT, LAST_GOODBYE} == {
        "first", "first/closed", "first/ask", "first/bye",
        "second", "second/closed", "second/ask", "second/bye", "done",
    }  # fmt: skip
    assert flow.places["first"].exits == {"begin": "first/closed"}


def test_each_use_has_variables_of_its_own(tmp_path: Path, templates: dict[str, str]) -> None:
    flow = good(tmp_path, TWICE, templates)
    assert flow.variables == {
        "back": "tomorrow",
        "first/back": "", "first/choice": "none", "first/visits": 2,
        "second/back": "", "second/choice": "none", "second/visits": 2,
    }  # fmt: skip


def test_return_leads_to_the_next_of_the_node_that_uses_the_template(
    tmp_path: Path, templates: dict[str, str]
) -> None:
    flow = good(tmp_path, TWICE, templates)
    assert flow.places["first/ask"].exits["no_input"] == "done"


def test_a_node_given_as_an_input_is_the_outer_one_else_the_default_of_the_template(
    tmp_path: Path, templates: dict[str, str]
) -> None:
    flow = good(tmp_path, TWICE, templates)
    assert flow.places["first/ask"].exits["1"] == "second"
    assert flow.places["second/ask"].exits["1"] == "second/bye"


def test_the_default_of_a_node_may_be_return(tmp_path: Path) -> None:
    after = AFTER.replace("default: bye", "default: return").replace(
        "  bye: {hangup: Goodbye.}\n", ""
    )
    flow = good(tmp_path, TWICE, {"templates/after.yaml": after})
    assert flow.places["second/ask"].exits["1"] == "done"


def test_a_template_s_place_is_in_its_own_file(tmp_path: Path, templates: dict[str, str]) -> None:
    place = good(tmp_path, TWICE, templates).places["first/ask"]
    assert Path(place.file).name == "after.yaml"
    assert place.line == 11


def test_templates_may_use_templates(tmp_path: Path, templates: dict[str, str]) -> None:
    outer = """\
schema: 1
template: outer
start: in
nodes: {in: {call: after, with: {back: later}, next: return}}
"""
    text = """\
use: [outer.yaml, templates/after.yaml]
start: a
nodes: {a: {call: outer, next: b}, b: {hangup: Bye.}}
"""
    flow = good(tmp_path, text, {"outer.yaml": outer, **templates})
    assert flow.places["a/in/ask"].exits["no_input"] == "b"
    assert flow.places["a/in/ask"].scope.full("choice") == "a/in/choice"


DEFAULTS = """\
use: after.yaml
defaults:
  retries: 7
  no_input: {say: Outer silence., next: quiet}
  give_up: tired
start: a
nodes:
  a: {call: t, next: quiet}
  quiet: {hangup: Quiet.}
  tired: {hangup: Tired.}
"""
PLAIN = """\
schema: 1
template: t
start: ask
nodes:
  ask: {menu: Well?, choices: [{key: 1, next: return}]}
"""


def test_a_template_inherits_the_defaults_of_the_file_that_uses_it(tmp_path: Path) -> None:
    place = good(tmp_path, DEFAULTS, {"after.yaml": PLAIN}).places["a/ask"]
    assert place.scope.defaults.retries == 7
    assert place.exits == {"1": "quiet", "no_input": "quiet", "give_up": "tired"}


def test_a_template_s_own_defaults_come_first(tmp_path: Path) -> None:
    own = "defaults: {retries: 1, give_up: own, no_input: {say: Own.}}\n"
    template = PLAIN + "  own: {hangup: Own.}\n" + own
    place = good(tmp_path, DEFAULTS, {"after.yaml": template}).places["a/ask"]
    assert place.scope.defaults.retries == 1
    assert place.exits == {"1": "quiet", "give_up": "a/own"}


def test_without_defaults_giving_up_leads_to_a_message(tmp_path: Path) -> None:
    text = "start: a\nnodes: {a: {menu: Well?, choices: [{key: 1, next: b}]}, b: {hangup: Bye.}}\n"
    flow = good(tmp_path, text)
    assert flow.places["a"].exits["give_up"] == LAST_RESORT
    assert flow.places[LAST_RESORT].exits == {"next": LAST_GOODBYE, "empty": LAST_GOODBYE}


def test_an_unreadable_template_is_one_finding_not_two(tmp_path: Path) -> None:
    found = loaded(tmp_path, DEFAULTS)
    assert [f.code for f in found.findings] == ["template"]
