"""`message`: what the caller says is kept, whatever comes after."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.call.events import HungUp, Recorded, Silence
from ivr.core.call.instructions import Hangup, KeepMessage, Record, Say
from tests.flow_files import good
from tests.played_call import PlayedCall, recordings_kept

FLOW = """\
vars: {{word: {{}}, visits: {{type: number}}, known: {{type: yes_no}}}}
agreement: {{emergency: {{}}}}
{defaults}
start: know
nodes:
  know: {{set: {{word: "{{caller.number}}", known: yes}}, next: take}}
  take: {{message: {settings}, next: done{exits}}}
  done: {{hangup: Thank you.}}
  nothing: {{hangup: Nothing heard.}}
"""


def call(folder: Path, settings: str, exits: str = "", defaults: str = "") -> PlayedCall:
    """A call at the tone."""
    return PlayedCall(good(folder, FLOW.format(settings=settings, exits=exits, defaults=defaults)))


@pytest.mark.parametrize(
    ("settings", "said", "record"),
    [
        ("", "Please leave your name", Record(120, "message", 5)),
        ("Speak now.", "Speak now.", Record(120, "message", 5)),
        (
            "{say: Speak., kind: emergency, record: 90s, silence: 3s}",
            "Speak.",
            Record(90, "emergency", 3),
        ),
    ],
)
def test_the_caller_hears_what_to_do_and_is_recorded(
    tmp_path: Path, settings: str, said: str, record: Record
) -> None:
    words, recording = call(tmp_path, settings).verbs
    assert isinstance(words, Say)
    assert words.text.startswith(said)
    assert recording == record


def test_a_message_is_kept_with_what_the_flow_knows(tmp_path: Path) -> None:
    played = call(tmp_path, "{kind: emergency}")
    played.then(Recorded("RE1", 7, recording_url="https://recordings.example/RE1"))
    assert played.node == "done"
    assert played.effects == (
        KeepMessage(
            recording_sid="RE1",
            seconds=7,
            kind="emergency",
            node="take",
            recording_url="https://recordings.example/RE1",
            fields={"word": "+441632960123", "known": "yes"},
        ),
    )


def test_a_caller_who_hangs_up_while_speaking_has_left_a_message(tmp_path: Path) -> None:
    played = call(tmp_path, "").then(Recorded("RE1", 7, hung_up=True))
    assert recordings_kept(played.effects) == ["RE1"]
    assert played.state.ended_at is not None
    assert played.verbs == (Hangup(),)


def test_a_caller_who_hangs_up_before_the_tone_leaves_nothing(tmp_path: Path) -> None:
    played = call(tmp_path, "").then(HungUp())
    assert played.effects == ()
    assert played.state.outcome == "hung up"


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_an_empty_recording_is_asked_for_again_as_often_as_retries_says(
    tmp_path: Path, retries: int
) -> None:
    played = call(tmp_path, "Speak now.", ", empty: nothing", f"defaults: {{retries: {retries}}}")
    for _ in range(retries):
        played.then(Silence())
        assert played.node == "take"
        assert played.said == "Sorry, I heard nothing. Speak now."
        assert isinstance(played.verbs[-1], Record)
    assert played.then(Silence()).node == "nothing"


def test_without_a_node_of_its_own_nothing_heard_goes_on_as_a_message_does(tmp_path: Path) -> None:
    played = call(tmp_path, "Speak.", defaults="defaults: {retries: 0}").then(Silence())
    assert (played.node, played.effects) == ("done", ())
