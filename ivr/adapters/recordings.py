"""The storage of recordings that the settings name."""

from __future__ import annotations

from pathlib import Path

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.core.bucket import Bucket
from ivr.services.recording_storage import RecordingStorage


def open_storage(where: Path | Bucket) -> RecordingStorage:
    """The storage at `where` (`Settings.recordings`): a folder or a bucket. Asks it nothing yet."""
    if isinstance(where, Path):
        return FolderStorage(where)
    from ivr.adapters.s3.bucket_storage import BucketStorage  # not needed for a folder

    return BucketStorage(where)
