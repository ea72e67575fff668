"""All about one caller in one file, for whoever asks what is kept of them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from ivr.core.records.call_course import tell
from ivr.core.records.retention import Traces
from ivr.services.protocols.archive import ExportFile, ExportPages
from ivr.services.protocols.records import Records
from ivr.services.recording_storage import RecordingStorage

ABOUT = """\
What is kept of the caller {number}{at}, as of {now}.

timeline.txt  each call in words, step by step
data.json     everything that is kept, by kind, for programs
audio/        the recordings, named by the ids of messages and conversations' recordings
"""


def export(
    records: Records,
    storage: RecordingStorage,
    number: str,
    client: str | None,
    file: ExportFile,
    now: datetime,
) -> Traces:
    """Write all about the caller with this number (E.164), at one client or (None) at all, to a
    file; returns what there is.

    Raises `BackupError` where there is a file already or it cannot be written, `RecordsError`, and
    `StorageError` where a recording cannot be read.
    """
    with file.writing() as pages:
        traces = records.purges.traces(number, client)
        rows = records.purges.caller_file(traces)
        at = f" at {client}" if client else ""
        pages.text("about.txt", ABOUT.format(number=number, at=at, now=now))
        pages.text("data.json", json.dumps(rows, ensure_ascii=False, indent=1, default=_plain))
        pages.text("timeline.txt", "\n\n".join(_told(records, traces)))
        for row in (*rows["messages"], *rows["call_recordings"]):
            _add_audio(pages, storage, row)
    return traces


def _told(records: Records, traces: Traces) -> list[str]:
    call_details = (records.calls.detail(call_sid) for call_sid in traces.calls)
    return [
        "\n".join(f"{line.at:%Y-%m-%d %H:%M:%S} UTC  {line.text}" for line in tell(call_detail))
        for call_detail in call_details
        if call_detail is not None
    ]


def _add_audio(pages: ExportPages, storage: RecordingStorage, row: dict[str, Any]) -> None:
    if row["audio"] and storage.find(row["audio"]):
        name = f"audio/{row['id']}{PurePosixPath(row['audio']).suffix}"
        with storage.local(row["audio"]) as path:
            pages.audio(name, path)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written to the file")
