"""The versions of flows in the records, as the library of flows uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog

from ivr.errors import RecordsError
from ivr.records.flows.versions import FlowText
from ivr.records.records import Records

log = structlog.get_logger()


class RecordedVersions:
    """A `VersionStore` in the records database.

    Where the database cannot be used, the answers are as they were: calls go on, and it is said.
    """

    def __init__(self, records: Records, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._clock = clock
        self._mark: tuple[int, str] | None = None
        self._live: Mapping[str, str] = {}

    def publish_files(self, found: Iterable[tuple[str, str, Mapping[str, str], Path]]) -> bool:
        """Publish what is new in client files: client, version, texts, and the client's file."""
        flows = [_flow_text(*each) for each in found]
        try:
            published = self._records.versions.publish_files(flows, self._clock())
        except RecordsError as error:
            log.error("flow.not_published", error=str(error))
            return False
        for flow in published:
            log.info("flow.published", client=flow.client, version=flow.version, by=flow.by)
        return True

    def live(self) -> Mapping[str, str]:
        """The version of each client that is live now. The same object while nothing changed."""
        now = self._clock()
        try:
            mark = self._records.versions.mark(now)
            if mark != self._mark:
                self._live = self._records.versions.live(now)
                self._mark = mark
        except RecordsError as error:
            log.error("flow.versions_unknown", error=str(error))
        return self._live

    def texts(self, client: str, version: str) -> Mapping[str, str] | None:
        """The files of a version; None where it is not known, or cannot be had now."""
        try:
            return self._records.versions.texts(client, version)
        except RecordsError as error:
            log.error("flow.version_unreadable", client=client, version=version, error=str(error))
            return None


def _flow_text(client: str, version: str, texts: Mapping[str, str], file: Path) -> FlowText:
    written = [file.parent / name for name in texts]
    newest = max((path.stat().st_mtime for path in written if path.exists()), default=0.0)
    return FlowText(client, version, texts, datetime.fromtimestamp(newest, UTC), owner(file))


def owner(file: Path) -> str:
    """Who owns a file, by name where the system knows one."""
    try:
        return file.owner()
    except (KeyError, OSError, NotImplementedError):
        return "unknown"
