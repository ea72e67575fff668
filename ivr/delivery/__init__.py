"""Handing messages over to the client's people (see docs/records.md)."""
