"""Browsers in which somebody has signed in before, known again by a signed cookie.

The cookie opens nothing. It only says "this login has been used here", so that whoever guesses
elsewhere cannot lock its owner out (`ivr.adapters.redis.sign_in_attempts`). It holds no name: a
browser that several operators share knows a hash of each login.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from ivr.settings import Settings

LASTS = timedelta(days=365)
MOST_LOGINS = 20
"""Logins that one browser is known for, the latest."""


class KnownBrowsers:
    """Gives browsers the cookie, and reads it. `clock` gives the time now (aware)."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._signer = URLSafeSerializer(settings.secret_key, salt="known browser")
        self._secure = settings.public_url.startswith("https:")
        self._clock = clock

    @property
    def cookie(self) -> str:
        """The cookie's name."""
        return "__Host-tango-browser" if self._secure else "tango_browser"

    def known(self, cookies: Mapping[str, str], login: str) -> str | None:
        """The browser's id if `login` was signed in to in it within a year; else None."""
        found = self._read(cookies)
        return found["id"] if _hash(found["id"], login) in found["logins"] else None

    def remember(self, response: Response, cookies: Mapping[str, str], login: str) -> None:
        """Have the browser known for `login` from now on."""
        found = self._read(cookies)
        id_ = found["id"] or secrets.token_hex(16)
        ours = _hash(id_, login)
        logins = [ours, *(each for each in found["logins"] if each != ours)][:MOST_LOGINS]
        until = int((self._clock() + LASTS).timestamp())
        value = self._signer.dumps({"id": id_, "logins": logins, "until": until})
        response.set_cookie(
            self.cookie,
            value if isinstance(value, str) else value.decode(),
            max_age=LASTS,
            path="/" if self._secure else "/console",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def _read(self, cookies: Mapping[str, str]) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._signer.loads(cookies.get(self.cookie, ""))
        except BadData:
            found = {}
        fresh = found.get("until", 0) > self._clock().timestamp()
        return found if fresh else {"id": "", "logins": []}


def _hash(id_: str, login: str) -> str:
    text = f"{id_}\0{login.strip().lower()}".encode("utf-8", "replace")
    return sha256(text).hexdigest()[:16]
