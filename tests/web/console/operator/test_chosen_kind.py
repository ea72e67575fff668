"""The form of a call opens on what the caller has chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.call.engine import CallFlow, start
from ivr.web.console.operator.chosen_kind import chosen_kind
from tests.flow_files import good

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FLOW = """\
schema: 1
client: {name: Acme, numbers: "+44 1604 529170"}
people:
  ian: {name: Ian, phone: "+44 7700 900123"}
agreement:
  message: {owner: ian, due: 4h}
  booking: {owner: ian, due: 4h}
  leak: {owner: ian, due: 4h}
  new_kitchen: {owner: ian, due: 4h}
vars: {reason: {}, other: {}}
start: main
nodes:
  main:
    menu: "Press a key."
    choices:
      - {key: "1", words: [appointment], set: {reason: booking}, next: queue}
      - {key: "2", words: [leak, water], next: wet}
      - {key: "3", next: booking}
      - {key: "4", next: left}
      - {key: "5", next: told}
      - {key: "6", words: [person], next: queue}
      - {key: "7", words: [Price], set: {reason: "New kitchen"}, next: queue}
    give_up: queue
  queue: {queue: {}, answered: done, nobody: take}
  wet: {say: One moment., next: queue}
  booking: {say: One moment., next: queue}
  left: {message: {say: Please tell us., kind: leak}, next: queue}
  told: {queue: {kind: leak}, answered: done, nobody: take}
  late: {queue: {}, answered: done, nobody: sorry}
  sorry: {say: Sorry., next: take_leak}
  take: {message: Please tell us., next: done}
  take_leak: {message: {say: Please tell us., kind: leak}, next: done}
  done: {hangup: Bye.}
"""


@pytest.fixture
def flow(tmp_path: Path) -> CallFlow:
    return good(tmp_path, FLOW + "tests: []\n")


def opened(flow: CallFlow, *path: str, **variables: str) -> str:
    state = start(flow, "CA1", "+441632960001", "+441604529170", NOON)
    given = {**state.variables, **variables}
    return chosen_kind(flow, replace(state, path=("main", *path), variables=given))


@pytest.mark.parametrize(
    ("path", "variables", "kind"),
    [
        (["queue"], {"reason": "booking"}, "booking"),
        (["queue"], {"reason": "New kitchen"}, "new_kitchen"),
        (["wet", "queue"], {}, "leak"),
        (["booking", "queue"], {}, "booking"),
        (["left", "queue"], {}, "leak"),
        (["told"], {}, "leak"),
        (["told"], {"reason": "booking"}, "leak"),
        (["wet", "queue", "booking", "queue"], {}, "booking"),
        (["late"], {}, "leak"),
        (["queue"], {"reason": "something else"}, "message"),
        (["queue"], {}, "message"),
    ],
    ids=[
        "a variable set to it",
        "a variable set to it in words",
        "the words of the choice",
        "the node's name",
        "the message begun on the way",
        "what the queue's node says",
        "what the queue's node says, before a variable",
        "the latest choice",
        "the message that it would end in",
        "a variable set to no kind",
        "several choices that lead to one node",
    ],
)
def test_the_form_opens_on_the_kind_that_the_caller_chose(
    flow: CallFlow, path: list[str], variables: dict[str, str], kind: str
) -> None:
    assert opened(flow, *path, **variables) == kind


def test_of_a_call_that_is_not_known_any_more_it_is_a_message(flow: CallFlow) -> None:
    assert chosen_kind(flow, None) == "message"
