"""`menu`: by key or by word, asked again as often as the file allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.call.events import CardNumber, Pressed, Silence, Spoke
from ivr.core.call.instructions import Listen
from tests.flow_files import good
from tests.played_call import PlayedCall

FLOW = """\
vars: {{reason: {{}}, urgent: {{type: yes_no}}}}
{defaults}
start: greet
nodes:
  greet: {{say: "Hello.", next: ask}}
  ask:
    menu: "Booking or leak?"
    choices:
      - {{key: 1, words: [booking, "book"], set: {{reason: booking}}, next: booked}}
      - {{key: 2, words: [leak, "water is coming in"], set: {{reason: leak, urgent: yes}}, next: urgent}}
      - {{words: [something else], next: other}}
      - {{key: "*", next: other}}
{own}
  booked: {{hangup: Booked.}}
  urgent: {{hangup: Urgent.}}
  other: {{hangup: Other.}}
  tired: {{hangup: Tired.}}
  quiet: {{hangup: Quiet.}}
"""  # noqa: E501


def call(folder: Path, own: str = "", defaults: str = "") -> PlayedCall:
    """A call at the menu."""
    indented = "".join(f"    {line}\n" for line in own.splitlines())
    return PlayedCall(good(folder, FLOW.format(own=indented, defaults=defaults)))


def test_what_is_said_before_the_question_can_be_interrupted_with_it(tmp_path: Path) -> None:
    played = call(tmp_path)
    assert played.said == "Hello. Booking or leak?"
    assert isinstance(played.listening, Listen)


def test_one_key_is_listened_for_and_the_words_of_the_choices(tmp_path: Path) -> None:
    listening = call(tmp_path).listening
    assert (listening.digits, listening.finish_on_key, listening.speech) == (1, "", True)
    assert listening.hints == ("booking", "book", "leak", "water is coming in", "something else")
    assert listening.timeout == 5
    assert listening.language == "en-GB"


def test_a_menu_without_words_listens_for_keys_only(tmp_path: Path) -> None:
    menu = "{menu: Well?, timeout: 7s, choices: [{key: 1, next: b}]}"
    text = f"start: a\nnodes: {{a: {menu}, b: {{hangup: Bye.}}}}\n"
    listening = PlayedCall(good(tmp_path, text)).listening
    assert (listening.speech, listening.timeout) == (False, 7)


@pytest.mark.parametrize(
    ("event", "node"),
    [
        (Pressed("1"), "booked"),
        (Pressed("2"), "urgent"),
        (Pressed("*"), "other"),
        (Spoke("I want a booking, please"), "booked"),
        (Spoke("WATER is coming in!"), "urgent"),
        (Spoke("something else"), "other"),
        (Spoke("a booking, no, a leak: water is coming in"), "urgent"),
        (Spoke("two"), "urgent"),
        (Spoke("number 2"), "urgent"),
        (Spoke("not nine, one"), "booked"),
    ],
)
def test_a_key_a_word_or_a_spoken_digit_chooses(
    tmp_path: Path, event: Pressed | Spoke, node: str
) -> None:
    assert call(tmp_path).then(event).state.path[-1] == node


@pytest.mark.parametrize(
    "event",
    [Pressed("9"), Pressed("#"), Pressed(""), Spoke("bookings"), Spoke("leaking"), Spoke("")],
)
def test_what_nothing_takes_is_asked_again(tmp_path: Path, event: Pressed | Spoke) -> None:
    played = call(tmp_path).then(event)
    assert played.node == "ask"
    assert played.said == "Sorry, I did not catch that. Booking or leak?"


def test_a_choice_sets_its_variables(tmp_path: Path) -> None:
    played = call(tmp_path).then(Pressed("2"))
    assert (played.variable("reason"), played.variable("urgent")) == ("leak", True)


@pytest.mark.parametrize(
    ("own", "defaults", "times"),
    [
        ("", "defaults: {give_up: tired}", 2),
        ("", "defaults: {retries: 0, give_up: tired}", 0),
        ("retries: 4\ngive_up: tired", "defaults: {retries: 1}", 4),
        ("retries: 0\ngive_up: tired", "", 0),
    ],
)
def test_a_silent_caller_is_asked_as_often_as_retries_says(
    tmp_path: Path, own: str, defaults: str, times: int
) -> None:
    played = call(tmp_path, own, defaults)
    for attempt in range(1, times + 1):
        played.then(Silence())
        assert (played.node, played.state.attempt) == ("ask", attempt)
        assert played.said == "Sorry, I heard nothing. Booking or leak?"
    assert played.then(Silence()).node == "tired"


def test_silence_and_nonsense_count_together(tmp_path: Path) -> None:
    played = call(tmp_path, defaults="defaults: {retries: 1, give_up: tired}")
    assert played.then(Silence(), Spoke("what?")).node == "tired"


@pytest.mark.parametrize(
    ("own", "event", "said", "node"),
    [
        ("no_input: {say: Anybody?}", Silence(), "Anybody? Booking or leak?", "ask"),
        ("no_match: {say: Pardon?}", Spoke("x"), "Pardon? Booking or leak?", "ask"),
        ("no_input: quiet", Silence(), "Quiet.", "quiet"),
        ("no_input: {next: quiet}", Silence(), "Quiet.", "quiet"),
        ("no_match: quiet", Spoke("x"), "Quiet.", "quiet"),
        ("no_match: quiet", Silence(), "Sorry, I heard nothing. Booking or leak?", "ask"),
    ],
)
def test_a_menu_may_have_words_or_a_node_of_its_own_for_silence_and_nonsense(
    tmp_path: Path, own: str, event: Silence | Spoke, said: str, node: str
) -> None:
    played = call(tmp_path, own).then(event)
    assert (played.said, played.node) == (said, node)


def test_with_words_and_a_node_the_node_follows_the_retries(tmp_path: Path) -> None:
    own = "retries: 1\nno_input: {say: Anybody?, next: quiet}"
    played = call(tmp_path, own).then(Silence())
    assert played.said == "Anybody? Booking or leak?"
    assert played.then(Silence()).node == "quiet"


def test_the_defaults_words_and_node_count_where_the_menu_has_none(tmp_path: Path) -> None:
    defaults = "defaults: {no_input: quiet, no_match: {say: Pardon?}}"
    assert call(tmp_path, defaults=defaults).then(Silence()).node == "quiet"
    assert call(tmp_path, defaults=defaults).then(Spoke("x")).said == "Pardon? Booking or leak?"


def test_a_card_number_is_refused_and_chooses_nothing(tmp_path: Path) -> None:
    played = call(tmp_path).then(CardNumber("••••"))
    sentence = "For your safety, please do not give card numbers here."
    assert (played.node, played.said) == ("ask", f"{sentence} Booking or leak?")
