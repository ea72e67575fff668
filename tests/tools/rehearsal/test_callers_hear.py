"""What callers would hear with a status is shown in plain words before anybody sets it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.availability.standing import AS_USUAL, Availability, StatusKind
from ivr.core.call.engine import CallFlow
from ivr.core.nodes import KINDS
from ivr.tools.rehearsal.callers_hear import ALL_CALLERS, Way, callers_hear, in_short, with_status
from tests.flow_files import EXAMPLES, good
from tests.worked_examples import worked_examples

TUESDAY = datetime(2026, 12, 1, 10, tzinfo=UTC)
AWAY, MESSAGES, EMERGENCIES = StatusKind


def rainbow_frost() -> CallFlow:
    flow = load(EXAMPLES / "rainbow-frost.yaml", KINDS).flow
    assert flow is not None
    return flow


def ways(person: str | None, kind: StatusKind) -> dict[str, Way]:
    then = with_status(AS_USUAL, person, kind)
    return {way.who: way for way in callers_hear(rainbow_frost(), AS_USUAL, then, TUESDAY)}


def test_only_those_who_would_have_reached_her_hear_anything_else() -> None:
    found = ways("maya", AWAY)
    changed = [who for who, way in found.items() if way.changes]
    assert changed == ["Those who press 2 (“leak”)"]
    leak = found[changed[0]]
    assert leak.now.startswith("are put through to Maya Frost, or else wait for somebody at the")
    assert leak.then.startswith("wait for somebody at the agency, or else leave a message for the")
    assert in_short([*found.values()]) == (
        "Those who press 2 (“leak”) wait for somebody at the agency, or else leave a message for "
        "the agency."
    )


def test_emergencies_still_reach_her() -> None:
    assert in_short([*ways("maya", EMERGENCIES).values()]) == "For callers nothing changes."


def test_all_to_message_is_what_every_caller_hears() -> None:
    found = ways(None, MESSAGES)
    assert all(way.then.startswith("leave a message for") for way in found.values())
    assert in_short([*found.values()]).endswith(" 2 other choices change too.")


PLAIN = """\
people: {ian: {name: Ian Frost, phone: "+44 7700 900123"}}
start: ian
nodes:
  ian: {dial: ian, answered: bye, nobody: which}
  which: {branch: [{if: person.ian.available, next: message}], else: bye}
  message: {message: Please speak., next: bye}
  bye: {hangup: Ian is out today.}
"""


def test_a_flow_that_asks_for_the_status_itself_says_its_own_words(tmp_path: Path) -> None:
    flow = good(tmp_path, PLAIN)
    [way] = callers_hear(flow, AS_USUAL, Availability({"ian": AWAY}), TUESDAY)
    assert (
        way.now
        == "are put through to Ian Frost, or else leave a message for the agency (“Please speak.”)"
    )
    assert (way.who, way.then) == (ALL_CALLERS, "hear “Ian is out today.”, and the call ends")
    assert in_short([way]) == "All callers hear “Ian is out today.”, and the call ends."


def test_being_back_takes_ones_own_word_away_and_nobody_else_s() -> None:
    standing = Availability({"ian": AWAY, "pat": MESSAGES}, AWAY)
    assert with_status(standing, "ian", None) == Availability({"pat": MESSAGES}, AWAY)
    assert with_status(standing, None, None) == Availability({"ian": AWAY, "pat": MESSAGES})


@pytest.mark.parametrize("name", sorted(worked_examples()))
@pytest.mark.parametrize("kind", StatusKind)
def test_every_worked_example_can_be_shown(name: str, kind: StatusKind, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(worked_examples()[name], encoding="utf-8")
    flow = load(path, KINDS).flow
    assert flow is not None
    found = callers_hear(flow, AS_USUAL, Availability(everybody=kind), TUESDAY)
    assert found
    assert all(way.now and way.then for way in found)


FLAT = """\
vars: {flat: {type: string}}
people: {tom: {name: Tom Vale, phone: "+44 7700 900501"}}
callers: {vip: [{number: "+44 7700 900502", name: Lady Penn}]}
start: who
nodes:
  who: {callers: , vip: VIP, other: OTHER}
  ask: {collect: "Your flat?", type: digits, length: 3, into: flat, next: known}
  known: {branch: [{if: 'flat in ["101"]', next: ring}], else: unknown}
  unknown: {say: No such flat., next: done}
  ring: {dial: tom, answered: done, nobody: record}
  record: {message: Please speak., next: done}
  done: {hangup: Bye.}
"""


def away(flow: CallFlow) -> str:
    return in_short(callers_hear(flow, AS_USUAL, Availability({"tom": AWAY}), TUESDAY))


def test_what_an_answer_leads_to_counts_too(tmp_path: Path) -> None:
    flow = good(tmp_path, FLAT.replace("VIP", "ask").replace("OTHER", "ask"))
    assert away(flow) == "Those who come to “ring” leave a message for the agency."


def test_what_the_callers_of_a_list_meet_counts_too(tmp_path: Path) -> None:
    flow = good(tmp_path, FLAT.replace("VIP", "ring").replace("OTHER", "done"))
    assert away(flow).startswith("Callers who are vip may meet this: Tom Vale said “away”")


def test_nothing_changes_where_nobody_comes_to_them(tmp_path: Path) -> None:
    flow = good(tmp_path, FLAT.replace("VIP", "done").replace("OTHER", "done"))
    assert away(flow) == "For callers nothing changes."
