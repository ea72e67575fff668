"""`escalate`: read in full; for the time being nobody is rung."""

from __future__ import annotations

from pathlib import Path

from ivr.core.nodes.escalate import Escalate
from tests.flow_files import PEOPLE, loaded
from tests.played_call import PlayedCall

FLOW = """\
rotas: {oncall: {default: [ian]}}
start: a
nodes:
  a:
    escalate: {rota: oncall, ring: 30s, accept: "5", whisper: "From {caller.number}", rounds: 2}
    accepted: done
    nobody: message
  done: {hangup: Done.}
  message: {hangup: Nobody.}
"""


def test_all_of_it_is_read_and_check_says_that_nobody_is_rung_yet(tmp_path: Path) -> None:
    found = loaded(tmp_path, PEOPLE + FLOW)
    assert [finding.code for finding in found.findings] == ["not-yet"]
    assert found.flow is not None
    node = found.flow.places["a"].node
    assert isinstance(node, Escalate)
    ladder = node.escalate
    assert (ladder.rota, ladder.ring, ladder.accept, ladder.rounds) == ("oncall", 30, "5", 2)


def test_the_caller_goes_to_nobody_at_once(tmp_path: Path) -> None:
    flow = loaded(tmp_path, PEOPLE + FLOW).flow
    assert flow is not None
    assert PlayedCall(flow).said == "Nobody."
