"""Rehearsals: the production engine with a made-up world round it. Pure: no clock, no network.

`play` runs one call, `run_case` a test of a client's file, `explain` says in words what a caller
would hear.
"""
