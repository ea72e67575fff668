"""Whether the records database takes writes."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.errors import PartDown, RecordsError

_CAUSES = (
    ("locked", "locked"),
    ("readonly", "read-only"),
    ("read-only", "read-only"),
    ("full", "full"),
    ("there are no records yet", "not set up"),
    ("no such table", "not set up"),
    ("does not exist", "not set up"),
)
"""Words of the drivers' errors, and ours."""


def write(connection: sa.Connection) -> None:
    """Write what is there already, so that nothing changes. Raises `PartDown` where the database
    has not been set up."""
    update = sa.text("UPDATE alembic_version SET version_num = version_num")
    if connection.execute(update).rowcount == 0:
        raise PartDown("not set up", "The records database has no tables yet.")


def part_down(error: RecordsError) -> PartDown:
    """The same, with the cause in a word or two."""
    said = str(error).lower()
    why = next((why for words, why in _CAUSES if words in said), "away")
    return PartDown(why, str(error))
