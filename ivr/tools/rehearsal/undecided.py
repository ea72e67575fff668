"""What nobody can know of a call before it comes: what its caller will say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ivr.core.call.engine import CallFlow, Turn, situation_of
from ivr.core.call.state import CallState
from ivr.core.flow import placeholders
from ivr.core.flow.flow import Place
from ivr.core.nodes.base import Kind
from ivr.core.nodes.branch import Branch
from ivr.core.nodes.menu import Menu

Unknown = frozenset[str]
"""Full names of the variables whose values depend on the caller or somebody else."""

Fork = tuple[int, CallState, Sequence[str]]
"""The position of a branch among the nodes that a turn has passed, the call as it stands there,
and the exits that it may take."""


def after(place: Place[Kind], exit_: str, unknown: Unknown) -> Unknown:
    """What is unknown once a call has left `place` by `exit_`."""
    node, full = place.node, place.scope.full
    if isinstance(node, Menu):
        chosen = (choice for choice in node.choices if choice.label == exit_)
        return unknown - {full(name) for choice in chosen for name in choice.set}
    for write in node.writes():
        texts = placeholders.names(write.text) if write.text is not None else None
        known = texts is not None and unknown.isdisjoint(map(full, texts))
        unknown = unknown - {full(write.variable)} if known else unknown | {full(write.variable)}
    return unknown


def fork(flow: CallFlow, turn: Turn, unknown: Unknown, now: datetime) -> Fork | None:
    """The first branch passed on a turn that what is unknown decides; None where the turn is as
    it would be for every caller. `unknown` is as before the turn."""
    for position, step in enumerate(turn.passed):
        place = flow.places[step.node]
        if isinstance(place.node, Branch) and position > 0:  # the first is left as was chosen
            state = replace(turn.state, node=step.node, ended_at=None)
            ways = _open_ways(flow, state, place.node, unknown, now)
            if len(ways) > 1:
                return position, state, ways
        else:
            unknown = after(place, step.exit, unknown)
    return None


def _open_ways(
    flow: CallFlow, state: CallState, branch: Branch, unknown: Unknown, now: datetime
) -> tuple[str, ...]:
    place = flow.places[state.node]
    local = {name for name in place.scope.types if place.scope.full(name) in unknown}
    return branch.open_ways(situation_of(flow, state, place, now), local)
