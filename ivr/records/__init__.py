"""What happened, durably: calls, messages and the outbox (see docs/records.md)."""

from ivr.records.database import migrate as migrate
from ivr.records.records import Records as Records
from ivr.records.records import open_records as open_records
