"""`SqlSupervisorRepository`: who is told of what nobody has done."""

from __future__ import annotations

import sqlalchemy as sa

from ivr.adapters.sql.tables import accounts
from ivr.core.accounts.roles import Role
from ivr.core.records.message import Recipient


class SqlSupervisorRepository:
    """The supervisors' accounts, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def reached_by_email(self) -> list[Recipient]:
        """Those who may sign in and have an e-mail address."""
        query = sa.select(accounts.c.name, accounts.c.email).where(
            accounts.c.role == Role.SUPERVISOR,
            accounts.c.disabled.is_(False),
            accounts.c.email.is_not(None),
        )
        return [Recipient(row.name, row.email) for row in self._connection.execute(query)]
