"""How often somebody may try to sign in, or a program to get in: counted in Redis."""

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
        by_login, by_address = self._count(_login_key(login), _address_key(address))
        return by_login <= PER_LOGIN and by_address <= PER_ADDRESS

    def allowed_from(self, address: str) -> bool:
        """The same for an attempt of which the login is not known yet."""
        (by_address,) = self._count(_address_key(address))
        return by_address <= PER_ADDRESS

    def token_allowed_from(self, address: str) -> bool:
        """The same for a request to the API whose token does not hold: counted apart, so that a
        program in disorder keeps nobody from signing in."""
        (by_address,) = self._count(keys.sign_in_tries("token", _hash(address)))
        return by_address <= PER_ADDRESS

    def forget(self, login: str) -> None:
        """Count from nothing again, as the login's owner has just signed in."""
        try:
            self._redis.delete(_login_key(login))
        except RedisError as error:
            raise StateUnavailable(f"Redis does not answer ({error}); try again soon.") from error

    def _count(self, *counters: str) -> list[int]:
        pipe = self._redis.pipeline()
        for key in counters:
            pipe.incr(key)
            pipe.expire(key, keys.SIGN_IN_TRIES_TTL_SECONDS, nx=True)
        try:
            return [int(number) for number in pipe.execute()[::2]]
        except RedisError as error:
            raise StateUnavailable(f"Redis does not answer ({error}); try again soon.") from error


def _login_key(login: str) -> str:
    return keys.sign_in_tries("login", _hash(login.strip().lower()))


def _address_key(address: str) -> str:
    return keys.sign_in_tries("address", _hash(address))


def _hash(text: str) -> str:
    """A key of bounded length, whatever was typed."""
    return sha256(text.encode()).hexdigest()[:32]
