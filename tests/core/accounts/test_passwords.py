"""Passwords are checked a few at a time, and whoever comes besides is not kept waiting."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from ivr.core.accounts import passwords
from ivr.errors import PasswordsBusy


def test_no_more_than_a_few_passwords_are_worked_on_at_a_time() -> None:
    kept = passwords.hashed("correct horse battery")
    with ExitStack() as others:
        for _ in range(passwords.AT_ONCE):
            others.enter_context(passwords.place())
        with pytest.raises(PasswordsBusy):
            passwords.matches(kept, "correct horse battery")
        with pytest.raises(PasswordsBusy):
            passwords.hashed("correct horse battery")
    assert passwords.matches(kept, "correct horse battery")


def test_a_place_is_free_again_after_a_wrong_password() -> None:
    kept = passwords.hashed("correct horse battery")
    tries = [passwords.matches(kept, "wrong") for _ in range(passwords.AT_ONCE + 1)]
    assert tries == [False] * (passwords.AT_ONCE + 1)
