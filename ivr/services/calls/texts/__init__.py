"""Texts that come in: that something was read, and where people are."""
