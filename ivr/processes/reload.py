"""Live reload: a changed client file serves new calls within two seconds.

Each web process looks for itself, so nothing has to be told to it. A file with errors changes
nothing but the log and the metric: the last good version goes on answering.
"""

from __future__ import annotations

import threading
import time

import structlog

from ivr.errors import FlowError
from ivr.flow.library import Library
from ivr.metrics import FLOW_ERRORS
from ivr.nodes.base import Kind

log = structlog.get_logger()

LOOK_SECONDS = 1.0


def report(library: Library[Kind]) -> None:
    """Make what is wrong with the client files loud."""
    FLOW_ERRORS.set(len(library.errors))
    for finding in library.errors:
        log.error("flow.refused", finding=str(finding))


def look(library: Library[Kind]) -> bool:
    """Take up changed files; whether there were any."""
    try:
        changed = library.refresh()
    except (FlowError, OSError) as error:
        log.error("flow.folder_unreadable", error=str(error))
        return False
    if changed:
        log.info("flow.reloaded", clients=sum(1 for _ in library))
        report(library)
    return changed


def watch(library: Library[Kind]) -> None:
    """Look every second, for as long as the process lives."""

    def run() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            look(library)

    threading.Thread(target=run, name="reload", daemon=True).start()
