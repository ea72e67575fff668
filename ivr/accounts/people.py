"""Which of a client's people an account is, by the client's file."""

from __future__ import annotations

from typing import Any

from ivr.accounts.account import Account
from ivr.errors import AccountError
from ivr.flow.findings import nearest
from ivr.flow.flow import Flow


def check_person(account: Account, flow: Flow[Any] | None) -> None:
    """Make sure that the client's file, read as `flow`, has the person that the account names.

    Raises `AccountError` where it has not. An account that names nobody passes.
    """
    if not account.person or not account.client:
        return
    if flow is None:
        raise AccountError(
            f"There is no file of a client '{account.client}' in which '{account.person}' could "
            "stand; look at the client's short name."
        )
    if account.person not in flow.people:
        raise AccountError(
            f"'{account.person}' is nobody in the file of {account.client}"
            f"{nearest(account.person, flow.people) or '; look at its people'}."
        )
