"""The ways that no test takes."""

from __future__ import annotations

from pathlib import Path

from ivr.tools.rehearsal.case import run_case
from ivr.tools.rehearsal.coverage import exits_of, untaken
from tests.flow_files import good

FLOW = """\
start: main
nodes:
  main:
    menu: Well?
    choices: [{key: "1", next: done}, {key: "2", next: done}]
    give_up: done
  done: {hangup: Bye.}
tests:
  - {name: one, at: "2026-12-01T10:00", steps: [{press: "1"}]}
"""


def test_a_way_counts_as_taken_when_a_test_has_taken_it(tmp_path: Path) -> None:
    flow = good(tmp_path, FLOW)
    taken = run_case(flow, flow.tests[0]).ways
    assert taken == {("main", "1")}
    assert [(way.node, way.exit, way.line) for way in untaken(flow, taken)] == [
        ("main", "2", 5),
        ("main", "give_up", 5),
    ]
    assert exits_of(flow) == 3


def test_the_nodes_that_every_flow_has_are_not_the_editor_s_to_test(tmp_path: Path) -> None:
    flow = good(tmp_path, FLOW)
    assert not any(way.node.startswith("tango.") for way in untaken(flow, ()))
