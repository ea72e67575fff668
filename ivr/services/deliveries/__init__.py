"""Delivering messages and notices: the relay, what it brings, and what comes of it."""
