"""Entries of the outbox, as values: what is still to be done, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class OutboxKind(StrEnum):
    """What there is to do."""

    FETCH = "fetch"
    """Fetch a recording, of a message or of a conversation."""
    TRANSCRIBE = "transcribe"
    """Turn it into words."""
    EMAIL = "email"
    """Bring a message to its recipient, whichever ways they wish for."""
    WEBHOOK = "webhook"
    """Post a message or a correction to the client's own system."""
    CORRECTION = "correction"
    """Bring the correction of a message to whom the message was brought."""
    NOTICE = "notice"
    """Tell somebody of a job."""
    DIGEST = "digest"
    """Send somebody's e-mail of the day."""
    SMS = "sms"
    """Send a text that a call has asked for."""
    EVENT = "event"
    """Tell a program of what has happened."""
    DISCARD = "discard"
    """Have the carrier delete its copy of a recording."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A piece of work as claimed.

    `key` is unique and fit for a job's id; `subject` is the id of the message or the job it is
    about, or the text's own. `attempts` counts claims, this one included; `first_claimed_at` is
    the time of the first.
    """

    id: int
    kind: OutboxKind
    key: str
    subject: str
    attempts: int
    payload: Mapping[str, Any]
    first_claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """A row as somebody works on it: its id, and when it was first claimed. A row that is promised
    again is another promise."""

    item_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much unfinished work there is of one kind, and when the oldest was due."""

    count: int
    oldest_due: datetime | None
