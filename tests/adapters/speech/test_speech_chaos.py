"""Every kind of recording, good and bad, while workers are killed and Redis is emptied."""

from __future__ import annotations

import io
import random
import struct
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import soundfile

from ivr.adapters.redis.speech_dispatch import speech_queues
from ivr.core.records.message import MessageState
from tests.adapters.speech.speech_agency import Agency, kill_all, kill_jobs, until
from tests.adapters.speech.web_server import Serve, reply
from tests.recordings_folder import recordings_folder

SEED = 20_261_124
BLOWS = 10
WORKERS = 2


def encoded(
    samples: np.ndarray, rate: int = 8000, form: str = "WAV", subtype: str | None = None
) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=form, subtype=subtype)
    return file.getvalue()


def without_lengths(wav: bytes) -> bytes:
    """A head as of a stream whose length nobody knows yet."""
    content = bytearray(wav)
    struct.pack_into("<I", content, 4, 0xFFFFFFFF)
    struct.pack_into("<I", content, 40, 0xFFFFFFFF)
    return bytes(content)


def good_recordings(speech: np.ndarray) -> dict[str, bytes]:
    """Recordings of which words must come, or that nobody speaks in."""
    pcm = encoded(speech, subtype="PCM_16")
    return {
        "pcm": pcm,
        "mu-law": encoded(speech, subtype="ULAW"),
        "a-law": encoded(speech, subtype="ALAW"),
        "gsm": encoded(speech, subtype="GSM610"),
        "mp3": encoded(speech, form="MP3"),
        "two-channels": encoded(np.column_stack([speech, speech * 0]), subtype="ULAW"),
        "16-khz": encoded(np.repeat(speech, 2), 16_000, subtype="PCM_16"),
        "without-lengths": without_lengths(pcm),
        "broken-off": pcm[: len(pcm) * 2 // 3],
        "late": pcm,
        "busy": pcm,
        "long-silence": encoded(np.zeros(8000 * 600), subtype="ULAW"),
    }


BAD = {
    "empty": b"",
    "a-head-alone": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "html": b"<html><body>Service Unavailable</body></html>",
    "json": b'{"code": 20404}',
    "noise-of-bytes": random.Random(SEED).randbytes(5000),  # noqa: S311 - to be repeated
}


class MoodyCarrier:
    """Has every recording, but the first times some are not there yet or it is too busy."""

    def __init__(self, recordings: dict[str, bytes]) -> None:
        self.recordings = recordings
        self.asked: Counter[str] = Counter()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        name = handler.path.strip("/")
        self.asked[name] += 1
        if name == "late" and self.asked[name] <= 2:
            reply(handler, b"not yet", 404)
        elif name == "busy" and self.asked[name] <= 2:
            reply(handler, b"later", 503)
        else:
            reply(handler, self.recordings[name])


class Fate:
    """Deals blows to an agency's workers, and starts them again."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.random = random.Random(SEED)  # noqa: S311 - to be repeated
        self.blows = BLOWS
        self.running = [agency.start("for ever") for _ in range(WORKERS)]

    def goes_on(self) -> None:
        """Now and then strike; whoever has ended is started again."""
        if self.blows and self.random.random() < 0.02:
            self.blows -= 1
            self.strike()
        for index, worker in enumerate(self.running):
            if worker.poll() is not None:
                self.running[index] = self.agency.start("for ever")

    def strike(self) -> None:
        """Kill a worker with all its processes, or only what is at work, or empty Redis."""
        index = self.random.randrange(WORKERS)
        worker = self.running[index]
        match self.random.choice(("worker", "worker", "child", "redis")):
            case "child":
                kill_jobs(worker)
            case "redis":
                self.agency.redis.flushall()
            case _:
                kill_all(worker)


def settled(agency: Agency, message_id: str) -> bool:
    return agency.message(message_id).state is not MessageState.RECORDED


def test_every_recording_is_transcribed_or_set_aside_with_a_reason(
    agency: Agency, serve: Serve, note_recording: Callable[..., str], speech_folder: Path
) -> None:
    speech, _ = soundfile.read(speech_folder / "try-again.wav")
    good = good_recordings(speech)
    carrier = MoodyCarrier({**good, **BAD})
    agency.api_url = serve(carrier)
    ids = {
        name: note_recording(f"{agency.api_url}/{name}", n=number)
        for number, name in enumerate(carrier.recordings)
    }
    fate = Fate(agency)

    def everything_settled() -> bool:
        agency.dispatch()
        fate.goes_on()
        open_ones = [id_ for id_ in ids.values() if not settled(agency, id_)]
        return fate.blows == 0 and not open_ones

    until(everything_settled, seconds=240)
    for name, id_ in ids.items():
        message = agency.message(id_)
        if name in BAD:
            assert message.state is MessageState.SET_ASIDE, name
            assert message.reason, name
        elif message.state is MessageState.SET_ASIDE:  # struck three times while it was heard
            assert "brought its worker down" in (message.reason or ""), name
        else:
            assert message.transcript is not None, name
            spoken = "ever tried" in message.transcript.text.casefold()
            assert spoken is (name != "long-silence"), (name, message.transcript.text)
    heard = [id_ for id_ in ids.values() if agency.message(id_).transcript]
    assert len(heard) >= len(good) // 2
    stored = [path for path in recordings_folder(agency.settings).rglob("*") if path.is_file()]
    assert not [path for path in stored if path.suffix not in (".wav", ".mp3")], stored
    assert len(agency.records.messages.newest()) == len(ids)
    until(lambda: not any(map(len, speech_queues(agency.redis))))
