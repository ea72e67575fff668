"""A call's turns: what the caller does, what they hear, and what follows from it."""
