"""docs/accounts.md says of roles what the code does."""

from __future__ import annotations

from pathlib import Path

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission, Role

PAGE = Path(__file__).parents[3] / "docs" / "accounts.md"


def cell(role: Role, permission: Permission) -> str:
    account = Account(id="", login="x", name="x", role=role)
    if not account.may(permission):
        return ""
    limited = permission is Permission.SEE_MESSAGES and not account.sees("any client")
    return " their own" if limited else " yes"


def test_the_table_of_roles_is_that_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"| may | {' | '.join(Role)} |" in text
    for permission in Permission:
        cells = " |".join(cell(role, permission) for role in Role)
        assert f"| {permission} |{cells} |\n" in text
