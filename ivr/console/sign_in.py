"""Who may see the console: a signed link that works once, then a signed cookie.

A link is made by whoever can run a command on the server (`python -m ivr console`), so it needs
no password. Both tokens say what they are for and until when; a used link is kept in Redis until
it would have lapsed anyway.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from redis import Redis
from redis.exceptions import RedisError

from ivr import keys
from ivr.errors import StateUnavailable

LINK_LASTS = timedelta(seconds=keys.CONSOLE_LINK_TTL_SECONDS)
SESSION_LASTS = timedelta(hours=12)


class SignIn:
    """Makes and checks links and sessions. `clock` gives the time now (aware)."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        self._links = URLSafeSerializer(secret_key, salt="console link")
        self._sessions = URLSafeSerializer(secret_key, salt="console session")
        self._clock = clock

    def link(self) -> str:
        """The path of a new link. It must not be logged: whoever has it first is signed in."""
        return f"/console/sign-in/{self._made(self._links, LINK_LASTS)}"

    def used(self, token: str, redis: Redis) -> str | None:
        """Use a link up: a session's token, or None where the link is spent or not ours.

        Raises `StateUnavailable` where Redis does not answer.
        """
        found = self._read(self._links, token)
        if found is None:
            return None
        key = keys.console_link(found["id"])
        try:
            first = redis.set(key, "used", nx=True, ex=keys.CONSOLE_LINK_TTL_SECONDS)
        except RedisError as error:
            raise StateUnavailable(f"Redis does not answer ({error}); try again soon.") from error
        return self._made(self._sessions, SESSION_LASTS) if first else None

    def signed_in(self, session: str | None) -> bool:
        """Whether a session's token holds now."""
        return session is not None and self._read(self._sessions, session) is not None

    def _made(self, kind: URLSafeSerializer, lasts: timedelta) -> str:
        until = int((self._clock() + lasts).timestamp())
        token: str | bytes = kind.dumps({"id": secrets.token_hex(16), "until": until})
        return str(token)

    def _read(self, kind: URLSafeSerializer, token: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = kind.loads(token)
        except BadData:
            return None
        return found if found["until"] > self._clock().timestamp() else None
