"""What happened, durably: calls, messages and the outbox (see docs/records.md)."""

from ivr.adapters.sql.database import migrate as migrate
from ivr.adapters.sql.records import SqlRecords as SqlRecords
from ivr.adapters.sql.records import open_records as open_records
