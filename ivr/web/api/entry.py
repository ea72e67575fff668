"""Who is let in: whoever shows a token that holds. Cookies count for nothing here."""

from __future__ import annotations

import structlog
from flask import request

from ivr.adapters.redis.sign_in_attempts import Attempts
from ivr.bootstrap import Services
from ivr.core.accounts.token import BEGINS, Token
from ivr.errors import ApiError

LONGEST_KEY = 200

log = structlog.get_logger()


class Entry:
    """The API's door."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._attempts = Attempts(services.redis)

    def token(self) -> Token:
        """The token of the present request.

        Raises `ApiError` where it has none that holds; an address that tries again and again is
        told to wait. A token that holds is let in all the same, as it cannot be guessed, and others
        may share its address. Raises `StateUnavailable` where tries cannot be counted.
        """
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() == "bearer" and key.startswith(BEGINS) and len(key) <= LONGEST_KEY:
            token = self._services.records.tokens.holder(key, self._services.clock())
            if token is not None:
                return token
        address = request.remote_addr or ""
        if not self._attempts.token_allowed_from(address):
            log.warning("api.too_many_attempts", address=address)
            raise ApiError("too-often", "Too many requests without a token that holds.")
        raise ApiError("unauthorized", "The request carries no token that holds.")
