"""Roles, and the one table of what each of them may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the agency, or that they are one of its clients."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    EDITOR = "editor"
    CLIENT = "client"


class Permission(StrEnum):
    """What an address of the console may ask for, in words that follow "may"."""

    OWN_ACCOUNT = "look after their own account"
    SEE_FLOWS = "see how calls are answered"
    SEE_MESSAGES = "see messages"
    WORK_MESSAGES = "work on messages"
    ANSWER_CALLS = "answer calls"
    SUPERVISE = "watch and steer operators"
    SEE_AUDIT = "see the audit log"
    KEEP_ACCOUNTS = "keep accounts"
    CLIENT_PAGE = "use the client's page"


_P = Permission
ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission) - {_P.CLIENT_PAGE},
    Role.SUPERVISOR: frozenset(Permission) - {_P.CLIENT_PAGE, _P.KEEP_ACCOUNTS},
    Role.OPERATOR: frozenset({_P.OWN_ACCOUNT, _P.SEE_MESSAGES, _P.WORK_MESSAGES, _P.ANSWER_CALLS}),
    Role.EDITOR: frozenset({_P.OWN_ACCOUNT, _P.SEE_FLOWS}),
    Role.CLIENT: frozenset({_P.OWN_ACCOUNT, _P.SEE_MESSAGES, _P.CLIENT_PAGE}),
}
"""A client's account sees its own messages only: see `Account.sees`."""
