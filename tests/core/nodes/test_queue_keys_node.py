"""`queue`, while the caller waits: own words and music, and keys for a message or a call back."""

from __future__ import annotations

import wave
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.core.call.events import (
    CallBackWaits,
    Claimed,
    Event,
    NobodyAtWork,
    Pressed,
    QueueFull,
    Silence,
    WaitExpired,
    Waiting,
)
from ivr.core.call.instructions import Conference, Listen, Play, PromiseCallBack, Say
from tests.flow_files import good, loaded
from tests.played_call import CALLER, PlayedCall

FLOW = """\
calendars: {{office: {{mon-fri: "09:00-17:30"}}}}
vars: {{reason: {{default: leak}}}}
start: hold
nodes:
  hold: {{queue: {settings}, nobody: sorry{exits}}}
  sorry: {{hangup: Nobody is free.}}
  full: {{hangup: Too many.}}
  note: {{message: Speak., next: done}}
  done: {{hangup: Goodbye.}}
"""
KEYS = "{leave_message: '1', call_back: {key: '2', tries: 4, after: 5m, hours: office}}"
WAYS = ", message: note, callback: done"


def call(
    folder: Path, settings: str = KEYS, exits: str = WAYS, caller: str | None = CALLER
) -> PlayedCall:
    return PlayedCall(good(folder, FLOW.format(settings=settings, exits=exits)), caller)


def wait(played: PlayedCall, seconds: float, event: Event | None = None) -> str:
    """What is said to a caller who is still in line so many seconds later."""
    played.now += timedelta(seconds=seconds - 1)
    return played.then(event or Waiting(1)).said


def heard(played: PlayedCall) -> list[object]:
    [verb] = played.verbs
    assert isinstance(verb, Listen)
    return [each.text if isinstance(each, Say) else each for each in verb.prompts]


class TestWords:
    def test_own_words_greet_whoever_joins(self, tmp_path: Path) -> None:
        played = call(tmp_path, "{joined: 'Hello, {caller.number}.'}", "")
        assert played.said == "Hello, 0 1 6 3 2, 9 6 0 1 2 3."

    def test_own_words_come_in_turn_when_there_is_nothing_new_to_say(self, tmp_path: Path) -> None:
        played = call(tmp_path, "{while_waiting: [One., Two.], every: 30s}", "")
        said = [wait(played, 10) for _ in range(12)]
        assert said[0] == "You are next in line."
        assert [words for words in said[1:] if words] == ["One.", "Two.", "One.", "Two."]
        assert said.index("One.") == 2

    def test_own_words_give_way_to_news(self, tmp_path: Path) -> None:
        played = call(tmp_path, "{while_waiting: One., every: 10s}", "")
        wait(played, 10, Waiting(3))
        assert wait(played, 10, Waiting(2)) == "You are number 2 in line."
        assert wait(played, 10, Waiting(2)) == "One."

    def test_the_expected_wait_is_said_when_it_is_known_and_changes(self, tmp_path: Path) -> None:
        played = call(tmp_path, "{expected_wait: yes, position: no}", "")
        events = [Waiting(3), Waiting(3, 290), Waiting(2, 270), Waiting(2, 110), Waiting(1)]
        said = [wait(played, 10, event) for event in events]
        assert said == ["", "The wait is about 5 minutes.", "", "The wait is about 2 minutes.", ""]

    def test_the_queue_is_asked_for_an_estimate_only_where_it_is_wanted(
        self, tmp_path: Path
    ) -> None:
        terms = [call(tmp_path, f"{{expected_wait: {w}}}", "").state.waiting for w in ("yes", "no")]
        assert [each and each.estimate for each in terms] == [True, False]

    def test_the_clients_own_music(self, tmp_path: Path) -> None:
        audio(tmp_path, 20)
        music = call(tmp_path, "{music: waltz.wav}", "").verbs[-2]
        assert isinstance(music, Play)
        assert (music.url.endswith("/waltz.wav"), music.music) == (True, True)

    def test_music_that_goes_on_for_minutes_is_refused(self, tmp_path: Path) -> None:
        audio(tmp_path, 61)
        found = loaded(tmp_path, FLOW.format(settings="{music: waltz.wav}", exits=""))
        [finding] = found.findings[:1]
        assert (finding.code, "61 seconds" in finding.message) == ("unknown-audio", True)


