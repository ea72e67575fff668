"""Accounts, sessions, statuses and the audit trail in the records, as services see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.core.accounts.account import Account
from ivr.core.availability.status import Status
from ivr.core.records.audit_entry import AuditEntry
from ivr.core.records.message import Recipient


class AccountRepository(Protocol):
    """Those who may sign in, and the hashes of their passwords."""

    def add(self, account: Account, now: datetime) -> None:
        """Keep a new account, which has no password yet. Raises `AccountError` where its login or
        e-mail is taken.
        """

    def change(self, account: Account) -> None:
        """Keep an account as it is now. Raises `AccountError` as `add` does."""

    def administrators(self) -> list[Account]:
        """Those who can keep accounts, whom nobody else can change before the transaction ends."""

    def supervisors_by_email(self) -> list[Recipient]:
        """The supervisors who may sign in and have an e-mail address."""

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Keep a new password."""


class SessionRepository(Protocol):
    """Who is signed in."""

    def begin(self, account: Account, now: datetime) -> str:
        """Begin a session, and forget those that have lapsed; returns its token."""

    def end(self, token: str) -> None:
        """End one session."""

    def end_all(self, account_id: str) -> None:
        """End every session of an account."""


class StatusRepository(Protocol):
    """Where clients' people say that they are."""

    def add(self, new: Status) -> None:
        """Keep a new status."""

    def cut_short(self, ended: Status) -> None:
        """Keep where a status was cut short, by whom and how."""

    def ahead(self, client: str, now: datetime) -> tuple[Status, ...]:
        """A client's statuses that hold now or are still to come, the first to begin first."""

    def all_ahead(self, now: datetime) -> tuple[Status, ...]:
        """Those of all clients."""


class AuditRepository(Protocol):
    """The audit trail."""

    def add(self, entry: AuditEntry) -> None:
        """Keep what somebody did."""

    def add_once(self, entry: AuditEntry, since: datetime) -> None:
        """Keep what somebody did, unless the same account has done the same since then."""
