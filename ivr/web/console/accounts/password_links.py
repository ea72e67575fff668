"""Links with which somebody sets the password of an account: signed, for a day, and good until
the password has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from ivr.adapters.sql.people.account_repository import SqlAccountRepository
from ivr.core.accounts.account import Account

LINK_LASTS = timedelta(days=1)


class PasswordLinks:
    """Makes and reads such links."""

    def __init__(
        self, secret_key: str, accounts: SqlAccountRepository, clock: Callable[[], datetime]
    ) -> None:
        self._signer = URLSafeSerializer(secret_key, salt="password link")
        self._accounts = accounts
        self._clock = clock

    def link(self, account: Account) -> str:
        """The path of a new link. Whoever has it can set the password: it must not be logged."""
        until = int((self._clock() + LINK_LASTS).timestamp())
        token = self._signer.dumps([account.id, until, self._mark(account.id)])
        return f"/console/password/{token if isinstance(token, str) else token.decode()}"

    def account(self, token: str) -> Account | None:
        """Whose password a link sets, if it still holds."""
        try:
            account_id, until, mark = self._signer.loads(token)
        except BadData:
            return None
        if until <= self._clock().timestamp() or mark != self._mark(account_id):
            return None
        found = self._accounts.by_id(account_id)
        return found if found and not found.disabled else None

    def _mark(self, account_id: str) -> str:
        """Something that changes with the password, so that a link works once."""
        return sha256((self._accounts.password(account_id) or "").encode()).hexdigest()[:16]
