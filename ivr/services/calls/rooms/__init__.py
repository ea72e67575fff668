"""Rooms in which people meet: their webhooks, and what is said to those who come."""
