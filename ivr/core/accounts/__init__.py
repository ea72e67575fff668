"""Who uses the console, and what they may do (see docs/accounts.md). No database, no network."""
