"""The versions of flows from one database to another."""

from __future__ import annotations

from ivr.adapters.sql.database import connect, reading, writing
from ivr.adapters.sql.tables import flow_versions, number_holders, publications


def copy_versions(source: str, target: str) -> None:
    """Copy versions, what was made live when, and who has which number, into the new database at
    the URL `target`. Raises `RecordsError`."""
    there, here = connect(source), connect(target)
    try:
        with reading(there) as old, writing(here) as new:
            for table in (flow_versions, publications, number_holders):
                rows = [dict(row) for row in old.execute(table.select()).mappings()]
                if rows:
                    new.execute(table.insert(), rows)
    finally:
        there.dispose()
        here.dispose()
