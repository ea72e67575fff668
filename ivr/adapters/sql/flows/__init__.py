"""The versions of client files."""
