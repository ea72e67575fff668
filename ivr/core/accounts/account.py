"""An account: somebody who may sign in to the console."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.core.accounts.roles import ALLOWED, Permission, Role
from ivr.errors import AccountError

SERVER_ID = "server"
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in. `operator` is their short name in the agency's file, `client` the
    client whose people they are; each goes with the role of that name only. `person` says which of
    the client's people, by the short name in its file; None: whoever answers there."""

    id: str
    login: str
    name: str
    role: Role
    email: str | None = None
    operator: str | None = None
    client: str | None = None
    person: str | None = None
    disabled: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it, and the account is not disabled."""
        return not self.disabled and permission in ALLOWED[self.role]

    def sees(self, client: str | None) -> bool:
        """Whether they may see what is `client`'s: of a client's account, its own alone."""
        return self.role is not Role.CLIENT or (client is not None and client == self.client)


SERVER = Account(id=SERVER_ID, login="server", name="server", role=Role.ADMINISTRATOR)
"""Whoever runs commands on the server and signs in by a link of `python -m ivr console`."""


def checked(account: Account) -> Account:
    """The account, with login and e-mail in small letters. Raises `AccountError` where a part is
    missing or does not go with the role."""
    login = account.login.strip().lower()
    if not LOGIN.fullmatch(login) or login == SERVER.login:
        raise AccountError(
            f"“{account.login}” cannot be a login; use letters, digits and . _ @ + -, "
            "at most 100, and not “server”."
        )
    email = (account.email or "").strip().lower() or None
    if email and not EMAIL.fullmatch(email):
        raise AccountError(f"“{email}” is no e-mail address.")
    for role, value in ((Role.OPERATOR, account.operator), (Role.CLIENT, account.client)):
        if value and account.role is not role:
            raise AccountError(f"Only an account of role {role} names its {role}.")
        if not value and account.role is role:
            raise AccountError(f"An account of role {role} must name its {role}.")
    if account.person and account.role is not Role.CLIENT:
        raise AccountError("Only an account of role client can be one of a client's people.")
    return Account(
        id=account.id,
        login=login,
        name=account.name.strip() or login,
        role=account.role,
        email=email,
        operator=account.operator or None,
        client=account.client or None,
        person=account.person or None,
        disabled=account.disabled,
    )


def keeps_an_administrator(administrators: Iterable[Account], changed: Account) -> None:
    """Raise `AccountError` where `changed` was the last of the administrators, and is none now."""
    if changed.role is Role.ADMINISTRATOR and not changed.disabled:
        return
    if [each.id for each in administrators] == [changed.id]:
        raise AccountError(
            f"{changed.login} is the last administrator. Make somebody else one first."
        )
