"""Live reload: a changed client file serves new calls within two seconds.

Each web process looks for itself, so nothing has to be told to it. A file with errors changes
nothing but the log and the metric: the last good version goes on answering. Nothing that is wrong
with a file, or with us, ends the looking.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

import structlog

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.heartbeats import Heartbeats
from ivr.core.flow.findings import Severity
from ivr.core.nodes.base import Kind

log = structlog.get_logger()

LOOK_SECONDS = 1.0
LONGEST_LOOK = 120.0
"""A look at thousands of files on a slow disk; who needs longer is stuck."""

PREPARE_EVERY = 30

SAID = frozenset({"client-renamed", "file-name", "unreadable"})
"""Warnings that nobody would hear of who does not run `check`."""


def report(library: FolderLibrary[Kind]) -> None:
    """Make what is wrong with the client files loud."""
    for finding in library.findings:
        if finding.severity is Severity.ERROR:
            log.error("flow.refused", finding=str(finding))
        elif finding.code in SAID:
            log.warning("flow.warned", finding=str(finding))


def look(library: FolderLibrary[Kind]) -> bool:
    """Take up changed files; whether there were any."""
    try:
        changed = library.refresh()
    except Exception:  # whatever it is, the next look may go well
        log.exception("flow.look_failed")
        return False
    if changed:
        log.info("flow.reloaded", clients=sum(1 for _ in library))
        report(library)
    return changed


def attempt(step: Callable[[], None]) -> None:
    """Do a step; what goes wrong is logged, and the next one is done all the same."""
    try:
        step()
    except Exception:
        log.exception("flow.step_failed")


def watch(
    library: FolderLibrary[Kind], refresh: Callable[[], None], prepare: Callable[[], None]
) -> None:
    """Look every second, for as long as the process lives.

    `refresh` looks at what else may have changed. `prepare` makes ready what the files need: at
    first, when they have changed, and every half a minute, should it have been lost.
    """

    pulse = Heartbeats.here().pulse("reload")

    def run() -> None:
        pulse.beat(LONGEST_LOOK)
        attempt(prepare)
        for number in itertools.count(1):
            pulse.beat(LONGEST_LOOK)
            time.sleep(LOOK_SECONDS)
            attempt(refresh)
            if look(library) or number % PREPARE_EVERY == 0:
                attempt(prepare)
            if library.away and number % PREPARE_EVERY == 0:
                log.error("flow.folder_away", error=library.away)

    threading.Thread(target=run, name="reload", daemon=True).start()
