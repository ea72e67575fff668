"""Calls and messages: their pages, and the search for them."""
