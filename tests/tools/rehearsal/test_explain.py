"""What a caller would hear and why, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.availability.standing import Availability
from ivr.core.call.engine import CallFlow
from ivr.core.nodes import KINDS
from ivr.tools.rehearsal.explain import explain
from tests.flow_files import EXAMPLES, good
from tests.worked_examples import worked_examples

BOXING_NIGHT = datetime(2026, 12, 26, 2, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 10, tzinfo=UTC)


def said(flow: CallFlow, now: datetime, caller: str | None = "+441632960001") -> str:
    """The explanation as lines `file:line node: words`."""
    lines = explain(flow, caller, now)
    return "\n".join(f"{Path(x.file).name}:{x.line} {x.node}: {x.text}" for x in lines)


def example(name: str) -> CallFlow:
    flow = load(EXAMPLES / f"{name}.yaml", KINDS).flow
    assert flow is not None
    return flow


def test_a_public_holiday_is_the_reason_why_nobody_is_there() -> None:
    words = said(example("rainbow-frost"), BOXING_NIGHT)
    assert "closed by 'office' (public holiday: Boxing Day)" in words
    assert "so the call goes to after_hours" in words
    assert "after-hours.yaml:14 after_hours/closed: the caller hears “Our office is closed" in words


def test_in_office_hours_the_hours_are_the_reason() -> None:
    words = said(example("rainbow-frost"), TUESDAY)
    assert "it is Tuesday 1 December 2026, 10:00; open by 'office'" in words
    assert "if the caller presses 2 or says “leak” or “emergency” or “water” → urgent" in words
    assert "urgent: Maya Frost is rung for 25 seconds" in words
    assert "a job 'emergency' of Maya Frost, due in 15 minutes" in words


def test_what_has_been_explained_is_not_explained_again() -> None:
    words = said(example("rainbow-frost"), TUESDAY)
    assert words.count("“Please leave your name, number and message after the tone.”") == 1
    assert "→ operators (as above)" in words


FLOW = """\
vars: {reason: {default: leak}}
callers: {vip: [{number: "+441632960001", name: Lady Penn}]}
start: who
nodes:
  who: {callers: , vip: which, other: done}
  which: {branch: [{if: 'reason == "leak"', next: urgent}], else: done}
  urgent: {say: "Good {daypart}, {caller.name}.", next: done}
  done: {hangup: Bye.}
"""


def test_the_caller_and_the_conditions_are_reasons(tmp_path: Path) -> None:
    words = said(good(tmp_path, FLOW), TUESDAY)
    assert "who: the caller is vip, so the call goes to which" in words
    assert "which: the condition 'reason == \"leak\"' holds (reason is 'leak')" in words
    assert "urgent: the caller hears “Good morning, Lady Penn.”" in words


def test_another_caller_goes_another_way(tmp_path: Path) -> None:
    words = said(good(tmp_path, FLOW), TUESDAY, caller=None)
    assert "the caller is withheld" in words
    assert "Lady Penn" not in words


def test_what_somebody_said_of_themselves_is_a_reason() -> None:
    flow = example("rainbow-frost")

    def told(**said: str) -> str:
        lines = explain(flow, None, TUESDAY, standing=Availability.from_data(said))
        return "\n".join(f"{line.node}: {line.text}" for line in lines)

    assert "urgent: Maya Frost said “away”, so the call goes to urgent_queue" in told(maya="away")
    assert "a job 'emergency' of the agency" in told(maya="away")
    everybody = told(everybody="messages")
    assert "operators: everybody said “all to message”, so the call goes to take_message" in (
        everybody
    )
    assert "is rung" not in everybody


@pytest.mark.parametrize("name", sorted(worked_examples()))
@pytest.mark.parametrize("now", [TUESDAY, BOXING_NIGHT])
def test_every_worked_example_is_explained_to_its_ends(
    name: str, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(worked_examples()[name], encoding="utf-8")
    flow = load(path, KINDS).flow
    assert flow is not None
    assert "the call ends" in said(flow, now)


CLOCK = """\
vars: {flat: {type: string}, kind: {type: string}}
people: {tom: {name: Tom Vale, phone: "+44 7700 900501"}}
start: ask
nodes:
  ask: {collect: "Your flat?", type: digits, into: flat, next: note}
  note: {set: {kind: flat}, next: day}
  day:
    branch:
      - {if: 'now.weekday == "sun"', next: closed}
      - {if: 'now.weekday == "sat" and flat == "12"', next: tell}
      - {if: 'kind == "house"', next: closed}
    else: open
  tell: {text: {say: "Flat {flat} rang.", to: tom}, next: thank}
  thank: {text: "Thank you.", next: open}
  closed: {hangup: It is Sunday.}
  open: {hangup: We are open.}
"""


@pytest.mark.parametrize(
    ("day", "heard", "left_out"),
    [
        (
            5,
            ('if \'now.weekday == "sat" and flat == "12"\' → tell', "else → open"),
            "It is Sunday.",
        ),
        (6, ("the condition 'now.weekday == \"sun\"' holds", "It is Sunday."), "We are open."),
        (7, ("no condition holds, so the call goes to open", "We are open."), "It is Sunday."),
    ],
)
def test_the_clock_decides_after_a_question_too(
    day: int, heard: tuple[str, ...], left_out: str, tmp_path: Path
) -> None:
    words = said(good(tmp_path, CLOCK), datetime(2026, 12, day, 10, tzinfo=UTC))
    assert [each for each in heard if each not in words] == []
    assert left_out not in words


def test_a_text_is_shown_with_who_gets_it(tmp_path: Path) -> None:
    saturday = datetime(2026, 12, 5, 10, tzinfo=UTC)
    words = said(good(tmp_path, CLOCK), saturday, "+447700900777")
    assert "tell: a text goes to Tom Vale: “Flat {flat} rang.”" in words
    assert "thank: a text goes to the caller (+447700900777): “Thank you.”" in words
    words = said(good(tmp_path, CLOCK), saturday, None)
    assert "thank: a text cannot go to a withheld number, so the call goes to open" in words
