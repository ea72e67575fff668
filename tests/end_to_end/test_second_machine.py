"""A worker with a Redis URL and a speech model alone hears what the server's callers say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from ivr.adapters.speech.models.install import install
from ivr.cli._demo import scenes
from ivr.cli._demo.stage import stage
from ivr.project import PROJECT
from ivr.simulator import Leave
from tests.korean_voice import telephone_call

NUMBER = "+441632960913"
FLOW = f"""\
schema: 1
client: {{name: K, numbers: "{NUMBER}", language: ko-KR, voice: Polly.Seoyeon}}
start: take
nodes:
  take: {{message: {{say: Please speak., record: 120s, silence: 5s}}, next: bye}}
  bye: {{hangup: Bye.}}
"""


@contextmanager
def second_machine(folder: Path, redis_url: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m ivr worker` in a folder of its own, with a Redis URL and no other setting."""
    folder.mkdir()
    install("ko", None, None, folder / "var" / "models", lambda _: None)
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    worker = subprocess.Popen(
        [sys.executable, "-m", "ivr", "worker"],
        env=plain | {"PYTHONPATH": str(PROJECT), "IVR_REDIS_URL": redis_url},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.communicate()


def test_a_redis_url_is_all_that_a_second_machine_needs(
    tmp_path: Path, redis_server: str, redis: Redis
) -> None:
    flows, nothing = tmp_path / "flows", tmp_path / "no-models"
    flows.mkdir()
    (flows / "korean.yaml").write_text(FLOW)
    word = telephone_call(tmp_path / "radio.wav", "라디오", after=0.4)
    more = {
        "IVR_FLOWS": str(flows),
        "IVR_SPEECH_MODELS": str(nothing),
        "IVR_SPEECH_WORKERS": "0",
        "IVR_REDIS_URL": redis_server,
    }
    assert not redis.keys()  # the second machine is there before any server
    with (
        second_machine(tmp_path / "second", redis_server) as second,
        stage(tmp_path / "stage", more=more) as server,
    ):
        call = server.carrier.call(NUMBER, "+441632960008", [Leave(word)])
        heard = scenes.transcript_of(server, call).transcript
        second.send_signal(signal.SIGTERM)
        _, told = second.communicate(timeout=60)
        assert second.returncode == 0, told
        assert heard
        assert (heard.text, heard.recogniser) == ("라디오.", "vosk")
        assert "worker.is_remote" in told
    assert {path.name for path in (tmp_path / "second" / "var").iterdir()} == {"models", "secrets"}
