"""Conferences: rooms, who is in them, what they tell, what is recorded."""
