"""What callers hear: words, another voice, audio files, in a row; wherever something is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from ivr.adapters.files.flows.load import load
from ivr.core.call.events import Pressed, Silence
from ivr.core.call.instructions import Hangup, Play, Record, Say
from ivr.core.nodes import KINDS
from tests.flow_files import good, loaded, write
from tests.played_call import PlayedCall

BYE = "  bye: {hangup: Bye.}\n"


def audio(folder: Path, name: str, seconds: float = 0.5) -> Path:
    """An audio file of the client."""
    path = folder / "audio" / "acme" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, [0.0] * int(8000 * seconds), 8000)
    return path


def say(words: str) -> Say:
    return Say(words, "Polly.Amy", "en-GB")


def play(call: PlayedCall, name: str) -> Play:
    return Play(f"/media/audio/acme/{call.flow.audio[name].digest}/{name}")


@pytest.mark.parametrize("name", ["hello.wav", "hello.mp3"])
def test_an_audio_file_is_played(tmp_path: Path, name: str) -> None:
    audio(tmp_path, name)
    text = f"start: a\nnodes:\n  a: {{say: {{audio: {name}}}, next: bye}}\n"
    played = PlayedCall(good(tmp_path, text + BYE))
    assert played.verbs == (play(played, name), say("Bye."), Hangup())


def test_words_and_audio_may_follow_one_another_and_words_have_a_voice(tmp_path: Path) -> None:
    audio(tmp_path, "jingle.wav")
    parts = "[{audio: jingle.wav}, 'For {client.name}.', {text: Bore da., voice: Polly.Gwyneth}]"
    text = f"start: a\nnodes:\n  a: {{say: {parts}, next: bye}}\n"
    found = loaded(tmp_path, text + BYE)
    assert found.flow is not None
    played = PlayedCall(found.flow)
    assert played.verbs == (
        play(played, "jingle.wav"),
        say("For Acme."),
        Say("Bore da.", "Polly.Gwyneth", "en-GB"),
        say("Bye."),
        Hangup(),
    )


EVERYWHERE = """\
defaults: {no_input: {say: {audio: a.wav}}}
start: ask
nodes:
  ask: {menu: [{audio: a.wav}, Well?], choices: [{key: 1, next: message}], give_up: end}
  message: {message: {say: {audio: a.wav}}, next: end}
  end: {hangup: {audio: a.wav}}
"""


def test_questions_messages_and_goodbyes_may_be_audio_too(tmp_path: Path) -> None:
    audio(tmp_path, "a.wav")
    played = PlayedCall(good(tmp_path, EVERYWHERE))
    sound = play(played, "a.wav")
    assert played.listening.prompts == (sound, say("Well?"))
    assert played.then(Silence()).listening.prompts == (sound, sound, say("Well?"))
    record = played.then(Pressed("1")).verbs
    assert (record[0], type(record[1])) == (sound, Record)
    assert PlayedCall(good(tmp_path, EVERYWHERE)).then(*[Silence()] * 3).verbs == (sound, Hangup())


def test_another_content_of_an_audio_file_is_another_version_of_the_flow(tmp_path: Path) -> None:
    text = "start: a\nnodes:\n  a: {hangup: {audio: a.wav}}\n"
    audio(tmp_path, "a.wav")
    first = good(tmp_path, text)
    audio(tmp_path, "a.wav", 0.7)
    second = good(tmp_path, text)
    assert first.version != second.version
    assert second.audio["a.wav"].seconds == pytest.approx(0.7)


def test_the_nearest_audio_file_is_suggested(tmp_path: Path) -> None:
    audio(tmp_path, "greeting.wav")
    found = loaded(tmp_path, "start: a\nnodes:\n  a: {hangup: {audio: greting.wav}}\n")
    [finding] = found.findings
    assert finding.message.endswith("audio/acme/greting.wav'; did you mean 'greeting.wav'?")


def test_a_file_must_be_what_its_name_says(tmp_path: Path) -> None:
    audio(tmp_path, "a.wav").rename(tmp_path / "audio" / "acme" / "a.mp3")
    [finding] = loaded(tmp_path, "start: a\nnodes:\n  a: {hangup: {audio: a.mp3}}\n").findings
    assert (finding.code, "holds WAV" in finding.message) == ("unknown-audio", True)


def test_a_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.adapters.files.flows.audio.MAX_AUDIO_BYTES", 1000)
    audio(tmp_path, "a.wav")
    [finding] = loaded(tmp_path, "start: a\nnodes:\n  a: {hangup: {audio: a.wav}}\n").findings
    assert (finding.code, "larger than" in finding.message) == ("unknown-audio", True)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = audio(tmp_path, "a.wav").rename(tmp_path / "outside.wav")
    (tmp_path / "audio" / "acme" / "a.wav").symlink_to(outside)
    path = write(tmp_path, "start: a\nnodes:\n  a: {hangup: {audio: a.wav}}\n")
    assert [finding.code for finding in load(path, KINDS).findings] == ["unknown-audio"]
