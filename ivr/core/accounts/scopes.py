"""Scopes, and the one table of what each of them lets a program do at the API."""

from __future__ import annotations

from enum import StrEnum


class TokenScope(StrEnum):
    """What a token may be used for."""

    CLIENTS_READ = "clients:read"
    CALLS_READ = "calls:read"
    MESSAGES_READ = "messages:read"
    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    STATUSES_READ = "statuses:read"
    STATUSES_WRITE = "statuses:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"


_S = TokenScope
ALLOWS: dict[TokenScope, str] = {
    _S.CLIENTS_READ: "list the clients that the token sees",
    _S.CALLS_READ: "read calls and their timelines",
    _S.MESSAGES_READ: "read messages, their recordings, words and deliveries",
    _S.JOBS_READ: "read jobs and their history",
    _S.JOBS_WRITE: "act on jobs: take, assign, snooze, close",
    _S.STATUSES_READ: "read where clients’ people say that they are",
    _S.STATUSES_WRITE: "set and end statuses of clients’ people",
    _S.WEBHOOKS_READ: "read which webhooks there are",
    _S.WEBHOOKS_WRITE: "make, pause and delete webhooks, and read their secrets",
}
"""In words that follow "may"."""
