"""What programs are told of: each happening is promised to them in the transaction in which it
happens.

What is promised names the thing by its id and says nothing more of it. So it does no harm if it
comes twice or late: whoever is told reads how things stand.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.tables import subscriptions, tokens
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.outbox import OutboxKind


def anybody_listens(connection: sa.Connection) -> bool:
    """Whether there is any webhook: for those who would have to look up what they tell."""
    return connection.execute(sa.select(subscriptions.c.id).limit(1)).first() is not None


def tell(
    connection: sa.Connection,
    what: DomainEvent,
    client: str | None,
    once: str,
    at: datetime,
    **about: str | int | None,
) -> None:
    """Promise to tell whoever wants to know that something has happened, `once` for each.

    `about` names the things it is about. Whose token holds no more is not told.
    """
    c, t = subscriptions.c, tokens.c
    query = (
        sa.select(c.id, c.events)
        .join(tokens, t.id == c.token)
        .where(c.paused_at.is_(None), t.revoked_at.is_(None))
        .where(sa.or_(c.client.is_(None), c.client == client))
    )
    known = {name: value for name, value in about.items() if value is not None}
    payload = {"event": what, "at": at.isoformat(), "client": client, "about": known}
    for row in connection.execute(query).all():
        if what in row.events:
            key = f"{row.id}-{what}-{once}"
            outbox.add(connection, OutboxKind.EVENT, row.id, at, payload, key)
