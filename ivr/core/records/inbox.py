"""A client's inbox, as values: a job with what its caller has said, and who reads it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ivr.core.jobs.job import Job, Owner
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Correction, Message


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A job, with the message that has opened it, if one has, how that was corrected, and what was
    brought to people."""

    job: Job
    message: Message | None
    corrections: tuple[Correction, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads for people called `names`, and is the owner `person` or acts as `name`."""

    name: str
    names: Collection[str]
    person: Owner | None
