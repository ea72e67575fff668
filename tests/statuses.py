"""Statuses, as tests want them in the records."""

from __future__ import annotations

from datetime import datetime

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import SERVER_ID
from ivr.core.accounts.actor import Actor
from ivr.core.availability.standing import Availability
from ivr.core.availability.status import StatusChange, StatusRequest, standing
from ivr.services.statuses import set_status


def keep_status(records: SqlRecords, wish: StatusRequest, now: datetime) -> StatusChange:
    """Somebody sets a status, as whoever they say they are; no console is told."""
    with records.unit_of_work() as work:
        return set_status(work, wish, Actor(wish.by, SERVER_ID, wish.by), now)


def standing_of(records: SqlRecords, client: str, now: datetime) -> Availability:
    """How a client's people stand."""
    return standing(records.statuses.ahead(client, now), client, now)
