"""Who does something, whichever way they come in: by the console, the API or a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.accounts.account import SERVER, Account
from ivr.core.accounts.token import Token
from ivr.core.records.audit_entry import AuditEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts. `name` is kept with what they do, for people to read; `account` is the id
    of their account or token, and `login` what the audit trail calls them."""

    name: str
    account: str
    login: str

    def entry(
        self, act: str, at: datetime, client: str | None = None, about: str | None = None
    ) -> AuditEntry:
        """The entry of the audit trail that says what they did at `at` (aware)."""
        return AuditEntry(
            at=at, account=self.account, who=self.login, act=act, client=client, about=about
        )


def signed_in(account: Account, name: str | None = None) -> Actor:
    """Whoever is signed in to the console; `name` where they act in another's, such as a
    client's."""
    return Actor(name or account.name, account.id, account.login)


def program(token: Token) -> Actor:
    """A program that uses the API."""
    return Actor(token.name, token.id, f"token {token.name}")


def at_server(name: str = SERVER.name) -> Actor:
    """Whoever runs a command on the server, and says that they are `name`."""
    return Actor(name, SERVER.id, SERVER.login)
