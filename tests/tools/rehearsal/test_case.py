"""A test in a client's file: what it expects is compared with what the engine does."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.tools.rehearsal.case import CaseResult, run_case
from tests.flow_files import PEOPLE, good, loaded

FLOW = (
    PEOPLE
    + """\
calendars: {office: {mon-fri: "09:00-17:00"}}
rotas: {oncall: {default: [ian], dates: {"2026-12-25": [pat]}}}
agreement: {leak: {owner: oncall, due: 15m}, message: {owner: agency}}
vars: {reason: {}, visits: {type: number}, day: {type: date}}
defaults: {retries: 1, give_up: desk, error: desk}
start: greet
nodes:
  greet: {say: Hello., next: open}
  open: {hours: office, open: main, closed: night}
  main:
    menu: Press 1 for a leak, or 2 to tell us a day.
    choices:
      - {key: "1", words: leak, set: {reason: leak}, next: ring}
      - {key: "2", next: when}
      - {key: "3", next: ask}
  when: {collect: Which day?, type: date, into: day, next: note}
  note: {text: "See you on {day}.", next: done, failed: done}
  ask: {http: {get: "https://acme.example/", reply: {visits: visits}}, next: done, not_found: desk}
  ring: {dial: {to: ian, ring: 20s}, answered: done, nobody: desk}
  desk: {queue: {max_wait: 60s}, answered: done, nobody: record}
  record: {message: {say: Speak., kind: leak}, next: done}
  night: {message: Please speak., next: done}
  done: {hangup: Bye.}
tests:
  - name: the test
    at: "2026-12-01T10:00"
    caller: "+447700900777"
"""
)


def played(folder: Path, test: str) -> CaseResult:
    """The result of a test that has these lines besides its name, time and caller."""
    flow = good(folder, FLOW + "".join(f"    {line}\n" for line in test.splitlines()))
    [case] = flow.tests
    return run_case(flow, case)


GOOD = {
    "a leak rings Ian": """\
people: {ian: answers}
steps: [{hears: hello}, {says: a leak please}]
expect: {connected: ian, dialled: ian, vars: {reason: leak}, ends: done}""",
    "an operator answers after a while": """\
operators: 20s
steps: [{press: "9"}, {press: "9"}]
expect: {connected: operator, visited: desk, ends: done, job: none}""",
    "a message is a job": """\
steps: [{press: "1"}, {waits: 60s}, {speaks: water everywhere}]
expect: {connected: nobody, job: {kind: leak, owner: ian, due: 15m}}""",
    "a rota of the test's own": """\
rotas: {oncall: [pat]}
steps: [{press: "1"}, {waits: 60s}, {speaks: water everywhere}]
expect: {job: {owner: pat}}""",
    "a date is told again by text": """\
steps: [{press: "2"}, {says: the fifth of December}]
expect: {vars: {day: "2026-12-05"}, texts: [5 December]}""",
    "the client's system answers": """\
replies: {ask: {body: '{"visits": 7}'}}
steps: [{press: "3"}]
expect: {vars: {visits: "7"}, not_visited: desk}""",
    "the client's system does not answer": """\
replies: {ask: {status: 0}}
operators: available
steps: [{press: "3"}]
expect: {connected: operator}""",
    "a caller who hangs up leaves nothing": """\
steps: [{hears: Press 1}, {hears_not: Speak}, {hangup: true}]
expect: {ends: main, job: none}""",
    "a caller who gives up waiting": """\
steps: [{press: "1"}, {waits: 30s}, {hangup: true}]
expect: {visited: desk, not_visited: record}""",
    "variables of the test's own": """\
