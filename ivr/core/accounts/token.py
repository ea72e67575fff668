"""A token: what lets a program in at the API, in a client's name or the agency's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from ivr.core.accounts.scopes import TokenScope
from ivr.errors import AccountError

BEGINS = "tango_"
"""Every key begins so, for programs that look for keys where they should not be."""

LONGEST_NAME = 100
LONGEST_LIFE = timedelta(days=3660)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token without its key, which nobody keeps.

    `client` is whose things alone it sees; None is the agency, which sees everybody's. `seen_at` is
    when it was last used, to the minute. Without `expires_at` it holds until it is revoked.
    """

    id: str
    name: str
    client: str | None
    scopes: frozenset[TokenScope]
    made_at: datetime
    made_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    seen_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def may(self, scope: TokenScope) -> bool:
        """Whether it was made for this."""
        return scope in self.scopes

    def sees(self, client: str | None) -> bool:
        """Whether it may see what is `client`'s."""
        return self.client is None or client == self.client


def checked(token: Token) -> Token:
    """The token. Raises `AccountError` where a part is missing or of no use."""
    if not token.name.strip() or len(token.name) > LONGEST_NAME:
        raise AccountError(
            f"Give the token a name, such as the program's that will use it: at most "
            f"{LONGEST_NAME} characters."
        )
    if not token.scopes:
        raise AccountError("Say what the token may be used for: choose at least one scope.")
    if token.expires_at is not None and not (
        token.made_at < token.expires_at <= token.made_at + LONGEST_LIFE
    ):
        raise AccountError("A token expires between now and ten years from now.")
    return token


def new_key() -> str:
    """A key that nobody can guess: 256 bits."""
    return BEGINS + secrets.token_urlsafe(32)


def hashed(key: str) -> str:
    """What is kept of a key. It is too long to be guessed, so one round is enough."""
    return sha256(key.encode()).hexdigest()
