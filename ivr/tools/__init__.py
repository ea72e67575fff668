"""Editors' instruments on the core: rehearsal and pictures."""
