"""One piece of work of the speech workers, and what came of it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ivr.core.records.outbox import OutboxKind, Promise


@dataclass(frozen=True, slots=True)
class Task:
    """One outbox row's work: its key and id, its kind, its recording, since when it is tried."""

    key: str
    item_id: int
    kind: OutboxKind
    subject: str
    since: datetime

    @property
    def promise(self) -> Promise:
        """What the row has promised."""
        return Promise(self.item_id, self.since)

    def to_json(self) -> tuple[str, int, str, str, str]:
        """As a job's arguments."""
        return self.key, self.item_id, self.kind, self.subject, self.since.isoformat()

    @classmethod
    def from_json(cls, key: str, item_id: int, kind: str, subject: str, since: str) -> Task:
        """The task of such arguments. Raises `ValueError` where they are none."""
        return cls(key, item_id, OutboxKind(kind), subject, datetime.fromisoformat(since))


class TaskOutcome(StrEnum):
    """What came of a task."""

    DONE = "done"
    NOTHING_LEFT = "nothing_left"
    SET_ASIDE = "set_aside"
    NO_MODEL = "no_model"
    AGAIN = "again"
