"""What every page uses to know who is there: `@needs`, `current_account`, `note` and `answer`.

::

    @console.get("/messages/<id>")
    @needs(Permission.SEE_MESSAGES)
    def message(id: str) -> str:
        if not current_account().sees(message.client): …
        note("saw a message", client=message.client, about=f"message {id}")

An address without `@needs` or `@open_to_all` is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from flask import Flask, current_app, flash, g

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import Account
from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission

View = TypeVar("View", bound=Callable[..., Any])

OPEN = frozenset({"console.static"})
"""Addresses of Flask's own making that are open to all."""


@dataclass(frozen=True, slots=True)
class Access:
    """The records and the time, for this application."""

    records: SqlRecords
    clock: Callable[[], datetime]


def needs(permission: Permission) -> Callable[[View], View]:
    """Show what the view shows only to accounts with `permission`."""

    def declared(view: View) -> View:
        vars(view)["permission"] = permission
        return view

    return declared


def open_to_all(view: View) -> View:
    """Show what the view shows to anybody."""
    vars(view)["open_to_all"] = True
    return view


def is_open(app: Flask, endpoint: str | None) -> bool:
    """Whether an address is shown to anybody."""
    return endpoint in OPEN or hasattr(app.view_functions.get(endpoint or ""), "open_to_all")


def permission_of(app: Flask, endpoint: str | None) -> Permission | None:
    """What an address asks for; None where nothing was declared."""
    return getattr(app.view_functions.get(endpoint or ""), "permission", None)


def access() -> Access:
    """This application's."""
    return cast(Access, current_app.extensions["access"])


def current_account() -> Account:
    """Whose request this is; only for addresses that are not open to all."""
    return cast(Account, g.account)


def note(act: str, *, client: str | None = None, about: str | None = None) -> None:
    """Keep in the audit trail that the one who is signed in does `act`.

    `about` says to what, such as `message 3f…`; `client` whose it is. Raises
    `RecordsUnavailable`, and then what was to be seen must not be shown.
    """
    note_as(current_account(), act, client=client, about=about)


def note_once(act: str, *, client: str | None, about: str | None, within: timedelta) -> None:
    """`note` what a browser does in many requests, unless it was noted `within` that time."""
    here = access()
    done = signed_in(current_account()).entry(act, here.clock(), client, about)
    here.records.audit.add_once(done, done.at - within)


def note_as(
    account: Account, act: str, *, client: str | None = None, about: str | None = None
) -> None:
    """Keep in the audit trail that `account` does `act`."""
    here = access()
    here.records.audit.add(signed_in(account).entry(act, here.clock(), client, about))


def answer(text: str) -> None:
    """Say `text` on the page that is shown next: what somebody has asked for is done."""
    flash(text)
