"""How often somebody may try to sign in: counted in Redis before any password is checked."""

from __future__ import annotations

from hashlib import sha256

from redis import Redis
from redis.exceptions import RedisError

from ivr import keys
from ivr.errors import StateUnavailable

PER_LOGIN, PER_ADDRESS = 10, 60
"""Attempts in `keys.SIGN_IN_TRIES_TTL_SECONDS`. An agency's people may share one address."""


class Attempts:
    """Counts attempts by login and by address, in windows that begin with the first attempt."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def allowed(self, login: str, address: str) -> bool:
        """Count one more attempt, and say whether it may be made.

        Raises `StateUnavailable` where Redis does not answer: then nobody may guess uncounted.
        """
        logins, addresses = _login_key(login), keys.sign_in_tries("address", _hash(address))
        pipe = self._redis.pipeline()
        for key in (logins, addresses):
            pipe.incr(key)
            pipe.expire(key, keys.SIGN_IN_TRIES_TTL_SECONDS, nx=True)
        try:
            by_login, _, by_address, _ = pipe.execute()
        except RedisError as error:
            raise StateUnavailable(f"Redis does not answer ({error}); try again soon.") from error
        return bool(by_login <= PER_LOGIN and by_address <= PER_ADDRESS)

    def forget(self, login: str) -> None:
        """Count from nothing again, as the login's owner has just signed in."""
        try:
            self._redis.delete(_login_key(login))
        except RedisError as error:
            raise StateUnavailable(f"Redis does not answer ({error}); try again soon.") from error


def _login_key(login: str) -> str:
    return keys.sign_in_tries("login", _hash(login.strip().lower()))


def _hash(text: str) -> str:
    """A key of bounded length, whatever was typed."""
    return sha256(text.encode()).hexdigest()[:32]
