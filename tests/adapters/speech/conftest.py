"""Real speech, real models, and small web servers that behave as a test wants."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

import pytest
from redis import Redis

from ivr.adapters.speech.models.install import install
from ivr.adapters.speech.samples import Sample, fetch_samples
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Opening
from ivr.core.records.message import Recipient, RecordingNote, TranscriptionOptions
from ivr.settings import Settings
from tests.adapters.speech.model_mirror import zipped_model
from tests.adapters.speech.speech_agency import Agency
from tests.adapters.speech.web_server import Answer, Serve
from tests.korean_voice import telephone_call

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

NoteRecording = Callable[..., str]


@pytest.fixture
def now() -> datetime:
    """The time at which these tests play."""
    return NOW


@pytest.fixture(scope="session")
def speech() -> dict[str, Sample]:
    """Real human telephone speech with known words, by file name below `speech_folder`."""

    def tell(text: str) -> None:
        sys.stderr.write(text)

    samples = fetch_samples(ROOT / ".cache" / "speech", tell)
    return {sample.file: sample for sample in samples}


@pytest.fixture(scope="session")
def speech_folder(speech: dict[str, Sample]) -> Path:
    """Where the files of `speech` are."""
    return ROOT / ".cache" / "speech"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder in which the real Korean Vosk model is installed."""
    folder = tmp_path_factory.mktemp("models")
    install("ko", None, None, folder, lambda text: None)
    return folder


@pytest.fixture(scope="session")
def real_zip() -> bytes:
    """The zip file of a real model, as its publisher has it."""
    return zipped_model()


@pytest.fixture(scope="session")
def korean_word(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic voice that says “라디오” (radio) over the telephone."""
    path = tmp_path_factory.mktemp("korean") / "radio.wav"
    return telephone_call(path, "라디오", after=0.4)


@pytest.fixture
def records(database_url: str) -> Iterator[SqlRecords]:
    """Real records, empty."""
    migrate(database_url)
    opened = open_records(database_url)
    yield opened
    opened.close()


@pytest.fixture
def note_recording(records: SqlRecords) -> NoteRecording:
    """Note a recording as the carrier's callback does; returns the message's id."""

    def note(
        url: str,
        language: str = "en-GB",
        client: str = "rainbow-frost",
        n: int = 1,
        hearing: TranscriptionOptions = TranscriptionOptions(),  # noqa: B008 - immutable
    ) -> str:
        return records.messages.recording_ready(
            RecordingNote(
                recording_sid=f"RE{n:032}",
                call_sid=f"CA{n:032}",
                client=client,
                kind="message",
                node="take_message",
                recording_url=url,
                seconds=10,
                received_at=NOW,
                language=language,
                timezone="Europe/London",
                client_name="Rainbow Frost",
                recipient=Recipient("Ian", None),
                opening=Opening(the_agency("the agency"), NOW, FollowUpTerms(), "Ring back"),
                hearing=hearing,
            )
        )

    return note


class Server(ThreadingHTTPServer):
    """A web server whose clients may be killed."""

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a web server on loopback that answers GET as told; returns its URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        server = Server(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def agency(settings: Settings, records: SqlRecords, redis: Redis, models: Path) -> Iterator[Agency]:
    agency = Agency(settings, records, redis, models)
    yield agency
    for worker in agency.workers:
        worker.kill()
        worker.wait()
