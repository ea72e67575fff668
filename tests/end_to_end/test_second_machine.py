"""A worker started by itself, as on a second machine, hears what the server's callers say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from korean_voice import telephone_call
from redis import Redis

from ivr.demo import scenes
from ivr.demo.stage import REPLACED, Stage, stage
from ivr.keys import SPEECH_HOME
from ivr.processes.children import PROJECT
from ivr.simulator import Leave
from ivr.speech.models import install

NUMBER = "+441632960913"
FLOW = f"""\
schema: 1
client: {{name: K, numbers: "{NUMBER}", language: ko-KR, voice: Polly.Seoyeon}}
start: take
nodes:
  take: {{message: {{say: Please speak., record: 120s, silence: 5s}}, next: bye}}
  bye: {{hangup: Bye.}}
"""


def worker(folder: Path, **settings: str) -> subprocess.Popen[str]:
    """`python -m ivr worker` with nothing but these settings and a data folder of its own."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("IVR_")}
    own = dict.fromkeys(REPLACED, "") | {"IVR_DATA": str(folder / "second"), **settings}
    return subprocess.Popen(
        [sys.executable, "-m", "ivr", "worker"],
        env=plain | own,
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_worker_by_itself_hears_the_server_s_callers(
    tmp_path: Path, redis_server: str, redis: Redis
) -> None:
    flows, models = tmp_path / "flows", tmp_path / "models"
    flows.mkdir()
    (flows / "korean.yaml").write_text(FLOW)
    install("ko", None, None, models, lambda _: None)
    word = telephone_call(tmp_path / "radio.wav", "라디오", after=0.4)
    more = {
        "IVR_FLOWS": str(flows),
        "IVR_SPEECH_MODELS": str(models),
        "IVR_SPEECH_WORKERS": "0",
        "IVR_REDIS_URL": redis_server,
    }
    with stage(tmp_path / "stage", more=more) as server:
        while not redis.exists(SPEECH_HOME):
            threading.Event().wait(0.05)
        lacking = worker(tmp_path, IVR_REDIS_URL=redis_server)
        assert "set IVR_DATABASE_URL" in lacking.communicate(timeout=60)[1]
        assert lacking.returncode == 2
        second = worker(tmp_path, **in_common(server, redis_server, models))
        try:
            call = server.carrier.call(NUMBER, "+441632960008", [Leave(word)])
            heard = scenes.transcript_of(server, call).transcript
        finally:
            second.send_signal(signal.SIGTERM)
            second.communicate(timeout=60)
        assert heard
        assert (heard.text, heard.recogniser) == ("라디오.", "vosk")


def in_common(server: Stage, redis_url: str, models: Path) -> dict[str, str]:
    """What docs/speech.md says that the second machine must be given."""
    return {
        "IVR_REDIS_URL": redis_url,
        "IVR_DATABASE_URL": server.settings.database_url,
        "IVR_RECORDINGS": str(server.settings.recordings),
        "IVR_TWILIO_API_URL": server.settings.twilio_api_url,
        "TWILIO_AUTH_TOKEN": server.settings.auth_token,
        "IVR_SPEECH_MODELS": str(models),
    }
