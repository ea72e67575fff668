"""Conversations of callers, operators and third parties: what happens in them, carried out."""
