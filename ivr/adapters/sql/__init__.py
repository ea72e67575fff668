"""The records database."""
