"""`queue`: a caller waits, hears where they stand, and is never left waiting for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.call.events import (
    Claimed,
    Continued,
    Dialled,
    DialOutcome,
    Event,
    HungUp,
    QueueUnavailable,
    WaitExpired,
    Waiting,
)
from ivr.core.call.instructions import Conference, Continue, Play, RoutingTier, WaitTerms
from ivr.core.flow.flow import LAST_GOODBYE
from tests.flow_files import good, whole
from tests.played_call import PlayedCall

FLOW = """\
start: hold
nodes:
  hold: {{queue: {settings}, nobody: sorry{exits}}}
  sorry: {{hangup: Nobody is free.}}
  done: {{hangup: Goodbye.}}
"""


def call(folder: Path, settings: str = "", exits: str = ", answered: done") -> PlayedCall:
    """A call in the queue."""
    return PlayedCall(good(folder, FLOW.format(settings=settings, exits=exits)))


def test_a_caller_joins_on_the_terms_of_the_file(tmp_path: Path) -> None:
    played = call(tmp_path, "{priority: 8, skills: [en, legal], max_wait: 2m}")
    assert played.state.waiting == WaitTerms(8, ("en", "legal"), 120, wrap_up=30)
    assert played.state.waiting_since == played.state.started_at


def test_the_usual_terms_count_where_the_file_gives_none(tmp_path: Path) -> None:
    assert call(tmp_path).state.waiting == WaitTerms(5, (), 120, wrap_up=30)


def test_a_client_says_who_is_offered_its_callers_first(tmp_path: Path) -> None:
    rules = "{usual: [sam, ann], usual_for: 20s, prefer: welsh, wrap_up: 1m}"
    text = FLOW.format(settings="{skills: [en]}", exits="")
    flow = good(tmp_path, whole(text).replace("client: {", f"client: {{operators: {rules}, "))
    assert PlayedCall(flow).state.waiting == WaitTerms(
        5,
        ("en",),
        120,
        (RoutingTier(20, (), ("sam", "ann")), RoutingTier(20, ("welsh",))),
        wrap_up=60,
    )


def test_a_waiting_caller_hears_music_and_asks_again(tmp_path: Path) -> None:
    played = call(tmp_path)
    assert played.said == "Please hold while I find somebody to help you."
    assert isinstance(played.verbs[-2], Play)
    assert played.verbs[-1] == Continue()


def test_a_place_in_line_is_said_when_it_changes(tmp_path: Path) -> None:
    played = call(tmp_path)
    said = [played.then(Waiting(position)).said for position in (3, 3, 2, 1, 1)]
    assert said == [
        "You are number 3 in line.",
        "",
        "You are number 2 in line.",
        "You are next in line.",
        "",
    ]


def test_a_place_in_line_is_not_said_where_the_file_does_not_want_it(tmp_path: Path) -> None:
    assert call(tmp_path, "{position: no}").then(Waiting(3)).said == ""


def test_waiting_counts_from_the_joining_through_all_the_turns(tmp_path: Path) -> None:
    played = call(tmp_path)
    began = played.state.waiting_since
    assert played.then(Waiting(2), Continued(), Waiting(1)).state.waiting_since == began


def test_a_claimed_caller_is_connected_and_then_goes_on(tmp_path: Path) -> None:
    played = call(tmp_path).then(Waiting(1), Claimed("room 1"))
    assert played.said == "Thank you for holding. I am connecting you now."
    assert played.verbs[-1] == Conference("room 1")
    assert played.then(Dialled(DialOutcome.ANSWERED, 60)).node == "done"
    assert played.state.waiting is None


def test_who_comes_out_of_a_room_of_which_nothing_is_known_is_not_sent_away(
    tmp_path: Path,
) -> None:
    """Redis has lost what it knew: perhaps nobody was there."""
    assert call(tmp_path).then(Dialled(DialOutcome.ANSWERED)).node == "sorry"


def test_without_a_node_for_it_an_answered_call_ends_with_a_goodbye(tmp_path: Path) -> None:
    played = call(tmp_path, exits="").then(Claimed("room 1"), Dialled(DialOutcome.ANSWERED, 60))
    assert played.node == LAST_GOODBYE


@pytest.mark.parametrize("event", [WaitExpired(), QueueUnavailable()])
def test_where_nobody_comes_the_call_goes_on(tmp_path: Path, event: Event) -> None:
    played = call(tmp_path).then(Waiting(1), event)
    assert (played.node, played.state.waiting) == ("sorry", None)


def test_a_caller_who_hangs_up_waits_no_more(tmp_path: Path) -> None:
    state = call(tmp_path).then(Waiting(1), HungUp()).state
    assert (state.waiting, state.waiting_since, state.outcome) == (None, None, "hung up")
