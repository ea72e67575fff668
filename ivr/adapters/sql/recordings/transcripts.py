"""Transcripts in rows: what was heard of a recording, whoever owns it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.tables import transcripts
from ivr.core.records.message import TextSpan, Transcript, TranscriptionOptions, Word


def heard(transcript: Transcript) -> dict[str, Any]:
    """The columns that say what was heard, and by whom."""
    return {
        "recogniser": transcript.recogniser,
        "model": transcript.model,
        "version": transcript.version,
        "text": transcript.text,
        "words": [asdict(word) for word in transcript.words],
    }


def stretches(transcript: Transcript) -> list[dict[str, Any]]:
    """The column that says of which words the text was made."""
    return [asdict(stretch) for stretch in transcript.stretches]


def take(values: dict[str, Any]) -> Transcript | None:
    """Take the transcript out of a row's values; None where nothing was heard yet."""
    words = tuple(Word(**word) for word in values.pop("words") or ())
    pieces = tuple(TextSpan(**stretch) for stretch in values.pop("stretches") or ())
    own = ("text", "recogniser", "model", "version")
    said = {name: values.pop(name) for name in own}
    more = {name: values.pop(name, None) for name in ("number_given", "difference")}
    said["version"] = said["version"] or ""
    if said["text"] is None:
        return None
    return Transcript(words=words, stretches=pieces, **said, **more)


def hearing(kept: dict[str, Any] | None) -> TranscriptionOptions:
    """How a recording is to be heard; those from before it was kept say nothing of it."""
    return (
        TranscriptionOptions(**kept | {"names": tuple(kept["names"])})
        if kept
        else TranscriptionOptions()
    )


def add(connection: sa.Connection, recording: str, transcript: Transcript, now: datetime) -> None:
    """Keep a transcript beside the earlier ones of the same recording."""
    row = {"message": recording, "made_at": now, **heard(transcript)}
    connection.execute(sa.insert(transcripts).values(row))


def all_of(connection: sa.Connection, recording: str) -> list[tuple[datetime, Transcript]]:
    """Every transcript of a recording and when it was made, the newest first."""
    c = transcripts.c
    query = sa.select(transcripts).where(c.message == recording).order_by(c.id.desc())
    return [(row.made_at, _earlier(row)) for row in connection.execute(query)]


def _earlier(row: sa.Row[Any]) -> Transcript:
    words = tuple(Word(**word) for word in row.words)
    return Transcript(row.text, words, row.recogniser, row.model, row.version)
