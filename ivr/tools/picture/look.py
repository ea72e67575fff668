"""What all pictures of a flow have in common: groups of kinds, labels, counts."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.tools.picture.graph import GraphEdge

Counts = Mapping[tuple[str, str], int]
"""How many callers went from one node to another, by their full names."""

GROUPS = {
    "says": "speaks",
    "asks": "asks the caller",
    "decides": "decides by itself",
    "person": "brings a person",
    "keeps": "takes a message",
    "acts": "works in the background",
    "ends": "ends the call",
}
"""The groups of kinds, and what the key beside a picture calls them."""

_KINDS = {
    "says": ("say",),
    "asks": ("menu", "collect", "rsvp"),
    "decides": ("hours", "branch", "callers"),
    "person": ("queue", "dial", "escalate"),
    "keeps": ("message", "appointment"),
    "ends": ("hangup",),
}
_GROUP = {kind: name for name, kinds in _KINDS.items() for kind in kinds}

MAX_LINES = 4


def group(kind: str) -> str:
    """The group of a kind of node; one of `GROUPS`."""
    return _GROUP.get(kind, "acts")


def label(edge: GraphEdge) -> tuple[str, ...]:
    """The lines of words on an edge."""
    if len(edge.words) <= MAX_LINES:
        return edge.words
    return (*edge.words[: MAX_LINES - 1], f"and {len(edge.words) - MAX_LINES + 1} more")


def counted(edge: GraphEdge, counts: Counts | None) -> tuple[str, ...]:
    """The line that says how often callers went this way, where that is known."""
    if counts is None:
        return ()
    return (times(counts.get((edge.source, edge.target), 0)),)


def times(number: int) -> str:
    """`1,234 ×`."""
    return f"{number:,} ×"
