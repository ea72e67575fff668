"""Installations to back up, on each kind of database."""

from __future__ import annotations

from tests.adapters.sql.conftest import postgres_server as postgres_server
