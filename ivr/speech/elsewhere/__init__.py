"""Hearing on another machine: the desk on the server, the worker there, and their talk."""
