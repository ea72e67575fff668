"""Passwords: argon2id with the library's current parameters (RFC 9106).

One check takes a fifth of a second and 64 MiB, so a process makes at most two at a time; whoever
calls has counted the attempts before.
"""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.errors import AccountError

SHORTEST, LONGEST = 12, 200
"""Characters. The longest bounds the work, the shortest is what guessing cannot pass."""

_at_once = BoundedSemaphore(2)
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The hash to keep. Raises `AccountError` for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(
            f"A password has {SHORTEST} to {LONGEST} characters; a few words make a good one."
        )
    with _at_once:
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one of the hash `kept`; without one, false in the same time."""
    if len(password) > LONGEST:
        return False
    with _at_once:
        try:
            right = _hasher.verify(kept or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    """A hash to compare with where there is no account, so that the answer takes as long."""
    return _hasher.hash("nobody's password")
