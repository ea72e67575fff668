"""What recordings are called in the storage: `client/year/month/id.wav`. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from ivr.errors import StorageError

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def recording_name(client: str, received_at: datetime, recording_id: str) -> str:
    """The name of a client's recording.

    Raises `StorageError` where a part of it could lead elsewhere.
    """
    for part in (client, recording_id):
        if not _PART.fullmatch(part):
            raise StorageError(
                f"{part!r} cannot be the name of a file; the recording was not stored."
            )
    return f"{client}/{received_at:%Y/%m}/{recording_id}.wav"


def checked_name(name: str) -> str:
    """The same name. Raises `StorageError` where it leads out of the storage, or is hidden in it:
    what is hidden is not a recording but one that is being written."""
    if "\\" in name or "\0" in name or not all(map(_is_plain, name.split("/"))):
        raise StorageError(f"{name!r} is not the name of a recording.")
    return name


def is_recording(name: str) -> bool:
    """Whether `checked_name` takes it."""
    try:
        return bool(checked_name(name))
    except StorageError:
        return False


def _is_plain(part: str) -> bool:
    return bool(part) and not part.startswith(".")
