"""Words heard while they are spoken."""
