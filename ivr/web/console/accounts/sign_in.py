"""The way in for whoever runs the server: a signed link that works once.

It is made by a command on the server (`python -m ivr console`), so it needs no password, and signs
in as the administrator "server". A used link is kept in Redis until it would have lapsed anyway.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from ivr import keys
from ivr.adapters.redis.sign_in_attempts import UsedLinks

LINK_LASTS = timedelta(seconds=keys.CONSOLE_LINK_TTL_SECONDS)


class SignIn:
    """Makes and checks links. `clock` gives the time now (aware)."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        self._links = URLSafeSerializer(secret_key, salt="console link")
        self._clock = clock

    def link(self) -> str:
        """The path of a new link. It must not be logged: whoever has it first is signed in."""
        until = int((self._clock() + LINK_LASTS).timestamp())
        token: str | bytes = self._links.dumps({"id": secrets.token_hex(16), "until": until})
        return f"/console/sign-in/{token!s}"

    def used(self, token: str, links: UsedLinks) -> bool:
        """Use a link up; False where it is spent or not ours.

        Raises `StateUnavailable` where Redis does not answer.
        """
        found = self._read(token)
        return found is not None and links.use(found["id"])

    def _read(self, token: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._links.loads(token)
        except BadData:
            return None
        return found if found["until"] > self._clock().timestamp() else None
