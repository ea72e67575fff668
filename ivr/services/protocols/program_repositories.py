"""Programs that use the API in the records, as services see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from ivr.core.accounts.token import Token
from ivr.core.records.kept_answer import KeptAnswer
from ivr.core.records.subscription import Subscription


class SubscriptionRepository(Protocol):
    """The webhooks of programs."""

    def add(self, new: Subscription) -> None:
        """Keep a new one."""

    def count(self, client: str | None) -> int:
        """How many there are of the same client's; with None, of those that are for all. Nobody
        else can count them before the transaction ends."""

    def resume(self, subscription_id: str) -> None:
        """Tell it of things again, as if it had never failed."""

    def delete(self, subscription_id: str, now: datetime) -> None:
        """Delete one; what was still to be told is not told."""

    def find(self, subscription_id: str) -> Subscription | None:
        """The one with this id."""

    def recovered(self, subscription_id: str) -> None:
        """Note that it answers again."""

    def failed(
        self, subscription: Subscription, error: str, now: datetime, again_at: datetime
    ) -> None:
        """Note that it did not answer; whatever it is to be told waits until `again_at`."""

    def pause(
        self,
        subscription_id: str,
        reason: str,
        now: datetime,
        notice: Mapping[str, Any] | None = None,
    ) -> None:
        """Tell it of nothing any more, for a `reason`, and promise to send the agency `notice`.
        What was still to be told is given up.
        """


class TokenRepository(Protocol):
    """The tokens of programs."""

    def find(self, token_id: str) -> Token | None:
        """The token with this id."""

    def add(self, token: Token, key: str) -> None:
        """Keep a new token, and of its key the hash."""

    def revoke(self, token_id: str, now: datetime) -> None:
        """Let it in no more, from this moment on. Once revoked it stays so."""


class AnswerRepository(Protocol):
    """The answers that programs were given."""

    def keep(self, answer: KeptAnswer, now: datetime) -> None:
        """Keep an answer. Raises `AnsweredBefore` where there is one under this key: then the
        transaction that it tells of must end without having done anything.
        """

    def forget(self, now: datetime) -> int:
        """Forget a batch of what has been kept for long enough; returns how many it were."""
