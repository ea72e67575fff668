"""Accounts: who may sign in, and who does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.core.accounts.account import Account, checked, keeps_an_administrator
from ivr.core.accounts.actor import Actor, signed_in
from ivr.services.protocols.records import Records, UnitOfWork

BY_SIGN_ON = "was given an account of role {} by single sign-on"


@dataclass(frozen=True, slots=True)
class AccountService:
    """Each method is one transaction, with its entry of the audit trail. `now` is aware. Every
    method raises `RecordsUnavailable` where the records cannot be used: then nothing is done."""

    records: Records

    def add(self, account: Account, actor: Actor | None, now: datetime) -> Account:
        """Keep a new account, which has no password yet; `actor` is None where somebody gets it as
        they sign in for the first time. Raises `AccountError` where it is not whole, or its login
        or e-mail is taken."""
        new = replace(checked(account), id=secrets.token_hex(16))
        act = "added an account of role {}" if actor else BY_SIGN_ON
        with self.records.unit_of_work() as work:
            work.accounts.add(new, now)
            _note(work, actor or signed_in(new), act.format(new.role), new, now)
        return new

    def change(self, account: Account, act: str, actor: Actor, now: datetime) -> Account:
        """Keep an account as it is now, and sign it out everywhere; `act` says what was changed.

        Raises `AccountError` as `add` does, and where nobody would be left who can keep accounts.
        """
        new = checked(account)
        with self.records.unit_of_work() as work:
            keeps_an_administrator(work.accounts.administrators(), new)
            work.accounts.change(new)
            work.sessions.end_all(new.id)
            _note(work, actor, act, new, now)
        return new

    def set_password(
        self, account: Account, password_hash: str, act: str, actor: Actor, now: datetime
    ) -> None:
        """Give an account a new password, which ends its sessions; `act` says how."""
        with self.records.unit_of_work() as work:
            work.accounts.set_password(account.id, password_hash)
            work.sessions.end_all(account.id)
            _note(work, actor, act, account, now)

    def end_sessions(self, account: Account, act: str, actor: Actor, now: datetime) -> None:
        """Sign an account out everywhere; `act` says it."""
        with self.records.unit_of_work() as work:
            work.sessions.end_all(account.id)
            _note(work, actor, act, account, now)

    def note_password_link(self, account: Account, actor: Actor, now: datetime) -> None:
        """Keep that somebody was given a link with which to set the password of an account."""
        with self.records.unit_of_work() as work:
            _note(work, actor, "made a link to set the password", account, now)

    def sign_in(self, account: Account, how: str, now: datetime) -> str:
        """Begin a session; returns its token."""
        with self.records.unit_of_work() as work:
            token = work.sessions.begin(account, now)
            work.audit.add(signed_in(account).entry(f"signed in {how}", now))
        return token

    def sign_out(self, account: Account, token: str, now: datetime) -> None:
        """End a session."""
        with self.records.unit_of_work() as work:
            work.sessions.end(token)
            work.audit.add(signed_in(account).entry("signed out", now))


def _note(work: UnitOfWork, actor: Actor, act: str, account: Account, now: datetime) -> None:
    """Keep who has done something to an account."""
    work.audit.add(actor.entry(act, now, about=f"account {account.login}"))
