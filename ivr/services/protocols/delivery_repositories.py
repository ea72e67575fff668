"""Deliveries and the outbox in the records, as services see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from ivr.core.delivery.plan import Channel
from ivr.core.records.delivery import Delivery, DeliveryItem
from ivr.core.records.outbox import Backlog, OutboxItem, OutboxKind
from ivr.core.text_receipt import TextReceipt


class DeliveryRepository(Protocol):
    """What is sent to whom, on which channel, and what came of it."""

    def tried(self, promise: str) -> dict[Channel, Delivery]:
        """What has happened to an item, by channel."""

    def begin(
        self, item: DeliveryItem, channel: Channel, address: str, now: datetime
    ) -> Delivery | None:
        """Note, before it is sent, that an item is about to be sent once more; None where it was
        read meanwhile.
        """

    def sent(self, delivery: Delivery, provider_id: str | None, now: datetime) -> None:
        """Note that it has been taken over, and lock the message that it brings."""

    def failed(self, delivery: Delivery, error: str, again_at: datetime) -> None:
        """Note that it was not taken over, and when it is tried again."""

    def give_up(self, delivery: Delivery, error: str | None = None) -> None:
        """Note that this channel is tried no more."""

    def settle(
        self,
        item_id: int,
        known: Mapping[Channel, Delivery],
        now: datetime,
        again_at: datetime | None = None,
    ) -> bool:
        """Finish a promise, or put it back until `again_at`, if its deliveries are as they were
        `known`; False where something has come of one meanwhile, and another step is to be taken.
        """

    def receipt(self, receipt: TextReceipt) -> Delivery | None:
        """Note what has come of a text, once: the first final word counts, in whatever order they
        come, and before it was noted that it was sent as well. What did not arrive goes the next
        way at once. Returns the delivery where that is news.
        """

    def is_known(self, provider_id: str) -> bool:
        """Whether the carrier's id belongs to a delivery that was noted."""

    def gather(
        self, item: DeliveryItem, digest: str, payload: dict[str, Any], at: datetime, now: datetime
    ) -> None:
        """Put an item into the digest of that key, which is promised once, for `at`."""

    def gathered(self, digest: str) -> list[Delivery]:
        """What a digest brings, in the order in which it came."""

    def digest_sent(self, digest: str, now: datetime) -> None:
        """Note that a digest has gone, with all that it brings."""

    def digest_given_up(self, digest: str, error: str, now: datetime) -> None:
        """Give up a digest; what it was to bring goes another way."""

    def acknowledge(self, delivery_id: str, by: str, how: str, now: datetime) -> Delivery | None:
        """Note that `by` has read what a delivery brought; it counts once, from the first time.

        What came in the same digest is read with it; what was still to go out to them about it on
        other channels no longer does. The job's history says so too. Returns the delivery as it
        is then; None where there is none.
        """


class OutboxRepository(Protocol):
    """Work that is owed, and who has it in hand."""

    def enqueue(
        self,
        kind: OutboxKind,
        subject: str,
        due_at: datetime,
        payload: Mapping[str, Any],
        once: str | None = None,
    ) -> None:
        """Put work of one kind for `subject` into the outbox, once; `once` tells entries of one
        kind and subject from one another, where there are several.
        """

    def claim(
        self, kinds: Collection[str], now: datetime, lease: timedelta, limit: int
    ) -> list[OutboxItem]:
        """Claim at most `limit` due items until `now + lease`, the longest due first. Two
        claimers never hold one item.
        """

    def finish(self, item_id: int, now: datetime) -> None:
        """Finish an item."""

    def put_back(self, item_id: int, at: datetime, error: str | None) -> None:
        """Give an item back, to be due at `at`; it failed where there is an `error`."""

    def give_up(self, item_id: int, error: str, now: datetime) -> None:
        """Finish an item without having done it."""

    def waiting(self, kind: str) -> Backlog:
        """How much unfinished work of one kind there is."""
