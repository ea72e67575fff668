"""Which rule holds for a client's data: that of the version of its file that is live."""

from __future__ import annotations

from datetime import datetime

import structlog
from pydantic import ValidationError

from ivr.core.flow.agreement import Retention
from ivr.core.flow.source import read_source
from ivr.core.flow.tree import Refused
from ivr.core.records.retention import RetentionRule
from ivr.services.protocols.records import Records

log = structlog.get_logger()

STANDARD = Retention.model_validate({})
"""For calls to nobody's number, and what is left of clients that never had a version."""


class Rules:
    """The rules of all clients at one moment. They are taken from the versions in the records: a
    file that has been mislaid must not shorten what it says."""

    def __init__(self, records: Records, now: datetime) -> None:
        self._records = records
        self._live = records.versions.live(now)
        self._known: dict[str, Retention | None] = {}

    def of(self, client: str | None) -> tuple[Retention, str] | None:
        """What a client's file says and its version; None where the version cannot be read, so
        that nothing may be deleted. Raises `RecordsError`."""
        version = self._live.get(client or "")
        if client is None or version is None:
            return STANDARD, ""
        if client not in self._known:
            self._known[client] = self._read(client, version)
        kept = self._known[client]
        return (kept, version) if kept else None

    def rule(self, client: str | None) -> RetentionRule | None:
        """The rule for a client's data; None as in `of`."""
        found = self.of(client)
        if found is None:
            return None
        kept, version = found
        return RetentionRule(
            audio=kept.audio, transcript=kept.transcript, caller=kept.caller, version=version
        )

    def _read(self, client: str, version: str) -> Retention | None:
        texts = self._records.versions.texts(client, version) or {}
        try:
            source = read_source(client, texts[f"{client}.yaml"])
            return Retention.model_validate(source.data.get("retention") or {})
        except (KeyError, Refused, ValidationError) as error:
            log.error(
                "retention.version_unreadable", client=client, version=version, error=str(error)
            )
            return None
