"""Recordings to be heard, of messages and of conversations, and their words."""
