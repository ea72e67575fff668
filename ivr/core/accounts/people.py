"""Who an account is: one of a client's people by the client's file, an operator by the agency's."""

from __future__ import annotations

import json
from typing import Any

from ivr.core.accounts.account import Account
from ivr.core.agency import Agency
from ivr.core.flow.findings import nearest
from ivr.core.flow.flow import Flow
from ivr.errors import AccountError


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


def check_operator(account: Account, agency: Agency) -> None:
    """Make sure that the agency's file has the operator that the account names.

    Raises `AccountError`, which says what to write there, where it has not. An account that names
    nobody passes.
    """
    short = account.operator
    if not short or short in agency.operators:
        return
    raise AccountError(
        f"agency.yaml has no operator '{short}'{nearest(short, agency.operators)}. "
        f"Add this line there, under operators, with their telephone: {entry(account)}"
    )


def entry(account: Account) -> str:
    """What an operator's account needs in `agency.yaml`, under `operators`."""
    name = json.dumps(account.name or account.login, ensure_ascii=False)
    return f'{account.operator}: {{name: {name}, phone: "+44 …"}}'
