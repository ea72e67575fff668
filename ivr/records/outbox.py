"""The outbox: work that a transaction has promised and that is not finished yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OutboxKind(StrEnum):
    """What there is to do for a message."""

    FETCH = "fetch"
    TRANSCRIBE = "transcribe"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A piece of work as claimed.

    `key` is unique and fit for a job's id; `subject` is the id of the message it is about.
    `attempts` counts claims, this one included; `first_claimed_at` is the time of the first.
    """

    id: int
    kind: OutboxKind
    key: str
    subject: str
    attempts: int
    payload: Mapping[str, str]
    first_claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much unfinished work there is of one kind, and when the oldest was due."""

    count: int
    oldest_due: datetime | None
