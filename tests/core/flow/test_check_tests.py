"""The names and values in a client's tests are checked like all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow_files import PEOPLE, loaded

FLOW = (
    PEOPLE
    + """\
rotas: {oncall: {default: [ian]}}
agreement: {message: {owner: ian}}
vars: {visits: {type: number}}
start: done
nodes:
  done: {hangup: Bye.}
tests:
  - {name: a test, at: "2026-12-01T10:00", %s}
"""
)


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ("expect: {visited: dnoe}", "unknown-node", "did you mean 'done'"),
        ("expect: {dialled: iam}", "unknown-name", "did you mean 'ian'"),
        ("expect: {connected: iam}", "unknown-name", "did you mean 'ian'"),
        ("expect: {job: {kind: mesage}}", "unknown-name", "did you mean 'message'"),
        ("expect: {job: {owner: iam}}", "unknown-name", "did you mean 'ian'"),
        ("expect: {vars: {vists: '1'}}", "unknown-name", "did you mean 'visits'"),
        ("expect: {vars: {visits: many}}", "wrong-type", "'many' is not a number"),
        ("vars: {visits: many}", "wrong-type", "'many' is not a number"),
        ("people: {iam: answers}", "unknown-name", "did you mean 'ian'"),
        ("people: {ian: perhaps}", "schema", "answers"),
        ("rotas: {oncal: [ian]}", "unknown-name", "did you mean 'oncall'"),
        ("replies: {dnoe: {status: 200}}", "unknown-node", "did you mean 'done'"),
        ("steps: [{press: '1', says: one}]", "schema", "a step is one of"),
        ("steps: [{press: x}]", "schema", "x"),
        ("steps: [{shouts: help}]", "unknown-key", "shouts"),
        ("caller: nobody", "schema", "is not a telephone number"),
        ("operators: many", "schema", "many"),
    ],
)
def test_a_fault_in_a_test_is_found_where_it_stands(
    settings: str, code: str, message: str, tmp_path: Path
) -> None:
    [finding] = loaded(tmp_path, FLOW % settings).findings
    assert finding.code == code
    assert message in finding.message
    assert finding.line == 13


@pytest.mark.parametrize("at", ["tomorrow", "2026-12-01T10:00+01:00", "2026-13-01T10:00"])
def test_the_moment_of_a_test_is_the_client_s_own_time(at: str, tmp_path: Path) -> None:
    [finding] = loaded(tmp_path, FLOW.replace("2026-12-01T10:00", at) % "steps: []").findings
    assert finding.code == "schema"
