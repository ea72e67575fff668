"""The timeline of a call: each of its turns, its legs, and what else happened to it.

Notes come through the journal, in any order and any number of times: a turn and an event are kept
once, and of a leg each fact is kept as it was first told. Each function works in the transaction
of the connection it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.tables import call_events, insert, legs, turns
from ivr.core.records.timeline import CallEvent, LegNote, PathStep, Timeline, TurnNote


def note(connection: sa.Connection, notes: Iterable[TurnNote | LegNote | CallEvent]) -> None:
    """Keep what is told of calls' courses."""
    notes = list(notes)
    note_turns(connection, [each for each in notes if isinstance(each, TurnNote)])
    note_legs(connection, [each for each in notes if isinstance(each, LegNote)])
    note_events(connection, [each for each in notes if isinstance(each, CallEvent)])


def note_turns(connection: sa.Connection, notes: Iterable[TurnNote]) -> None:
    """Keep turns, each once, with the legs that began or ended with them."""
    notes = list(notes)
    if not notes:
        return
    rows = [_turn_row(note) for note in notes]
    statement = insert(connection, turns)
    connection.execute(
        statement.on_conflict_do_nothing(index_elements=["call_sid", "number"]), rows
    )
    note_legs(connection, (leg for note in notes for leg in note.legs))


def note_legs(connection: sa.Connection, notes: Iterable[LegNote]) -> None:
    """Keep what is told of legs; what was told before stays."""
    rows = [asdict(note) for note in notes]
    if not rows:
        return
    statement = insert(connection, legs)
    first = {
        name: sa.func.coalesce(legs.c[name], statement.excluded[name])
        for name in ("to", "sid", "started_at", "answered_at", "ended_at", "how")
    }
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=first), rows)


def note_events(connection: sa.Connection, events: Iterable[CallEvent]) -> None:
    """Keep events, each once."""
    rows = [asdict(event) | {"facts": dict(event.facts)} for event in events]
    if rows:
        statement = insert(connection, call_events)
        connection.execute(statement.on_conflict_do_nothing(index_elements=["once"]), rows)


def of_call(connection: sa.Connection, call_sid: str) -> Timeline:
    """What is kept of the course of a call."""
    taken = sa.select(turns).where(turns.c.call_sid == call_sid).order_by(turns.c.number)
    rung = sa.select(legs).where(legs.c.call_sid == call_sid)
    rung = rung.order_by(legs.c.started_at, legs.c.key)
    happened = sa.select(call_events).where(call_events.c.call_sid == call_sid)
    happened = happened.order_by(call_events.c.at, call_events.c.id)
    return Timeline(
        tuple(_turn(row) for row in connection.execute(taken)),
        tuple(LegNote(**row._asdict()) for row in connection.execute(rung)),
        tuple(_event(row) for row in connection.execute(happened)),
    )


def _turn_row(note: TurnNote) -> dict[str, Any]:
    values = {name: getattr(note, name) for name in turns.c.keys()}  # noqa: SIM118 - no mapping
    return values | {"facts": dict(note.facts), "way": [asdict(step) for step in note.way]}


def _turn(row: sa.Row[Any]) -> TurnNote:
    values = row._asdict()
    return TurnNote(**values | {"way": tuple(PathStep(**step) for step in values["way"])})


def _event(row: sa.Row[Any]) -> CallEvent:
    return CallEvent(**{name: row._mapping[name] for name in CallEvent.__slots__})
