"""How often somebody may try to sign in, or a program to get in: counted in Redis. Also which links
have signed somebody in, as each does so once.

Whoever guesses must not keep anybody else out. So a login is closed to the address that guessed,
and to all addresses that nobody has signed in from only after far more tries. A browser in which
its owner has signed in before (`KnownBrowsers`) is counted for itself alone, whatever others do:
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from redis import Redis

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.core.addresses import visitor_of

PER_LOGIN, PER_ADDRESS = 10, 60
"""Attempts in `keys.SIGN_IN_TRIES_TTL_SECONDS`: at one login from one address, or in one known
browser; and at all logins from one address. An agency's people may share one address."""

PER_LOGIN_EVERYWHERE = 100
"""The same at one login from all addresses and unknown browsers together."""

_AWAY = "Redis does not answer ({error}); try again soon."


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Somebody tries to sign in: as whom, from where, and in which known browser, if it is one."""

    login: str
    address: str
    browser: str | None = None

    @property
    def counters(self) -> dict[str, int]:
        """The key of each counter, with the most that it may say."""
        login, visitor = self.login.strip().lower(), visitor_of(self.address)
        if self.browser is not None:
            return {_key("browser", self.browser, login): PER_LOGIN}
        return {
            _key("login", login, visitor): PER_LOGIN,
            _key("address", visitor): PER_ADDRESS,
            _key("everywhere", login): PER_LOGIN_EVERYWHERE,
        }


class Attempts:
    """Counts attempts in windows that begin with the first one. Methods raise `StateUnavailable`
    where Redis does not answer: then nobody may guess uncounted."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def allowed(self, attempt: SignInAttempt) -> bool:
        """Count one more attempt, and say whether it may be made."""
        return self._counted(attempt.counters)

    def allowed_from(self, address: str) -> bool:
        """The same for an attempt of which the login is not known yet."""
        return self._counted({_key("address", visitor_of(address)): PER_ADDRESS})

    def token_allowed_from(self, address: str) -> bool:
        """The same for a request to the API whose token does not hold: counted apart, so that a
        program in disorder keeps nobody from signing in."""
        return self._counted({_key("token", visitor_of(address)): PER_ADDRESS})

    def not_made(self, attempt: SignInAttempt) -> None:
        """Take an attempt back that was counted, and whose password nobody has looked at."""
        self._add(-1, list(attempt.counters))

    def forget(self, attempt: SignInAttempt) -> None:
        """Count from nothing again what the login's owner has mistyped, as they are in now."""
        login, *_ = attempt.counters
        with own_errors(_AWAY):
            self._redis.delete(login)

    def _counted(self, counters: dict[str, int]) -> bool:
        counts = self._add(1, list(counters))
        return all(map(int.__le__, counts, counters.values()))

    def _add(self, number: int, counters: list[str]) -> list[int]:
        pipe = self._redis.pipeline()
        for key in counters:
            pipe.incrby(key, number)
            pipe.expire(key, keys.SIGN_IN_TRIES_TTL_SECONDS, nx=True)
        with own_errors(_AWAY):
            return [int(count) for count in pipe.execute()[::2]]


class UsedLinks:
    """Which of the server's sign-in links have been used, for as long as one lasts."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def use(self, link_id: str) -> bool:
        """Use a link up; False where that was done before. Raises `StateUnavailable`."""
        key, seconds = keys.console_link(link_id), keys.CONSOLE_LINK_TTL_SECONDS
        with own_errors(_AWAY):
            return bool(self._redis.set(key, "used", nx=True, ex=seconds))


def _key(kind: str, *of: str) -> str:
    """A key of bounded length, whatever was typed."""
    named = "\0".join(of).encode("utf-8", "replace")
    return keys.sign_in_tries(kind, sha256(named).hexdigest()[:32])
