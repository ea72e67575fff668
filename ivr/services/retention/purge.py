"""Deleting what is over its time, client by client, and answers to programs that were kept for a
day. The relay does so every hour."""

from __future__ import annotations

from datetime import datetime

import structlog

from ivr.services.protocols.records import Records
from ivr.services.recording_storage import RecordingStorage
from ivr.services.retention.rules import Rules

log = structlog.get_logger()

EVERY_SECONDS = 3600.0


def purge_once(records: Records, storage: RecordingStorage, now: datetime) -> int:
    """Delete one batch of every client's; returns how many things, so that more is asked for until
    nothing is left. Raises `RecordsError`, and `StorageError` where recordings cannot be
    deleted."""
    rules, deleted = Rules(records, now), 0
    for client in records.purges.clients():
        rule = rules.rule(client)
        if rule is None:
            continue
        count = records.purges.purge(client, rule, storage.delete, now)
        if count:
            log.info("retention.purged", client=client, count=count, version=rule.version)
        deleted += count
    return deleted + records.answers.forget(now)
