"""Live words: a caller's sound goes over a real WebSocket to a real model, and a turn is decided.

The model is Korean, the only one that a package brings; the voice is synthetic.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from korean_voice import telephone_call

from ivr.demo.stage import Stage, stage
from ivr.simulator import Call, Carrier, Hears, Misbehaviour, Press, Speak
from ivr.speech.models import install

NUMBER = "+441632960001"
CALLER = "+441632960123"
FLOW = f"""\
schema: 1
client: {{name: Radio, say_as: Radio, numbers: "{NUMBER}", language: ko-KR, voice: Polly.Seoyeon}}
start: main
nodes:
  main:
    menu: "Music or radio?"
    choices:
      - {{key: "1", words: 음악, next: music}}
      - {{key: "2", words: 라디오, next: radio}}
    listen: live
    timeout: 2s
    retries: 0
    give_up: neither
  music: {{say: "You chose music.", next: bye}}
  radio: {{say: "You chose radio.", next: bye}}
  neither: {{say: "You chose neither.", next: bye}}
  bye: {{hangup: "Goodbye."}}
"""

Say = Callable[[str], Path]


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Say:
    """Telephone audio of a word."""
    folder = tmp_path_factory.mktemp("voice")
    return lambda word: telephone_call(folder / f"{word}.wav", word)


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client with a live menu."""
    folder = tmp_path_factory.mktemp("flows")
    (folder / "radio.yaml").write_text(FLOW, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def system(flows: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running system with the Korean model."""
    models = tmp_path_factory.mktemp("models")
    install("ko", None, None, models, lambda text: None)
    more = {"IVR_FLOWS": str(flows), "IVR_SPEECH_MODELS": str(models), "IVR_SPEECH_WORKERS": "0"}
    with tempfile.TemporaryDirectory(prefix="tango-") as folder:
        with stage(Path(folder), more=more) as running:
            yield running


def test_a_word_is_heard_live_though_the_carrier_hears_nothing(system: Stage, say: Say) -> None:
    call = system.carrier.call(NUMBER, CALLER, [Speak("", aloud=say("라디오"))])
    assert "You chose radio." in call.heard
    print(call.transcript)
    system.carrier.check()
