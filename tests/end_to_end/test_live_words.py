"""Live words: a caller's sound goes over a real WebSocket to a real model, and a turn is decided.

The model is Korean, the only one that a package brings; the voice is synthetic.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil
import pytest

from ivr.adapters.speech.models.install import install
from ivr.cli._demo.stage import Stage, stage
from ivr.simulator import Call, Carrier, Misbehaviour, Press, Speak, Stay
from tests.korean_voice import telephone_call

NUMBER = "+441632960001"
CALLER = "+441632960123"
ENGLISH = "+441632960002"
HEADS = {
    "radio": f'{{name: Radio, say_as: Radio, numbers: "{NUMBER}", language: ko-KR}}',
    "english": f'{{name: English, say_as: English, numbers: "{ENGLISH}", language: en-GB}}',
}
NODES = """\
start: main
nodes:
  main:
    menu: "Music or radio?"
    choices:
      - {key: "1", words: [음악, music], next: music}
      - {key: "2", words: [라디오, radio], next: radio}
    listen: live
    timeout: 2s
    retries: 1
    give_up: neither
  music: {say: "You chose music.", next: bye}
  radio: {say: "You chose radio.", next: bye}
  neither: {say: "You chose neither.", next: bye}
  bye: {hangup: "Goodbye."}
"""

Say = Callable[[str], Path]
Streams = Literal["refused", "broken"]
Misbehaving = Callable[[Streams], Carrier]


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Say:
    """Telephone audio of a word."""
    folder = tmp_path_factory.mktemp("voice")
    return lambda word: telephone_call(folder / f"{word}.wav", word)


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clients with a live menu; for the language of one there is no model."""
    folder = tmp_path_factory.mktemp("flows")
    for name, head in HEADS.items():
        text = f"schema: 1\nclient: {head}\n{NODES}"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def system(flows: Path, say: Say, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running system with the Korean model."""
    models = tmp_path_factory.mktemp("models")
    install("ko", None, None, models, lambda text: None)
    more = {"IVR_FLOWS": str(flows), "IVR_SPEECH_MODELS": str(models), "IVR_SPEECH_WORKERS": "0"}
    with (
        tempfile.TemporaryDirectory(prefix="tango-") as folder,
        stage(Path(folder), more=more) as running,
    ):
        _until_heard_live(running, say)
        yield running


def _until_heard_live(system: Stage, say: Say) -> None:
    """Call until the listener has loaded its model."""
    calls = (
        system.carrier.call(NUMBER, CALLER, [Speak("", aloud=say("라디오"))]) for _ in range(20)
    )
    assert any("You chose radio." in call.heard for call in calls)


@pytest.fixture
def misbehaving(system: Stage) -> Iterator[Misbehaving]:
    """A second carrier of the same server, with streams that do not work."""
    settings, running = system.settings, []

    def make(streams: Streams) -> Carrier:
        carrier = Carrier(
            system.server.url,
            system.server.url,
            settings.account_sid,
            settings.auth_token,
            misbehaviour=Misbehaviour(streams=streams),
        )
        running.append(carrier.__enter__())
        return carrier

    yield make
    for carrier in running:
        carrier.__exit__(None, None, None)
        carrier.check()


def _turns(call: Call) -> list[str]:
    """The requests of the call's turns, without their queries."""
    texts = call.transcript.texts("requested")
    return [text.partition("?")[0].removeprefix("POST ") for text in texts if "/turn/" in text]


def test_a_word_is_heard_live_though_the_carrier_hears_nothing(system: Stage, say: Say) -> None:
    call = system.carrier.call(NUMBER, CALLER, [Speak("", aloud=say("라디오"))])
    assert "You chose radio." in call.heard
    assert [turn.split(" ")[0] for turn in _turns(call)] == ["/twilio/turn/1/taken"]
    system.carrier.check()


def test_live_words_are_sooner_than_the_carrier(system: Stage, say: Say) -> None:
    """The carrier hears something else, a second after the end of speech."""
    call = system.carrier.call(NUMBER, CALLER, [Speak("음악", aloud=say("라디오"))])
    assert "You chose radio." in call.heard
    system.carrier.check()


def test_a_question_is_put_again_and_answered_live(system: Stage, say: Say) -> None:
    call = system.carrier.call(NUMBER, CALLER, [Stay(), Speak("", aloud=say("음악"))])
    assert "You chose music." in call.heard
    system.carrier.check()


def test_keys_work_beside_a_stream(system: Stage) -> None:
    call = system.carrier.call(NUMBER, CALLER, [Press("2")])
    assert "You chose radio." in call.heard
    system.carrier.check()


def test_keys_work_after_words_that_are_no_answer(system: Stage, say: Say) -> None:
    call = system.carrier.call(NUMBER, CALLER, [Speak("", aloud=say("쉿")), Press("2")])
    assert "You chose radio." in call.heard
    system.carrier.check()


@pytest.mark.parametrize("streams", ["refused", "broken"])
def test_without_a_working_stream_the_carrier_hears_the_words(
    misbehaving: Misbehaving, say: Say, streams: Streams
) -> None:
    call = misbehaving(streams).call(NUMBER, CALLER, [Speak("음악", aloud=say("라디오"))])
    assert "You chose music." in call.heard


def test_without_a_model_for_the_language_the_carrier_hears_the_words(
    system: Stage, say: Say
) -> None:
    call = system.carrier.call(ENGLISH, CALLER, [Speak("radio", aloud=say("음악"))])
    assert "You chose radio." in call.heard
    system.carrier.check()


def test_a_killed_listener_costs_the_live_words_and_comes_again(system: Stage, say: Say) -> None:
    """The call in which it dies goes on with the carrier's ears; a later one is heard live."""
    call = system.carrier.place(NUMBER, CALLER, [Speak("음악", aloud=say("조용히 라디오"))])
    while not call.is_over:  # one that comes again in time would hear it all the same
        for listener in _listeners(system):
            with suppress(psutil.NoSuchProcess):
                listener.kill()
        time.sleep(0.05)
    assert "You chose music." in call.join().heard
    _until_heard_live(system, say)
    system.carrier.check()


def _listeners(system: Stage) -> list[psutil.Process]:
    """The listener's process: one, or none while it is down."""
    return [one for one in psutil.Process(system.server.pid).children() if _listens(one)]


def _listens(process: psutil.Process) -> bool:
    try:
        return "ivr.processes.listener" in process.cmdline()
    except psutil.Error:  # it has just died
        return False
