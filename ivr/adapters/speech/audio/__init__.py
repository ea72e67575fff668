"""Audio: fetched, decoded, stored, silenced; whose voice it is, and whether it is one."""
