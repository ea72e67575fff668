"""Attempts to sign in are counted so that guessing stops, and keeps nobody else out."""

from __future__ import annotations

from redis import Redis

from ivr.adapters.redis.sign_in_attempts import (
    PER_ADDRESS,
    PER_LOGIN,
    PER_LOGIN_EVERYWHERE,
    Attempts,
    SignInAttempt,
)

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def tried(attempts: Attempts, login: str, address: str, times: int) -> int:
    """How many of so many attempts were allowed."""
    return sum(attempts.allowed(SignInAttempt(login, address)) for _ in range(times))


def test_a_login_is_closed_to_the_address_that_guessed_and_open_to_others(redis: Redis) -> None:
    attempts = Attempts(redis)
    assert tried(attempts, "maya", ELSEWHERE, PER_LOGIN + 5) == PER_LOGIN
    assert attempts.allowed(SignInAttempt("maya", HOME))
    assert attempts.allowed(SignInAttempt("sam", ELSEWHERE))


def test_all_addresses_of_an_ipv6_network_are_one(redis: Redis) -> None:
    attempts = Attempts(redis)
    tries = (SignInAttempt(f"login{n}", f"2001:db8:1:2::{n:x}") for n in range(1, 251))
    assert sum(map(attempts.allowed, tries)) == PER_ADDRESS
    assert attempts.allowed(SignInAttempt("maya", "2001:db8:1:3::1"))
    assert not attempts.allowed_from("2001:db8:1:2:ffff::")


def test_an_ipv4_address_is_the_same_however_it_is_written(redis: Redis) -> None:
    attempts = Attempts(redis)
    assert tried(attempts, "maya", HOME, PER_LOGIN) == PER_LOGIN
    assert not attempts.allowed(SignInAttempt("maya", f"::ffff:{HOME}"))


def test_guessing_from_many_addresses_stops_too(redis: Redis) -> None:
    attempts = Attempts(redis)
    tries = (
        SignInAttempt("maya", f"2001:db8:0:{n:x}::1") for n in range(PER_LOGIN_EVERYWHERE + 50)
    )
    assert sum(map(attempts.allowed, tries)) == PER_LOGIN_EVERYWHERE


def test_a_known_browser_is_not_locked_out_by_anybody_else(redis: Redis) -> None:
    attempts = Attempts(redis)
    for number in range(PER_LOGIN_EVERYWHERE + 1):
        attempts.allowed(SignInAttempt("maya", f"2001:db8:0:{number:x}::1"))
    tried(attempts, "maya", HOME, PER_ADDRESS + 1)
    assert not attempts.allowed(SignInAttempt("maya", HOME))
    assert attempts.allowed(SignInAttempt("maya", HOME, "her browser"))


def test_guessing_in_a_known_browser_stops_as_well(redis: Redis) -> None:
    attempts = Attempts(redis)
    tries = (SignInAttempt("maya", HOME, "stolen") for _ in range(PER_LOGIN + 5))
    assert sum(map(attempts.allowed, tries)) == PER_LOGIN
    assert attempts.allowed(SignInAttempt("maya", HOME))


def test_an_attempt_that_was_not_made_does_not_count(redis: Redis) -> None:
    attempts, attempt = Attempts(redis), SignInAttempt("maya", HOME)
    for _ in range(PER_LOGIN + 5):
        assert attempts.allowed(attempt)
        attempts.not_made(attempt)
    assert all(redis.ttl(key) > 0 for key in redis.keys("ivr:console:tries:*"))


def test_what_was_mistyped_is_forgotten_once_its_owner_is_in(redis: Redis) -> None:
    attempts = Attempts(redis)
    assert tried(attempts, "maya", HOME, PER_LOGIN) == PER_LOGIN
    attempts.forget(SignInAttempt("maya", HOME))
    assert attempts.allowed(SignInAttempt("MAYA ", HOME))


def test_odd_logins_and_addresses_are_counted_too(redis: Redis) -> None:
    attempts = Attempts(redis)
    for login, address in [("\ud800", ""), ("\0" * 9000, "unix:"), ("", "not an address")]:
        assert attempts.allowed(SignInAttempt(login, address))
