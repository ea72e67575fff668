"""Writes that are sent again are done once: the same `Idempotency-Key`, the same answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask import Response

from ivr.adapters.sql import SqlRecords
from ivr.core.records.kept_answer import KeptAnswer
from ivr.errors import ApiError
from ivr.services.protocols.records import UnitOfWork
from ivr.web.api.types import ResponseModel

KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A UUID, so that nobody takes a number that begins anew with each start of a program."""


@dataclass(frozen=True, slots=True)
class IdempotentWrite:
    """A write under a key of `token`; `request` is a hash of it, `status` that of its answer."""

    records: SqlRecords
    token: str
    key: str
    request: str
    status: int
    now: datetime

    def keep(self, work: UnitOfWork, answer: ResponseModel) -> None:
        """Keep the answer, in the transaction that does it. Raises `AnsweredBefore`."""
        body = answer.model_dump_json(by_alias=True)
        kept = KeptAnswer(self.token, self.key, self.request, self.status, body)
        work.answers.keep(kept, self.now)

    def earlier(self) -> Response | None:
        """What was answered before. Raises `ApiError` where it was to another request."""
        kept = self.records.answers.find(self.token, self.key, self.now)
        if kept is None:
            return None
        if kept.request != self.request:
            raise ApiError("key-used", "Another request was sent with this Idempotency-Key.")
        answer = Response(kept.body, kept.status, content_type="application/json")
        answer.headers["Idempotent-Replayed"] = "true"
        return answer


def checked_key(given: str) -> str:
    """The key, in small letters. Raises `ApiError` where it is none."""
    if not KEY.fullmatch(given):
        wrong = (("header.Idempotency-Key", "this is no UUID"),)
        raise ApiError("bad-request", "An Idempotency-Key is a UUID, a new one each time.", wrong)
    return given.lower()


def hash_of(method: str, path: str, body: bytes) -> str:
    """A hash of a request that is the same however its JSON is written."""
    content = json.dumps([method, path, json.loads(body or b"null")], sort_keys=True)
    return sha256(content.encode()).hexdigest()