vars: {visits: "4"}
steps: [{hangup: true}]
expect: {vars: {visits: "4"}}""",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_as_expected_passes(name: str, tmp_path: Path) -> None:
    result = played(tmp_path, GOOD[name])
    assert result.difference is None, "\n".join(result.transcript)


BAD = {
    "steps: [{hears: Goodbye}, {press: '1'}]": "step 1: the caller should hear “Goodbye”",
    "steps: [{hears_not: hello}, {press: '1'}]": "step 1: the caller should not hear “hello”",
    "steps: [{speaks: a leak}]": "the caller speaks the message “a leak”, but is being asked",
    "steps: [{press: '1'}, {waits: 60s}, {says: water}]": "but is being recorded; a message is",
    "steps: [{press: '1'}, {press: '1'}]": "the caller presses “1”, but is being recorded",
    "steps: [{press: '2'}, {says: tomorrow}, {press: '1'}]": (
        "the call ended before the caller could do 'press: 1'"
    ),
    "expect: {visited: night}": "the call should come to 'night', and went greet → open → main",
    "expect: {not_visited: main}": "the call should not come to 'main', and went",
    "expect: {path: [greet, done]}": "the call should go greet → done, and went",
    "expect: {ends: done}": "the call should end at 'done', and ended at 'main'",
    "expect: {connected: operator}": "should speak with operator, and spoke with nobody",
    "expect: {dialled: ian}": "ian should be rung, and nobody was",
    "expect: {texts: [Hello]}": "text 1 should say “Hello”, and there was none",
    "expect: {job: {kind: leak}}": "the call should leave a job, and left none",
    "expect: {vars: {reason: leak}}": "'reason' should be 'leak', and is ''",
    "steps: [{press: '1'}, {waits: 60s}, {speaks: x}]\nexpect: {job: none}": "should leave no job",
    "steps: [{press: '1'}, {waits: 60s}, {speaks: x}]\nexpect: {job: {owner: pat}}": (
        "the job should be pat's, and is ian's"
    ),
    "steps: [{press: '1'}, {waits: 60s}, {hears: Speak}, {hangup: true}]\nexpect: {job: {}}": (
        "at 'record' the caller hung up before saying anything"
    ),
    "expect: {dialled: pat}\nsteps: [{press: '1'}, {waits: 60s}]": (
        "pat should be rung, and ian was: 'ring' rings ian by name, whatever the rota 'oncall' says"
    ),
    "steps: [{press: '1'}, {waits: 60s}, {speaks: x}]\nexpect: {job: {due: 2h}}": (
        "the job should be due in 2 hours, and is due in 15 minutes"
    ),
    "steps: [{press: '1'}, {waits: 60s}, {speaks: x}]\nexpect: {job: {kind: message}}": (
        "the job should be of kind 'message', and is of kind 'leak'"
    ),
}


@pytest.mark.parametrize("test", BAD)
def test_the_first_difference_is_told_with_the_transcript(test: str, tmp_path: Path) -> None:
    result = played(tmp_path, test)
    assert result.difference is not None
    assert BAD[test] in result.difference
    assert any("Hello." in line for line in result.transcript)


def test_a_test_takes_place_at_its_own_time_in_the_client_s_zone(tmp_path: Path) -> None:
    flow = good(tmp_path, FLOW.replace("T10:00", "T17:01"))
    assert "night" in " ".join(run_case(flow, flow.tests[0]).transcript)


def test_a_test_can_be_run_again_with_the_same_result(tmp_path: Path) -> None:
    flow = good(tmp_path, FLOW)
    assert run_case(flow, flow.tests[0]) == run_case(flow, flow.tests[0])


@pytest.mark.parametrize(
    ("status", "expect"),
    [
        ("{ian: away}", "{dialled: [], visited: desk, job: {owner: pat}}"),
        ("{ian: messages}", "{path: [greet, open, main, ring, record, done], job: {owner: ian}}"),
        ("{everybody: away}", "{visited: desk, job: {owner: agency}}"),
        ("{pat: away}", "{dialled: ian, job: {owner: ian}}"),
    ],
)
def test_a_test_may_say_who_is_away(tmp_path: Path, status: str, expect: str) -> None:
    steps = 'steps: [{press: "1"}, {speaks: It drips}]'
    rota = "rotas: {oncall: [ian, pat]}"
    result = played(tmp_path, f"status: {status}\n{rota}\n{steps}\nexpect: {expect}")
    assert result.difference is None


def test_somebody_unknown_in_a_status_is_an_error(tmp_path: Path) -> None:
    found = loaded(tmp_path, FLOW + "    status: {iam: away}\n").findings
    assert [f.message for f in found if f.code == "unknown-name"] == [
        "'iam' is not a person; did you mean 'ian'?"
    ]


def test_that_nobody_is_rung_can_be_expected(tmp_path: Path) -> None:
    result = played(tmp_path, 'steps: [{press: "1"}, {speaks: It drips}]\nexpect: {dialled: []}')
    assert result.difference == "nobody should be rung, and ian was"
