"""Jobs and what was heard, as they are written between a worker and the server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from ivr.errors import SpeechError
from ivr.records.messages.message import Transcript, Word
from ivr.records.outbox import OutboxKind
from ivr.speech.jobs import Task


def task_to(task: Task) -> dict[str, Any]:
    """A task, as JSON can have it."""
    return {
        "item": task.item_id,
        "kind": task.kind,
        "subject": task.subject,
        "since": task.since.isoformat(),
    }


def task_from(data: Mapping[str, Any]) -> Task:
    """The task that was written. Raises `SpeechError` where it is none."""
    try:
        since = datetime.fromisoformat(data["since"])
        return Task(int(data["item"]), OutboxKind(data["kind"]), str(data["subject"]), since)
    except (KeyError, TypeError, ValueError) as error:
        raise SpeechError(f"A speech job cannot be read ({error!r}).") from error


def sides_to(sides: Sequence[Transcript]) -> bytes:
    """What was heard, each side of the call by itself, as bytes."""
    written = [
        {
            "recogniser": side.recogniser,
            "model": side.model,
            "version": side.version,
            "words": [astuple(word) for word in side.words],
        }
        for side in sides
    ]
    return json.dumps(written).encode()


def sides_from(data: bytes) -> tuple[Transcript, ...]:
    """What was written: one side or more. Raises `SpeechError` where it is none."""
    try:
        sides = tuple(_side(**side) for side in json.loads(data))
    except (TypeError, ValueError) as error:
        raise SpeechError(f"The words of a recording cannot be read ({error!r}).") from error
    if not sides:
        raise SpeechError("The words of a recording are missing.")
    return sides


def _side(recogniser: str, model: str, version: str, words: Sequence[Sequence[Any]]) -> Transcript:
    read = tuple(Word(*word) for word in words)
    text = " ".join(word.word for word in read)
    return Transcript(text, read, str(recogniser), str(model), str(version))
