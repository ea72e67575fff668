"""A conversation that is recorded: callback, worker, what each side said on the call's page."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests
import soundfile

from ivr.adapters.speech.samples import Sample
from ivr.cli._demo.stage import Stage, stage
from ivr.core.records.message import MessageState
from ivr.core.records.recording import ConversationRecording
from ivr.simulator import Answers, Call, HangUp, Speak, Talk
from ivr.simulator.caller import Step
from tests.recordings_folder import recordings_folder

CLIENT, CALLER, SAM = "+441632960915", "+441632960008", "+447700900301"
FLOW = """\
schema: 1
client:
  name: Rainbow Frost
  numbers: "{number}"
  recording: {{calls: yes{more}}}
start: wait
nodes:
  wait: {{queue: {{max_wait: 120s}}, answered: bye, nobody: bye}}
  bye: {{hangup: Bye.}}
"""
AGENCY = """\
agency:
  name: Larkfield
  phone: "+44 20 7946 0100"
  email: desk@larkfield.example
  operators: {sam: {name: Sam Okafor, phone: "+44 7700 900301"}}
"""
PATIENCE_SECONDS = 90

Spoken = tuple[Path, Sample]


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running system with a client whose conversations are recorded."""
    folder = tmp_path_factory.mktemp("recorded")
    flows = folder / "flows"
    flows.mkdir()
    (flows / "agency.yaml").write_text(AGENCY)
    (flows / "rainbow-frost.yaml").write_text(FLOW.format(number=CLIENT, more=""))
    with stage(folder / "stage", more={"IVR_FLOWS": str(flows)}) as set_:
        yield set_
        set_.carrier.check()


def converse(agency: Stage, asks: Path, answers: Path) -> Call:
    """A caller waits, sam takes them, and each says what is in a file."""
    agency.carrier.telephones[SAM] = Answers(
        after=1, does=[Speak("I see.", aloud=answers), Talk(90)]
    )
    steps: list[Step] = [Speak("Hello.", aloud=asks), Talk(20), HangUp()]
    call = agency.carrier.place(CLIENT, CALLER, steps)
    until(lambda: json.loads(agency.command("queue", "--json")))
    agency.command("queue", "take", "--operator", "sam")
    call.wait()
    agency.command("queue", "finish", "--operator", "sam")
    return call


def until(true: Callable[[], object]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come about"
        threading.Event().wait(0.1)


def recordings_of(agency: Stage, call: Call) -> list[ConversationRecording]:
    return agency.records.call_recordings.of_call(call.sid)


def heard(agency: Stage, call: Call) -> tuple[ConversationRecording, dict[str, str]]:
    """The recording of a call's conversation once it is settled, and what each side said."""
    until(lambda: [r for r in recordings_of(agency, call) if r.state is not MessageState.RECORDED])
    [recording] = recordings_of(agency, call)
    assert recording.transcript is not None, recording.reason
    lines = recording.transcript.text.splitlines()
    return recording, dict(line.split(": ", 1) for line in lines)


def test_what_each_side_said_is_on_the_call_s_page(agency: Stage, spoken: Spoken) -> None:
    asks = spoken[0]
    call = converse(agency, asks, asks.with_name("best-of-times.wav"))
    assert "This call is recorded" in call.heard
    recording, said = heard(agency, call)
    assert said["Caller"].startswith("Ever tried")
    assert "best of times" in said["Operator"]
    assert recording.client == "rainbow-frost"
    assert recording.audio == f"rainbow-frost/{recording.began_at:%Y/%m}/{recording.id}.wav"
    stored = recordings_folder(agency.settings) / recording.audio
    assert (soundfile.info(stored).channels, stored.stat().st_mode & 0o077) == (2, 0)
    told = agency.command("calls", call.sid, "--timeline")
    for line in ("connected", "began to be recorded", "was fetched", "transcribed"):
        assert line in told.lower()
    [hit] = agency.records.search.find("best of times")
    assert hit.subject == recording.id

    link = agency.command("console").split()[-1]
    with requests.Session() as browser:
        page = browser.get(link, timeout=20)
        address = f"{agency.server.url}/console/calls/{call.sid}"
        page = browser.get(address, timeout=20)
        assert set(re.findall(r"<strong>(\w+):</strong>", page.text)) == {"Caller", "Operator"}
        part = browser.get(
            f"{address}/recordings/{recording.id}", headers={"Range": "bytes=0-3"}, timeout=20
        )
        assert (part.status_code, part.content) == (206, b"RIFF")


def test_workers_that_are_killed_in_the_middle_lose_nothing(agency: Stage, spoken: Spoken) -> None:
    call = converse(agency, spoken[0], spoken[0])
    killed = 0
    for _ in range(3):
        for process in psutil.Process(agency.server.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if "worker" in " ".join(process.cmdline()):
                    process.kill()
                    killed += 1
        threading.Event().wait(1)
    assert killed
    _, said = heard(agency, call)
    assert said["Caller"].startswith("Ever tried")
    assert said["Operator"].startswith("Ever tried")
