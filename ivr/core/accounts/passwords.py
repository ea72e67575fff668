"""Passwords: argon2id with the library's current parameters (RFC 9106).

One check takes a fifth of a second and 64 MiB, so a process makes at most two at a time: people who
sign in must not take the processor from callers. Whoever comes when both places are taken is
refused, at once or after a short wait. Whoever calls has counted the attempts before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.errors import AccountError, PasswordsBusy

SHORTEST, LONGEST = 12, 200
"""Characters. The longest bounds the work, the shortest is what guessing cannot pass."""

AT_ONCE = 2
"""Passwords that one process checks at a time."""

_places = BoundedSemaphore(AT_ONCE)
_hasher = PasswordHasher()


def hashed(password: str, patience: float = 0.0) -> str:
    """The hash to keep. Raises `AccountError` for a password that is too short or too long, and
    `PasswordsBusy` where no place becomes free within `patience` seconds."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(
            f"A password has {SHORTEST} to {LONGEST} characters; a few words make a good one."
        )
    with place(patience):
        return _hasher.hash(password)


def matches(kept: str | None, password: str, patience: float = 0.0) -> bool:
    """Whether `password` is the one of the hash `kept`; without one, false in the same time.

    Raises `PasswordsBusy` where no place becomes free within `patience` seconds.
    """
    if len(password) > LONGEST:
        return False
    with place(patience):
        try:
            right = _hasher.verify(kept or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


@contextmanager
def place(patience: float = 0.0) -> Iterator[None]:
    """One of this process's places to work on a password. Raises `PasswordsBusy`."""
    if not _places.acquire(timeout=patience):
        raise PasswordsBusy("Many passwords are being checked. Please try again in a few seconds.")
    try:
        yield
    finally:
        _places.release()


def outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    """A hash to compare with where there is no account, so that the answer takes as long."""
    return _hasher.hash("nobody's password")
