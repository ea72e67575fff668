"""`call`: what a template hands back."""

from __future__ import annotations

from pathlib import Path

from ivr.core.call.events import Pressed
from tests.flow_files import good
from tests.played_call import PlayedCall

ASK = """\
schema: 1
template: ask
inputs: {word: {}}
outputs:
  choice: {type: string, default: nothing, about: "what the caller chose"}
  times: {type: number}
  sure: {type: yes_no}
start: question
nodes:
  question:
    menu: "About {word}?"
    choices:
      - {key: 1, set: {choice: "{word}", times: "2", sure: yes}, next: return}
      - {key: 2, next: return}
"""
TWICE = """\
use: ask.yaml
vars: {first: {}, many: {type: number}, certain: {type: yes_no}, second: {}}
start: a
nodes:
  a: {call: ask, with: {word: water}, returns: {first: choice, many: times, certain: sure}, next: b}
  b: {call: ask, with: {word: fire}, returns: {second: choice}, next: again}
  again: {menu: "{first}, {many}, {certain}, {second}.", choices: [{key: 1, next: a}]}
"""


def test_outputs_are_taken_over_when_the_template_returns(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, TWICE, {"ask.yaml": ASK}))
    played.then(Pressed("1"))
    assert (played.variable("first"), played.variable("second")) == ("water", "")
    played.then(Pressed("1"))
    assert played.said == "water, 2, yes, fire."
    assert played.state.path == (
        "a",
        "a/question",
        "a/return",
        "b",
        "b/question",
        "b/return",
        "again",
    )


def test_each_run_begins_with_the_outputs_as_they_are_declared(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, TWICE, {"ask.yaml": ASK}))
    played.then(Pressed("1"), Pressed("2"), Pressed("1"), Pressed("2"))
    assert (played.variable("first"), played.variable("many")) == ("nothing", 0)
    assert played.variable("certain") is False


OUTER = """\
schema: 1
template: outer
outputs: {answer: {}}
vars: {inner: {}}
start: go
nodes:
  go: {call: ask, with: {word: ice}, returns: {inner: choice}, next: keep}
  keep: {set: {answer: "{inner}!"}, next: return}
"""
NESTED = """\
use: [outer.yaml, ask.yaml]
vars: {result: {}}
start: a
nodes:
  a: {call: outer, returns: {result: answer}, next: end}
  end: {hangup: "{result}"}
"""


def test_a_template_may_take_over_what_another_hands_back(tmp_path: Path) -> None:
    templates = {"outer.yaml": OUTER, "ask.yaml": ASK}
    played = PlayedCall(good(tmp_path, NESTED, templates)).then(Pressed("1"))
    assert played.said == "ice!"
    assert played.state.path == (
        "a", "a/go", "a/go/question", "a/go/return", "a/keep", "a/return", "end"
    )  # fmt: skip
