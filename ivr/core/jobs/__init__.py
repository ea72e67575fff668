"""Jobs: what a call leaves open, and who owns it (docs/jobs.md). Pure: no clock, no database."""
