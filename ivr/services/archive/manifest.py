"""What a backup says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field

TABLES, FLOWS, RECORDINGS = "tables", "flows", "recordings"
"""The folders inside."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside: its size in bytes, and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `revision` is that of the database's tables, `rows` counts each of them,
    `gone` are files that were deleted while the backup was made."""

    made_at: str
    database: str
    revision: str
    rows: dict[str, int]
    members: dict[str, Member]
    gone: list[str] = field(default_factory=list)
