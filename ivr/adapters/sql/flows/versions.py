"""Versions of flows: what each was made of, and which was made live when, by whom and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.tables import flow_versions, insert, publications
from ivr.core.flow.publication import FlowText, Publication


def publish_files(
    connection: sa.Connection, found: Collection[FlowText], now: datetime
) -> list[FlowText]:
    """Publish those of `found` that are new in their client's file; returns them.

    New is a version that was never published; and one that was, if the file has been written since
    then and since the file's last publication (somebody has put the old text back). So neither a
    restart nor a machine whose disk lags behind publishes anything, and a roll back stays.
    """
    published = []
    for flow in found:
        last = _last_from_file(connection, flow.client)
        if not _is_new(connection, flow, last):
            continue
        _keep(connection, flow)
        publication = Publication(
            client=flow.client,
            version=flow.version,
            live_from=now,
            published_at=now,
            by=flow.by,
            how="file",
        )
        # Whoever else saw the same change names the same predecessor, and only one is kept.
        once = f"{flow.client}/{last.id if last else 0}"
        row = insert(connection, publications).values(**_row(publication), once=once)
        row = row.on_conflict_do_nothing(index_elements=["once"]).returning(publications.c.id)
        if connection.execute(row).first():
            published.append(flow)
    return published


def publish(connection: sa.Connection, flow: FlowText, publication: Publication) -> None:
    _keep(connection, flow)
    connection.execute(sa.insert(publications).values(**_row(publication)))


def withdraw(connection: sa.Connection, client: str, by: str, now: datetime) -> int:
    c = publications.c
    planned = sa.and_(c.client == client, c.live_from > now, c.withdrawn_at.is_(None))
    query = sa.update(publications).where(planned).values(withdrawn_at=now, withdrawn_by=by)
    return connection.execute(query).rowcount


def publications_of(connection: sa.Connection, client: str, limit: int) -> list[Publication]:
    order = (publications.c.live_from.desc(), publications.c.id.desc())
    query = sa.select(publications).where(publications.c.client == client)
    found = connection.execute(query.order_by(*order).limit(limit))
    return [_publication(row) for row in found]


def live(connection: sa.Connection, now: datetime) -> dict[str, str]:
    rank = sa.func.row_number().over(
        partition_by=publications.c.client,
        order_by=(publications.c.live_from.desc(), publications.c.id.desc()),
    )
    begun = (
        sa.select(publications.c.client, publications.c.version, rank.label("rank"))
        .where(publications.c.live_from <= now, publications.c.withdrawn_at.is_(None))
        .subquery()
    )
    rows = connection.execute(sa.select(begun.c.client, begun.c.version).where(begun.c.rank == 1))
    return {row.client: row.version for row in rows}


def mark(connection: sa.Connection, now: datetime) -> tuple[int, str]:
    # Not the greatest id: on PostgreSQL a smaller one may be seen later.
    count = connection.scalar(sa.select(sa.func.count()).select_from(publications))
    begun = sa.select(sa.func.max(publications.c.live_from)).where(
        publications.c.live_from <= now, publications.c.withdrawn_at.is_(None)
    )
    return int(count or 0), str(connection.scalar(begun))


def texts_of(connection: sa.Connection, client: str, version: str) -> dict[str, str] | None:
    query = sa.select(flow_versions.c.texts).where(
        flow_versions.c.client == client, flow_versions.c.version == version
    )
    texts = connection.scalar(query)
    return None if texts is None else dict(texts)


def _last_from_file(connection: sa.Connection, client: str) -> sa.Row[Any, Any, Any] | None:
    c = publications.c
    query = sa.select(c.id, c.version, c.published_at)
    query = query.where(c.client == client, c.how == "file").order_by(c.id.desc()).limit(1)
    return connection.execute(query).first()


def is_new(connection: sa.Connection, flow: FlowText) -> bool:
    """Whether `publish_files` would publish it."""
    return _is_new(connection, flow, _last_from_file(connection, flow.client))


def _is_new(connection: sa.Connection, flow: FlowText, last: sa.Row[Any, Any, Any] | None) -> bool:
    if last is not None and last.version == flow.version:
        return False
    c = publications.c
    query = sa.select(sa.func.max(c.published_at)).where(
        c.client == flow.client, c.version == flow.version
    )
    published = connection.scalar(query)  # in whatever way
    if published is None:
        return True
    newest: datetime = max(published, last.published_at if last else published)
    return flow.changed_at > newest


def _keep(connection: sa.Connection, flow: FlowText) -> None:
    row = insert(connection, flow_versions).values(
        client=flow.client, version=flow.version, texts=dict(flow.texts)
    )
    connection.execute(row.on_conflict_do_nothing())


def _row(publication: Publication) -> dict[str, object]:
    return {name: getattr(publication, name) for name in Publication.__slots__}


def _publication(row: sa.Row[Any]) -> Publication:
    return Publication(**{name: getattr(row, name) for name in Publication.__slots__})
