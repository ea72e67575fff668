"""Webhooks: where programs want to be told of what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from ivr.core.accounts.actor import program
from ivr.core.accounts.token import Token
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.subscription import MOST, Subscription
from ivr.services.protocols.records import Records, UnitOfWork

AlsoDo = Callable[[UnitOfWork, Subscription], None]
"""Does what else belongs into the transaction that makes a webhook."""


@dataclass(frozen=True, slots=True)
class SubscriptionService:
    """Each method is one transaction, with its entry of the audit trail; `token` is the program
    that acts, and `now` aware. Every method raises `RecordsUnavailable` where the records cannot be
    used: then nothing is done."""

    records: Records

    def make(
        self, token: Token, url: str, events: tuple[DomainEvent, ...], now: datetime, also: AlsoDo
    ) -> Subscription | None:
        """Make a webhook; None where the same client has `MOST` already."""
        made = Subscription(
            id=uuid4().hex,
            token=token.id,
            client=token.client,
            url=url,
            events=events,
            made_at=now,
        )
        with self.records.unit_of_work() as work:
            if work.subscriptions.count(made.client) >= MOST:
                return None
            work.subscriptions.add(made)
            _note(work, token, "made a webhook", made, now)
            also(work, made)
        return made

    def resume(self, found: Subscription, token: Token, now: datetime) -> None:
        """Tell a webhook of things again, as if it had never failed."""
        with self.records.unit_of_work() as work:
            work.subscriptions.resume(found.id)
            _note(work, token, "changed a webhook", found, now)

    def pause(self, found: Subscription, token: Token, now: datetime) -> None:
        """Tell a webhook of nothing any more; what was still to be told is given up."""
        with self.records.unit_of_work() as work:
            work.subscriptions.pause(found.id, f"by {token.name}", now)
            _note(work, token, "changed a webhook", found, now)

    def delete(self, found: Subscription, token: Token, now: datetime) -> None:
        """Delete a webhook; what was still to be told is not told."""
        with self.records.unit_of_work() as work:
            work.subscriptions.delete(found.id, now)
            _note(work, token, "deleted a webhook", found, now)


def _note(work: UnitOfWork, token: Token, act: str, found: Subscription, now: datetime) -> None:
    work.audit.add(program(token).entry(act, now, found.client, f"webhook {found.id}"))
