"""An operation of the API: one value by which it is routed, checked, carried out, documented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from flask import Response

from ivr.core.accounts.scopes import TokenScope
from ivr.core.accounts.token import Token
from ivr.errors import ApiError
from ivr.services.protocols.records import UnitOfWork
from ivr.web.api.types import RequestModel, ResponseModel

Keep = Callable[[UnitOfWork, ResponseModel], None]
"""Keeps the answer to a write, in the transaction that does it."""


def kept_by_nobody(work: UnitOfWork, answer: ResponseModel) -> None:
    """For a write that carries no key."""


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request that was let in and is well formed: who asks, when, and for what.

    `query` and `body` are of the types that the operation names. A write hands its answer to
    `keep` in its transaction.
    """

    token: Token
    now: datetime
    path: Mapping[str, str]
    query: Any = None
    body: Any = None
    keep: Keep = kept_by_nobody

    def sees(self, client: str | None) -> bool:
        """Whether the one who asks may see what is `client`'s."""
        return self.token.sees(client)

    def needs(self, scope: TokenScope) -> None:
        """Raise `ApiError` where the token was not made for this."""
        if not self.token.may(scope):
            raise ApiError("forbidden", f"This token does not have the scope {scope}.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and for the audit log: whose it is, and what it is."""

    content: ResponseModel | Response | None
    client: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`do` carries it out, and raises `ApiError` where it refuses.

    `path` names its variables in braces. `answer` is the type of what is answered (None: nothing),
    `media` its media types where it is no JSON. `noted` says in the audit log what was
    done (None: the service that does it says so); `once` that it takes an `Idempotency-Key`;
    `problems` which statuses it has besides those that every operation has.
    """

    name: str
    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    scope: TokenScope
    tag: str
    summary: str
    do: Callable[[ApiRequest], Answer]
    noted: str | None
    description: str = ""
    query: type[RequestModel] | None = None
    body: Any = None
    answer: type[ResponseModel] | None = None
    status: int = 200
    media: tuple[str, ...] = ()
    once: bool = False
    problems: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_write(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"


def missing(what: str) -> ApiError:
    """The same for what is not there and for what is another's."""
    return ApiError("not-found", f"There is no such {what}, or it is not for this token.")
