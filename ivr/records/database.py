"""The records database itself."""

from __future__ import annotations


def migrate(database_url: str) -> None:
    """Bring the database up to date."""
    raise NotImplementedError
