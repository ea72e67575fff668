"""The versions of flows in the records, as the library of flows uses them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from ivr.adapters.files.known_versions import KnownVersions, KnownVersionsFile
from ivr.adapters.sql.records import SqlRecords
from ivr.core.flow.holders import Claims, NumberHold, named_numbers, settle
from ivr.core.flow.publication import FlowText
from ivr.errors import RecordsError

log = structlog.get_logger()


class RecordedVersions:
    """A `VersionStore` in the records database.

    Where the database cannot be used, the answers are as they were: calls go on, and it is said.
    `place` is the machine whose files these are; by default this one. `file` remembers over a
    restart what was known last.
    """

    def __init__(
        self,
        records: SqlRecords,
        clock: Callable[[], datetime],
        place: str | None = None,
        file: KnownVersionsFile | None = None,
    ) -> None:
        self._records = records
        self._clock = clock
        self._place = records.versions.place if place is None else place
        self._mark: tuple[int, str] | None = None
        self._file = file
        known = file.load() if file else KnownVersions()
        self._live: Mapping[str, str] = known.live
        self._holds: Mapping[str, NumberHold] = known.holds
        self._texts = {(c, known.live[c]): t for c, t in known.texts.items() if c in known.live}
        self._away = False

    def publish_files(self, found: Iterable[tuple[str, str, Mapping[str, str], Path]]) -> bool:
        """Publish what is new in client files: client, version, texts, and the client's file."""
        flows = [flow_text(*each) for each in found]
        self._texts |= {(flow.client, flow.version): flow.texts for flow in flows}
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
                self._save()
            self._away = False
        except RecordsError as error:
            if not self._away:  # said once, not every second
                log.error("flow.versions_unknown", error=str(error))
            self._away = True
        return self._live

    def texts(self, client: str, version: str) -> Mapping[str, str] | None:
        """The files of a version; None where it is not known, or cannot be had now."""
        try:
            found = self._records.versions.texts(client, version)
        except RecordsError as error:
            log.error("flow.version_unreadable", client=client, version=version, error=str(error))
            return self._texts.get((client, version))
        if found is not None and (client, version) not in self._texts:
            self._texts[client, version] = found
            self._save()
        return found

    def holds(self) -> Mapping[str, NumberHold]:
        """Who has each number. The same object while nothing changed."""
        try:
            self._know(self._records.versions.holds())
        except RecordsError as error:
            log.error("flow.holders_unknown", error=str(error))
        return self._holds

    def settle(self, claims: Claims, arrived: Collection[str]) -> bool:
        """Settle who has each number. Until that can be kept, only numbers that nobody has are
        given out; and nothing is kept by who has not seen what is live now."""
        decide = partial(
            settle, claims=claims, place=self._place, arrived=arrived, first=self._first
        )
        if decide(self._holds) == self._holds:
            return True
        try:
            now = self._clock()
            kept = self._mark and self._records.versions.settle(self._mark, decide, now)
        except RecordsError as error:
            log.error("flow.holders_not_kept", error=str(error))
            kept = None
        if kept is None:
            self._know({**decide(self._holds), **self._holds})
            return False
        for number in sorted(kept.keys() | self._holds.keys()):
            now_has, had = kept.get(number), self._holds.get(number)
            if (now_has and now_has.client) != (had and had.client):
                client, before = now_has and now_has.client, had and had.client
                log.info("number.moved", number=number, client=client, before=before)
        self._know(kept)
        return True

    def _know(self, holds: Mapping[str, NumberHold]) -> None:
        if holds != self._holds:
            self._holds = holds
            self._save()

    def _save(self) -> None:
        """Remember the live versions alone, as others are looked for in the records."""
        live = set(self._live.items())
        self._texts = {key: texts for key, texts in self._texts.items() if key in live}
        if self._file is not None:
            texts = {client: found for (client, _), found in self._texts.items()}
            self._file.save(KnownVersions(dict(self._live), dict(self._holds), texts))

    def _first(self, number: str, clients: Sequence[str]) -> str:
        """Which of some clients has named a number longest, without a break."""

        def since(client: str) -> datetime:
            began = datetime.max.replace(tzinfo=UTC)
            for live_from, version in self._records.versions.begun(client, self._clock()):
                texts = self._records.versions.texts(client, version) or {}
                if number not in named_numbers(texts.get(f"{client}.yaml", "")):
                    break
                began = live_from
            return began

        try:
            return min(clients, key=since)
        except RecordsError:
            return clients[0]


def flow_text(client: str, version: str, texts: Mapping[str, str], file: Path) -> FlowText:
    """A version as it lies in the client's `file`, and the templates beside it."""
    newest = max((_written(file.parent / name) for name in texts), default=0.0)
    return FlowText(client, version, texts, datetime.fromtimestamp(newest, UTC), owner(file))


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # it has just gone
        return 0.0


def owner(file: Path) -> str:
    """Who owns a file, by name where the system knows one."""
    try:
        return file.owner()
    except (KeyError, OSError, NotImplementedError):
        return "unknown"