def audio(folder: Path, seconds: int) -> None:
    path = folder / "audio" / "acme" / "waltz.wav"
    path.parent.mkdir(parents=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000 * seconds)


class TestKeys:
    def test_keys_are_heard_during_words_and_music(self, tmp_path: Path) -> None:
        played = call(tmp_path)
        [listen] = played.verbs
        assert isinstance(listen, Listen)
        assert (listen.hold, listen.digits, listen.finish_on_key) == (True, 1, "")
        assert listen.prompts[-1] == Play("/media/hold.wav", music=True)

    def test_the_keys_are_named_after_a_minute_and_then_now_and_again(self, tmp_path: Path) -> None:
        played = call(tmp_path)
        said = [wait(played, 10) for _ in range(26)]
        named = [n for n, words in enumerate(said, 1) if "press 2" in words and "press 1" in words]
        assert named == [6, 15, 24]

    def test_the_file_says_when_they_are_named(self, tmp_path: Path) -> None:
        played = call(tmp_path, "{offer_callback_after: 20s}", ", callback: done")
        assert "press 1" not in wait(played, 10)
        assert "called back, press 1" in wait(played, 10)

    def test_a_way_for_call_backs_is_enough_to_offer_them(self, tmp_path: Path) -> None:
        assert "called back, press 1" in wait(call(tmp_path, "{}", ", callback: done"), 60)

    def test_the_key_for_a_message(self, tmp_path: Path) -> None:
        played = call(tmp_path).then(Pressed("1"))
        assert (played.node, played.state.waiting) == ("note", None)

    @pytest.mark.parametrize("key", ["3", "#", ""])
    def test_another_key_does_nothing(self, tmp_path: Path, key: str) -> None:
        played = call(tmp_path)
        since = played.state.waiting_since
        assert heard(played.then(Pressed(key))) == [Play("/media/hold.wav", music=True)]
        assert played.state.waiting_since == since

    def test_without_keys_nothing_is_listened_for(self, tmp_path: Path) -> None:
        played = call(tmp_path, "{}", "")
        assert not any(isinstance(verb, Listen) for verb in played.verbs)
        assert played.then(Pressed("1")).node == "hold"


