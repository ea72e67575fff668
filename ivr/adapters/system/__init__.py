"""This machine: the server that runs on it, and children tied to their supervisor."""
