"""Where a client's people say that they are: away, all to message, only emergencies
(docs/status.md). Pure: no clock, no database."""
