"""The whole of an installation in one file, and back: `python -m ivr backup` and `restore`."""
