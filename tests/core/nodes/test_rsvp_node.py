"""`rsvp`: read in full; for the time being no replies are taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ivr.core.nodes.rsvp import Rsvp
from tests.flow_files import loaded
from tests.played_call import PlayedCall

FLOW = """\
start: a
nodes:
  a:
    rsvp: {event: Spring fair, say: "Will you come?", guests: 2, until: 2026-03-01}
    yes: done
    no: done
    none: later
  done: {hangup: Done.}
  later: {hangup: None.}
"""


def test_all_of_it_is_read_and_check_says_that_no_replies_are_taken_yet(tmp_path: Path) -> None:
    found = loaded(tmp_path, FLOW)
    assert [finding.code for finding in found.findings] == ["not-yet"]
    assert found.flow is not None
    node = found.flow.places["a"].node
    assert isinstance(node, Rsvp)
    reply = node.rsvp
    assert (reply.event, reply.guests, reply.until) == ("Spring fair", 2, date(2026, 3, 1))


def test_the_caller_goes_to_none_at_once(tmp_path: Path) -> None:
    flow = loaded(tmp_path, FLOW).flow
    assert flow is not None
    assert PlayedCall(flow).said == "None."
