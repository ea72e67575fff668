"""The parts of an installation, joined once, as each kind of process needs them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from ivr.adapters.files.flows.latest_library import LatestLibrary
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.flows.reload import report
from ivr.adapters.files.known_versions import KnownVersionsFile
from ivr.adapters.redis.server import connect
from ivr.adapters.sql import open_records
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.bootstrap.adapters import Adapters, delivery_channels, signed_post, utc_now
from ivr.bootstrap.services import Services
from ivr.core.nodes import KINDS
from ivr.settings import Settings

__all__ = [
    "Adapters",
    "Services",
    "command_services",
    "delivery_channels",
    "relay_services",
    "signed_post",
    "utc_now",
    "web_services",
]


def web_services(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Services:
    """Those of a web server, which reads changed files when it is told to (`Library.refresh`).

    Raises `FlowError` where there is no folder of client files.
    """
    records = open_records(settings.database_url)
    known = KnownVersionsFile(settings.data / "versions.json")
    library = FolderLibrary(settings.flows, KINDS, RecordedVersions(records, clock, file=known))
    report(library)
    return Services(settings, connect(settings), records, lambda: library, clock, takes_calls=True)


def relay_services(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Services:
    """Those of a process that carries on what is owed, by the files as they are."""
    records = open_records(settings.database_url)
    versions = RecordedVersions(records, clock)
    library = LatestLibrary(partial(FolderLibrary, settings.flows, KINDS, versions))
    return Services(settings, connect(settings), records, library, clock)


def command_services(settings: Settings) -> Services:
    """Those of a command, which publishes no file."""
    records = open_records(settings.database_url)
    library = LatestLibrary(partial(FolderLibrary, settings.flows, KINDS))
    return Services(settings, connect(settings), records, library)
