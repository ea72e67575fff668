"""The real worker, in a process of its own, killed at the worst of times."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from rq import Worker

from ivr import keys
from ivr.adapters.redis.worker_stats import figures
from ivr.core.records.message import MessageState
from tests.adapters.speech.speech_agency import SECONDS, Agency, jobs, kill_all, until
from tests.adapters.speech.web_server import Serve, reply, send_head
from tests.recordings_folder import recordings_folder


class Gate:
    """A carrier that keeps a worker waiting in the middle of a recording."""

    def __init__(self, audio: bytes) -> None:
        self.audio = audio
        self.asked = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        if self.open.is_set():
            reply(handler, self.audio)
            return
        send_head(handler, len(self.audio))
        handler.wfile.write(self.audio[:1000])
        handler.wfile.flush()
        self.asked.release()
        self.open.wait(SECONDS)


def test_a_message_goes_through_a_real_worker(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], korean_word: Path
) -> None:
    agency.api_url = serve(lambda handler: reply(handler, korean_word.read_bytes()))
    ids = [note_recording(f"{agency.api_url}/RE", language="ko", n=n) for n in range(3)]
    agency.work()
    heard = [agency.message(id_).transcript for id_ in ids]
    assert [(words.text, words.recogniser) for words in heard if words] == [("라디오.", "vosk")] * 3
    now = figures(agency.redis)
    assert now.outcomes == {"done": 6}
    assert now.audio_seconds == pytest.approx(sum(agency.message(id_).seconds for id_ in ids))
    assert now.work_seconds > 0


def test_english_is_heard_in_a_forked_process_too(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], speech_folder: Path
) -> None:
    audio = (speech_folder / "try-again.wav").read_bytes()
    agency.api_url = serve(lambda handler: reply(handler, audio))
    message_id = note_recording(f"{agency.api_url}/RE")
    agency.work()
    transcript = agency.message(message_id).transcript
    assert transcript is not None
    assert "Try again. Fail again. Fail better." in transcript.text


def test_a_worker_killed_while_fetching_loses_nothing(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], korean_word: Path
) -> None:
    gate = Gate(korean_word.read_bytes())
    agency.api_url = serve(gate)
    message_id = note_recording(f"{agency.api_url}/RE", language="ko")
    agency.dispatch()
    worker = agency.start()
    assert gate.asked.acquire(timeout=SECONDS)
    kill_all(worker)
    assert agency.message(message_id).audio is None
    gate.open.set()
    agency.work()
    assert agency.message(message_id).state is MessageState.TRANSCRIBED
    (stored,) = [path for path in recordings_folder(agency.settings).rglob("*") if path.is_file()]
    assert stored.name == f"{message_id}.wav"


def test_a_worker_killed_while_transcribing_loses_nothing(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], speech_folder: Path
) -> None:
    audio = (speech_folder / "best-of-times.wav").read_bytes()
    agency.api_url = serve(lambda handler: reply(handler, audio))
    message_id = note_recording(f"{agency.api_url}/RE", language="ko")
    agency.dispatch()
    assert agency.start().wait(SECONDS) == 0
    agency.dispatch()
    worker = agency.start()
    until(lambda: agency.redis.exists(keys.speech_starts(f"transcribe-{message_id}")))
    kill_all(worker)
    message = agency.message(message_id)
    assert (message.state, message.transcript) == (MessageState.RECORDED, None)
    agency.work()
    transcript = agency.message(message_id).transcript
    assert transcript is not None
    assert len(transcript.words) > 40


def test_a_recording_that_kills_its_process_costs_that_only_and_is_set_aside(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], korean_word: Path
) -> None:
    gate, good = Gate(b"RIFF" * 1000), korean_word.read_bytes()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/deadly":
            gate(handler)
        else:
            reply(handler, good)

    agency.api_url = serve(answer)
    deadly = note_recording(f"{agency.api_url}/deadly", language="ko", n=1)
    worker = agency.start("for ever")
    for _ in range(3):
        assert agency.message(deadly).state is MessageState.RECORDED
        agency.dispatch()
        assert gate.asked.acquire(timeout=SECONDS)
        (process,) = jobs(worker.pid)
        os.kill(process, signal.SIGKILL)
        until(lambda: not agency.running())
    harmless = note_recording(f"{agency.api_url}/good", language="ko", n=2)
    agency.dispatch()
    until(lambda: agency.message(deadly).state is MessageState.SET_ASIDE)
    assert "brought its worker down 3 times" in (agency.message(deadly).reason or "")
    until(lambda: agency.message(harmless).audio)
    assert worker.poll() is None


def test_a_worker_told_to_stop_does_so_at_once_and_it_is_no_crash(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], korean_word: Path
) -> None:
    gate = Gate(korean_word.read_bytes())
    agency.api_url = serve(gate)
    message_id = note_recording(f"{agency.api_url}/RE", language="ko")
    agency.dispatch()
    worker = agency.start("for ever")
    assert gate.asked.acquire(timeout=SECONDS)
    worker.terminate()
    assert worker.wait(60) == 0
    assert not agency.redis.exists(keys.speech_starts(f"fetch-{message_id}"))
    gate.open.set()
    agency.work()
    assert agency.message(message_id).state is MessageState.TRANSCRIBED


def test_an_idle_worker_stops_at_once(agency: Agency) -> None:
    worker = agency.start("for ever")
    until(lambda: [w for w in Worker.all(agency.redis) if w.get_state() == "idle"])
    worker.terminate()
    assert worker.wait(60) == 0


def test_a_worker_without_redis_says_so(agency: Agency, tmp_path: Path) -> None:
    program = (
        "import sys; from ivr.errors import StateUnavailable\n"
        "from ivr.processes.speech.worker import run_worker\n"
        "from ivr.settings import load_settings\n"
        "try: run_worker(load_settings(dotenv=None))\n"
        "except StateUnavailable as error: print(error)"
    )
    env = os.environ | {"IVR_DATA": str(tmp_path), "IVR_REDIS_URL": "redis://127.0.0.1:1"}
    told = subprocess.check_output([sys.executable, "-c", program], env=env, text=True)
    assert "cannot reach Redis; start it" in told
