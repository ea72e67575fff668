"""`callers`: the lists of the client's file, and what they mean for the call."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.call.instructions import Hangup
from tests.flow_files import PEOPLE, good
from tests.played_call import PlayedCall

LISTS = """\
callers:
  vip: [{number: "+44 1632 960100", name: Lady Penn}, "01632 960101"]
  blocked: "+44 1632 960200"
  known: [{number: "+44 1632 960300", name: Bob}]
"""
ALL = """\
start: who
nodes:
  who: {callers: , vip: vip, blocked: blocked, known: known, withheld: withheld, other: other}
  vip: {hangup: "vip {caller.name}."}
  blocked: {hangup: , reject: busy}
  known: {hangup: "known {caller.name}."}
  withheld: {hangup: "withheld {caller.name}."}
  other: {hangup: "other {caller.name}."}
"""


@pytest.mark.parametrize(
    ("caller", "said"),
    [
        ("+441632960100", "vip Lady Penn."),
        ("+441632960101", "vip ."),
        ("+441632960300", "known Bob."),
        ("+447700900123", "known Ian."),
        (None, "withheld ."),
        ("+441632960999", "other ."),
        ("sip:ann@acme.example", "other ."),
    ],
)
def test_each_list_has_a_way_of_its_own(tmp_path: Path, caller: str | None, said: str) -> None:
    assert PlayedCall(good(tmp_path, PEOPLE + LISTS + ALL), caller).said == said


@pytest.mark.parametrize("caller", ["+441632960100", "+441632960200", "+441632960300", None])
def test_whoever_has_no_way_of_their_own_goes_to_other(tmp_path: Path, caller: str | None) -> None:
    text = LISTS + "start: a\nnodes: {a: {callers: , other: b}, b: {hangup: Hello.}}\n"
    assert PlayedCall(good(tmp_path, text), caller).said == "Hello."


def test_a_blocked_caller_is_refused_before_anything_is_said(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, LISTS + ALL), "+441632960200")
    assert played.verbs == (Hangup("busy"),)
    assert played.state.outcome == "refused"


def test_a_person_may_be_on_a_list_and_keeps_their_name(tmp_path: Path) -> None:
    text = PEOPLE + 'callers: {vip: "+44 7700 900123"}\n' + ALL
    assert PlayedCall(good(tmp_path, text), "+447700900123").said == "vip Ian."


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ('caller.kind == "vip"', "+441632960100", "+441632960300"),
        ("caller.known", "+441632960300", "+441632960200"),
        ("caller.known", "+441632960100", None),
        ('caller.name == "Bob"', "+441632960300", "+441632960100"),
        ('caller.kind == "withheld"', None, "+441632960999"),
    ],
)
def test_conditions_know_who_rings(
    tmp_path: Path, condition: str, yes: str | None, no: str | None
) -> None:
    text = (
        f"{LISTS}start: a\nnodes:\n  a: {{branch: [{{if: '{condition}', next: y}}], else: n}}\n"
        "  y: {hangup: Yes.}\n  n: {hangup: No.}\n"
    )
    flow = good(tmp_path, text)
    assert (PlayedCall(flow, yes).said, PlayedCall(flow, no).said) == ("Yes.", "No.")
