"""All that is kept of a client, under another name.

Versions stay under the old name too: a call that is under way finds its own by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa

from ivr.adapters.sql.locks import Alone, alone
from ivr.adapters.sql.tables import callbacks, flow_versions, insert, metadata, outbox
from ivr.core.call_back import CallBackState


def rename_client(connection: sa.Connection, old: str, new: str) -> dict[str, int]:
    """Move everything of the client `old` to `new`; returns how many rows of which table. May be
    done again, for what has come under the old name meanwhile."""
    alone(connection, Alone.SETTLING_NUMBERS)
    _copy_versions(connection, old, new)
    _rename_tickets(connection, old, new)
    counts = {"outbox": _rename_payloads(connection, old, new)}
    for table in metadata.sorted_tables:
        if "client" in table.c and table is not flow_versions:
            query = sa.update(table).where(table.c.client == old).values(client=new)
            if table is callbacks:
                query = query.where(sa.not_(_waits_twice(new)))
            counts[table.name] = connection.execute(query).rowcount
    return {name: count for name, count in counts.items() if count}


def _copy_versions(connection: sa.Connection, old: str, new: str) -> None:
    c = flow_versions.c
    for row in connection.execute(sa.select(flow_versions).where(c.client == old)).all():
        own = {f"{old}.yaml": f"{new}.yaml"}
        texts = {own.get(name, name): text for name, text in row.texts.items()}
        copy = insert(connection, flow_versions).values(
            client=new, version=row.version, texts=texts
        )
        connection.execute(copy.on_conflict_do_nothing())


def _waits_twice(new: str) -> sa.ColumnElement[bool]:
    """A call back of a caller who waits for one of the new name as well: it stays where it is."""
    other = callbacks.alias()
    same = sa.and_(other.c.client == new, other.c.number == callbacks.c.number)
    both = sa.select(other.c.id).where(same, other.c.state == CallBackState.WAITING)
    return sa.and_(callbacks.c.state == CallBackState.WAITING, both.exists())


def _rename_tickets(connection: sa.Connection, old: str, new: str) -> None:
    c = callbacks.c
    query = sa.select(c.id, c.ticket).where(c.client == old, c.state == CallBackState.WAITING)
    for row in connection.execute(query.where(sa.not_(_waits_twice(new)))).all():
        try:
            ticket = json.loads(row.ticket)
        except ValueError:
            continue
        if isinstance(ticket, dict) and ticket.get("client") == old:
            text = json.dumps(ticket | {"client": new})
            connection.execute(sa.update(callbacks).where(c.id == row.id).values(ticket=text))


def _rename_payloads(connection: sa.Connection, old: str, new: str) -> int:
    """What is still to be sent or deleted: nothing is done twice with what is finished."""
    c, count = outbox.c, 0
    query = sa.select(c.id, c.payload).where(c.finished_at.is_(None))
    for row in connection.execute(query).all():
        payload: Mapping[str, object] = row.payload
        if isinstance(payload, dict) and payload.get("client") == old:
            moved = {**payload, "client": new}
            connection.execute(sa.update(outbox).where(c.id == row.id).values(payload=moved))
            count += 1
    return count