class TestCallBack:
    def test_the_calling_number_is_confirmed_and_promised(self, tmp_path: Path) -> None:
        played = call(tmp_path)
        joined, terms = played.state.waiting_since, played.state.waiting
        played.then(Waiting(4), Pressed("2"))
        assert heard(played) == [
            "We can call you back on 0 1 6 3 2, 9 6 0 1 2 3. If that is right, press 1. "
            "For another number, press 2."
        ]
        played.then(Pressed("1"))
        assert played.said.startswith("Thank you. You keep your place in line")
        assert (played.node, played.state.waiting) == ("done", None)
        assert joined is not None
        assert terms is not None
        assert played.effects == (
            PromiseCallBack(
                CALLER, "", "hold", joined, terms, 4, 300, "office", {"reason": "leak"}
            ),
        )

    def test_another_number_may_be_keyed_in(self, tmp_path: Path) -> None:
        played = call(tmp_path).then(Pressed("2"), Pressed("2"))
        assert "key in the number" in played.said
        played.then(Pressed("01604529170"), Pressed("1"))
        [promise] = played.effects
        assert isinstance(promise, PromiseCallBack)
        assert promise.number == "+441604529170"

    @pytest.mark.parametrize("caller", [None, "sip:ann@acme.example"])
    def test_who_cannot_be_called_where_they_are_must_give_a_number(
        self, tmp_path: Path, caller: str | None
    ) -> None:
        played = call(tmp_path, caller=caller).then(Pressed("2"))
        assert "key in the number" in played.said
        assert "0 1 6 0 4, 5 2 9 1 7 0" in played.then(Pressed("01604529170#")).said

    def test_what_is_no_number_is_asked_again_and_then_dropped(self, tmp_path: Path) -> None:
        played = call(tmp_path, caller=None).then(Pressed("2"))
        assert "did not catch" in played.then(Pressed("12")).said
        assert "heard nothing" in played.then(Silence()).said
        played.then(Pressed("9"))
        assert heard(played) == [
            "You are still in line.", Play("/media/hold.wav", music=True)
        ]  # fmt: skip
        assert played.then(Pressed("1")).node == "note", "the keys mean what they did"

    def test_the_caller_stays_in_line_while_they_are_asked(self, tmp_path: Path) -> None:
        played = call(tmp_path)
        since = played.state.waiting_since
        played.then(Pressed("2"), Waiting(2))
        assert "We can call you back" in played.said
        assert played.state.waiting_since == since

    def test_an_operator_who_is_free_meanwhile_is_better_than_a_call_back(
        self, tmp_path: Path
    ) -> None:
        played = call(tmp_path).then(Pressed("2"), Claimed("room 1"))
        assert played.verbs[-1] == Conference("room 1")

    def test_the_end_of_the_wait_does_not_cut_them_short(self, tmp_path: Path) -> None:
        played = call(tmp_path).then(Pressed("2"), WaitExpired())
        assert "We can call you back" in played.said
        assert len(played.then(Pressed("1")).effects) == 1

    def test_an_earlier_one_to_the_number_is_told_of(self, tmp_path: Path) -> None:
        played = call(tmp_path).then(Pressed("2"), CallBackWaits())
        assert "already have a call back" in played.said
        assert (played.node, played.effects) == ("done", ())


class TestNotEvenJoining:
    def test_where_too_many_wait_there_is_a_way_of_its_own(self, tmp_path: Path) -> None:
        played = call(tmp_path, "{max_waiting: 5}", ", overflow: full")
        assert played.state.waiting is not None
        assert played.state.waiting.max_before == 5
        assert played.then(QueueFull()).node == "full"

    def test_without_it_they_go_where_nobody_is(self, tmp_path: Path) -> None:
        assert call(tmp_path, "{max_waiting: 5}", "").then(QueueFull()).node == "sorry"

    def test_where_nobody_is_at_work_the_call_goes_on_at_once(self, tmp_path: Path) -> None:
        assert call(tmp_path).then(NobodyAtWork()).node == "sorry"


@pytest.mark.parametrize(
    ("settings", "exits", "code"),
    [
        ("{leave_message: '1'}", "", "missing-exit"),
        ("{call_back: '1'}", "", "missing-exit"),
        ("{offer_callback_after: 60s}", "", "missing-exit"),
        ("{}", ", message: note", "schema"),
        ("{leave_message: '1'}", ", message: note, callback: done", "schema"),
        ("{leave_message: '2', call_back: '2'}", WAYS, "schema"),
        ("{leave_message: '12'}", ", message: note", "schema"),
        ("{leave_message: x}", ", message: note", "schema"),
        ("{call_back: {key: '1', hours: offices}}", ", callback: done", "unknown-name"),
        ("{call_back: {key: '1', tries: 0}}", ", callback: done", "schema"),
        ("{while_waiting: 'Hello {nobody}.'}", "", "unknown-variable"),
        ("{music: waltz.wav}", "", "unknown-audio"),
        ("{max_waiting: 0}", "", "schema"),
    ],
)
def test_what_cannot_work_is_found(tmp_path: Path, settings: str, exits: str, code: str) -> None:
    found = loaded(tmp_path, FLOW.format(settings=settings, exits=exits)).findings
    assert [each.code for each in found if each.severity == "error"] == [code]
