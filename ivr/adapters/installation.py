"""All that the installation keeps that the settings name, for backup and restore."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ivr.adapters.files.archived_folder import ArchivedFolder
from ivr.adapters.recordings import open_storage
from ivr.adapters.sql.archive import SqlTables
from ivr.adapters.system.running import only_server
from ivr.services.archive.manifest import FLOWS, RECORDINGS
from ivr.services.archive.restore import StoragePlace
from ivr.services.protocols.archive import Installation, RestorePlace
from ivr.settings import Settings


def open_installation(settings: Settings) -> Installation:
    """The installation of `settings`. Asks nothing of it yet."""
    recordings, client_files = open_storage(settings.recordings), ArchivedFolder(settings.flows)
    place: RestorePlace = StoragePlace(recordings)
    if isinstance(settings.recordings, Path):
        place = ArchivedFolder(settings.recordings)
    return Installation(
        SqlTables(settings.database_url),
        client_files,
        recordings,
        {RECORDINGS: place, FLOWS: client_files},
        partial(only_server, settings),
    )
