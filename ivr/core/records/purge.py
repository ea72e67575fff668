"""What was deleted, when and by which rule, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purged(StrEnum):
    """What kind of thing was deleted."""

    AUDIO = "audio"
    TRANSCRIPT = "transcript"
    CALLER = "caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """The proof that `count` things of a client were deleted: those older than `until`, by `rule`
    of `version` of its file, or because `by` was asked to."""

    at: datetime
    client: str | None
    kind: Purged
    count: int
    until: datetime
    rule: str
    version: str
    by: str
