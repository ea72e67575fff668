"""What `menu` and `collect` listen for live, and what they take for an answer: values, no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.call.engine import Turn, advance, live_at, start
from ivr.core.call.events import CallStarted, Event, Pressed, Spoke
from ivr.core.call.instructions import Listen
from ivr.core.nodes.live import Live
from tests.flow_files import good, loaded

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MENU = """\
start: main
nodes:
  main:
    menu: "Booking or complaint?"
    choices:
      - {key: "1", words: [booking, new booking], next: bye}
      - {key: "*", words: complaint, next: bye}
    LISTEN
    give_up: bye
  bye: {hangup: "Goodbye."}
"""
COLLECT = """\
vars: {it: {type: TYPE}}
start: ask
nodes:
  ask: {collect: "Which?", into: it, SETTINGS, give_up: bye, next: bye}
  bye: {hangup: "Goodbye."}
"""

Played = tuple[Listen, Live | None]


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., Played]:
    """Play a call; returns the last listening, and what is listened for live in it."""

    def play_(text: str, *events: Event) -> Played:
        flow = good(tmp_path, text)
        turn = Turn(start(flow, "CA1", "+441632960001", "+441632960002", NOW))
        for event in (CallStarted(), *events):
            turn = advance(flow, turn.state, event, NOW)
        (listen,) = turn.verbs
        assert isinstance(listen, Listen)
        return listen, live_at(flow, turn.state, NOW)

    return play_


def _collect(settings: str, kind: str = "string") -> str:
    return COLLECT.replace("SETTINGS", settings).replace("TYPE", kind)


@pytest.mark.parametrize("setting", ["", "listen: carrier"])
def test_a_menu_listens_live_only_where_the_file_says_so(
    play: Callable[..., Played], setting: str
) -> None:
    listen, live = play(MENU.replace("LISTEN", setting))
    assert (listen.live, live) == (False, None)


def test_a_menu_listens_for_its_words_and_its_number_keys(play: Callable[..., Played]) -> None:
    listen, live = play(MENU.replace("LISTEN", "listen: live"))
    assert live is not None
    assert listen.live
    assert live.phrases == ("booking", "new booking", "complaint", "one")


@pytest.mark.parametrize(
    ("said", "accepted"),
    [("booking", True), ("new booking", True), ("one", True), ("two", False), ("new", False)],
)
def test_a_menu_accepts_what_leads_somewhere(
    play: Callable[..., Played], said: str, accepted: bool
) -> None:
    _, live = play(MENU.replace("LISTEN", "listen: live"))
    assert live is not None
    assert live.accepts(said) is accepted


def test_a_menu_without_words_listens_live_for_the_names_of_its_keys(
    play: Callable[..., Played],
) -> None:
    text = MENU.replace("words: [booking, new booking], ", "").replace("words: complaint, ", "")
    listen, live = play(text.replace("LISTEN", "listen: live"))
    assert live is not None
    assert listen.speech
    assert live.phrases == ("one",)


def test_a_menu_that_asks_again_listens_live_again(play: Callable[..., Played]) -> None:
    listen, live = play(MENU.replace("LISTEN", "listen: live"), Pressed("7"))
    assert listen.live
    assert live is not None


@pytest.mark.parametrize(
    ("settings", "said", "accepted"),
    [
        ("type: digits, length: 6", "one two three four five six", True),
        ("type: digits, length: 6", "one two three double four five", True),
        ("type: digits, length: 6", "one two three", False),
        ("type: digits, length: 6", "one two three four five six seven", False),
        ("type: phone", "oh one six three two nine six oh double oh one", True),
        ("type: phone", "oh one six three two", False),
    ],
)
def test_a_collect_accepts_a_whole_value_only(
    play: Callable[..., Played], settings: str, said: str, accepted: bool
) -> None:
    listen, live = play(_collect(f"{settings}, listen: live"))
    assert live is not None
    assert (listen.live, live.exact) == (True, True)
    assert live.accepts(said) is accepted
    assert set(said.split()) <= set(live.phrases)


def test_a_date_is_listened_for_with_its_little_words(play: Callable[..., Played]) -> None:
    _, live = play(_collect("type: date, listen: live", "date"))
    assert live is not None
    said = "on the fifth of december"
    assert live.accepts(said)
    assert set(said.split()) <= {phrase.lower() for phrase in live.phrases}


def test_a_longer_pause_ends_what_may_be_only_a_beginning(play: Callable[..., Played]) -> None:
    pauses = {}
    for settings in ("type: digits, length: 6", "type: digits, length: 4-6"):
        _, live = play(_collect(f"{settings}, listen: live"))
        assert live is not None
        pauses[settings] = live.pause
    fixed, open_ended = pauses.values()
    assert fixed < open_ended < 0.5


def test_a_read_back_listens_for_yes_and_no(play: Callable[..., Played]) -> None:
    text = _collect("type: name, confirm: yes, listen: live")
    asked, before = play(text)
    assert (asked.live, before) == (False, None)
    listen, live = play(text, Spoke("Ann Whitlock"))
    assert live is not None
    assert listen.live
    assert live.accepts("yes")
    assert live.accepts("no")
    assert not live.accepts("ann")


@pytest.mark.parametrize("kind", ["name", "speech", "time"])
def test_listening_live_for_words_without_end_is_refused(tmp_path: Path, kind: str) -> None:
    type_ = "time" if kind == "time" else "string"
    found = loaded(tmp_path, _collect(f"type: {kind}, listen: live", type_))
    assert any("'listen' does nothing" in str(finding) for finding in found.findings)
