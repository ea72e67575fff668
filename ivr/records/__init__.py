"""What happened, durably: calls, messages and the outbox (see docs/records.md)."""
