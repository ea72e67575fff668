"""Human speech through the whole running system: call, callback, worker, text in the message.

Prints the word error rate of each recogniser that heard (`pytest -s`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jiwer
import pytest

from ivr.adapters.speech.evaluation import comparable
from ivr.adapters.speech.models.install import install
from ivr.adapters.speech.samples import fetch_samples
from ivr.cli._demo import scenes
from ivr.cli._demo.stage import Stage, stage
from ivr.simulator import Call, Leave
from tests.korean_voice import telephone_call

SAMPLES = Path(__file__).parents[2] / ".cache" / "speech"
FLOW = """\
schema: 1
client: {{name: {name}, numbers: "{number}", language: {language}{more}}}
start: take
nodes:
  take: {{message: {{say: Please speak., record: 120s, silence: 5s}}, next: bye}}
  bye: {{hangup: Bye.}}
"""
ENGLISH, KOREAN = "+441632960911", "+441632960912"


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running system with a client for each language, and every recogniser there is."""
    folder = tmp_path_factory.mktemp("speech")
    flows, models = folder / "flows", folder / "models"
    flows.mkdir()
    texts = {
        "english": FLOW.format(name="E", number=ENGLISH, language="en-GB", more=""),
        "korean": FLOW.format(
            name="K", number=KOREAN, language="ko-KR", more=", voice: Polly.Seoyeon"
        ),
    }
    for name, text in texts.items():
        (flows / f"{name}.yaml").write_text(text)
    install("ko", None, None, models, lambda _: None)
    more = {"IVR_FLOWS": str(flows), "IVR_SPEECH_MODELS": str(models)}
    with stage(folder / "stage", more=more) as set_:
        yield set_
        set_.carrier.check()


def left(agency: Stage, number: str, recording: Path) -> Call:
    call = agency.carrier.place(number, "+441632960008", [Leave(recording)])
    call.wait()
    return call


def rate(agency: Stage, call: Call, text: str, language: str) -> tuple[str, float]:
    """Which recogniser heard a call's message, and its word error rate."""
    heard = scenes.transcript_of(agency, call).transcript
    assert heard is not None
    found = comparable(heard.text, language)
    errors = jiwer.wer(comparable(text, language), found) if found else 1.0
    print(f"{heard.recogniser} {heard.model}: word error rate {errors:.1%}")  # noqa: T201
    return heard.recogniser, errors


def test_every_installed_recogniser_hears_what_callers_say(agency: Stage, tmp_path: Path) -> None:
    samples = fetch_samples(SAMPLES, print)
    calls = [left(agency, ENGLISH, SAMPLES / sample.file) for sample in samples]
    for call, sample in zip(calls, samples, strict=True):
        recogniser, errors = rate(agency, call, sample.text, "en")
        assert recogniser == "faster-whisper"
        assert errors < 0.2

    word = telephone_call(tmp_path / "radio.wav", "라디오", after=0.4)
    assert rate(agency, left(agency, KOREAN, word), "라디오", "ko") == ("vosk", 0.0)
