"""Requests to the carrier: calls, conferences, texts, numbers, and what leaves the house at all."""
