"""Lists of jobs, as values: what is asked for, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.core.jobs.job import Job, JobState, Owner

SOON = timedelta(hours=1)
"""How long before its time a job is due soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which jobs are wanted; what is None or empty does not narrow it.

    `due_before` leaves those that are due by then, `due_after` those that are due later. `unnamed`
    are the agency's and nobody's by name; of `undelivered` ones somebody has not been told what
    they were to be told. `text` is looked for in what the job says of itself, the caller's number
    and the caller's words.
    """

    state: JobState | None = JobState.OPEN
    client: str | None = None
    kind: str | None = None
    owner: Owner | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    unnamed: bool = False
    undelivered: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A job in a list. `words` are the caller's, where a message opened it and was turned into
    words; `undelivered` counts what was to be sent about it and has not reached its recipient."""

    job: Job
    words: str | None
    undelivered: int
    given: str | None = None
    """The number that the caller gave in their words (E.164)."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs there are: those that are open, of these the overdue ones, those due within
    `SOON`, and of the latter those that are the agency's and nobody's by name."""

    open: int = 0
    overdue: int = 0
    soon: int = 0
    unnamed: int = 0
