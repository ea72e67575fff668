"""A client's audio files, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AudioFile:
    """An audio file as it was when the flow was loaded. `digest` tells one content from another."""

    name: str
    digest: str
    seconds: float


@dataclass(frozen=True, slots=True)
class AudioIndex:
    """The audio files that a flow plays, by name, and what is wrong with the others."""

    files: Mapping[str, AudioFile] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
