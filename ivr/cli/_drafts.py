"""A client's file that callers do not hear: a draft, named by its path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.call.engine import CallFlow
    from ivr.settings import Settings


def is_draft(name: str) -> bool:
    """Whether a command was given a file's path, not a client's short name."""
    return name.endswith(".yaml") or "/" in name


def draft(settings: Settings, name: str) -> tuple[CallFlow, Path]:
    """The flow of a draft, and the folder in which its templates and audio files lie: the draft's
    own, or that of the client files.

    Raises `FlowError` with all that is wrong with it.
    """
    from ivr.adapters.files.flows.load import load
    from ivr.core.nodes import KINDS
    from ivr.errors import FlowError

    path = Path(name)
    beside = load(path, KINDS)
    if beside.flow is not None:
        return beside.flow, path.parent
    there = load(path, KINDS, folder=settings.flows)
    if there.flow is not None:
        return there.flow, settings.flows
    raise FlowError("\n".join(map(str, there.findings)))
