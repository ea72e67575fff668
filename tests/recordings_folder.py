"""Where the recordings of a test's installation are."""

from __future__ import annotations

from pathlib import Path

from ivr.settings import Settings


def recordings_folder(settings: Settings) -> Path:
    """The folder of an installation that keeps its recordings in one, and not in a bucket."""
    assert isinstance(settings.recordings, Path)
    return settings.recordings
