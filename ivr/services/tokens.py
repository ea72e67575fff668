"""Tokens, with which programs use the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from ivr.core.accounts.actor import Actor
from ivr.core.accounts.scopes import TokenScope
from ivr.core.accounts.token import Token, checked, new_key
from ivr.services.protocols.records import Records


@dataclass(frozen=True, slots=True)
class TokenService:
    """Each method is one transaction, with its entry of the audit trail. `now` is aware. Every
    method raises `RecordsUnavailable` where the records cannot be used: then nothing is done."""

    records: Records

    def make(
        self,
        name: str,
        client: str | None,
        scopes: frozenset[TokenScope],
        actor: Actor,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> tuple[Token, str]:
        """Make a token; returns it and its key, which is never to be had again. Raises
        `AccountError` where a part is missing or of no use."""
        token = checked(
            Token(
                id=uuid4().hex,
                name=name.strip(),
                client=client,
                scopes=scopes,
                made_at=now,
                made_by=actor.login,
                expires_at=expires_at,
            )
        )
        key = new_key()
        said = f"made a token: {', '.join(sorted(token.scopes))}"
        with self.records.unit_of_work() as work:
            work.tokens.add(token, key)
            work.audit.add(actor.entry(said, now, client, f"token {token.id}"))
        return token, key

    def revoke(self, token: Token, actor: Actor, now: datetime) -> None:
        """Let a token in no more, from this moment on."""
        with self.records.unit_of_work() as work:
            work.tokens.revoke(token.id, now)
            work.audit.add(actor.entry("revoked a token", now, token.client, f"token {token.id}"))
