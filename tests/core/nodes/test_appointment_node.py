"""`appointment`: read in full; for the time being no times are offered."""

from __future__ import annotations

from pathlib import Path

from ivr.core.nodes.appointment import Appointment
from tests.flow_files import loaded
from tests.played_call import PlayedCall

FLOW = """\
calendars: {office: {mon-fri: "09:00-17:00"}}
agreement: {booking: {owner: agency, due: 1h}}
start: a
nodes:
  a:
    appointment:
      {calendar: office, minutes: 45, notice: 1d, ahead: 30d, kind: booking, say: "When?"}
    booked: done
    none: later
  done: {hangup: Done.}
  later: {hangup: None.}
"""


def test_all_of_it_is_read_and_check_says_that_no_times_are_offered_yet(tmp_path: Path) -> None:
    found = loaded(tmp_path, FLOW)
    assert [finding.code for finding in found.findings] == ["not-yet"]
    assert found.flow is not None
    node = found.flow.places["a"].node
    assert isinstance(node, Appointment)
    slots = node.appointment
    assert (slots.calendar, slots.minutes, slots.kind) == ("office", 45, "booking")
    assert (slots.notice, slots.ahead) == (86400, 30 * 86400)


def test_the_caller_goes_to_none_at_once(tmp_path: Path) -> None:
    flow = loaded(tmp_path, FLOW).flow
    assert flow is not None
    assert PlayedCall(flow).said == "None."
