"""Messages and texts: what callers leave, and what is sent to people."""
