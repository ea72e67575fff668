"""What has come of a text decides which way is next, in whatever order it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.adapters.sql.deliveries.delivery_repository import SqlDeliveryRepository
from ivr.bootstrap import delivery_channels
from ivr.core.delivery.plan import DeliveryState
from ivr.core.delivery.words import in_words
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.text_message import TextNote
from ivr.core.text_receipt import TextReceipt
from ivr.services.deliveries.relay import deliver_once
from ivr.services.deliveries.texts import text_once
from ivr.services.text_receipts import TextReceipts
from tests.services.deliveries.test_delivery_ways import ACME, EMAIL, IAN, MINUTE, NOON, SMS, Post
from tests.services.deliveries.test_delivery_ways import database_url as database_url
from tests.services.deliveries.test_delivery_ways import post as post
from tests.services.deliveries.test_delivery_ways import postgres_records as postgres_records
from tests.services.deliveries.test_delivery_ways import postgres_server as postgres_server
from tests.services.deliveries.test_delivery_ways import system as system

SECOND = timedelta(seconds=1)


def tell(post: Post, status: str, error: int | None = None, **about: Any) -> None:
    """What the carrier tells of the last text."""
    sid = about.pop("sid", None) or post.texts[-1].sid
    receipt = TextReceipt(message_sid=sid, status=status, error=error, at=NOON + SECOND, **about)
    TextReceipts(post.records, lambda client: None).record(receipt)


def test_what_comes_of_every_text_is_asked_for(post: Post) -> None:
    message = post.message(channels=(SMS,))
    note = TextNote(client="acme", call_sid="CA1", turn=1, node="a", to=IAN, from_=ACME, body="Hi")
    post.records.texts.promise(note, NOON)
    post.at(NOON)
    text_once(post.records, post.telephone, NOON)
    delivery = post.deliveries(message)[SMS].id
    begins = f"{post.settings.public_url}/twilio/sms/status?"
    first, second = (str(text.status_callback) for text in post.texts)
    assert first == f"{begins}delivery={delivery}#rc=5&rp=all"
    assert second.startswith(f"{begins}text=")


def test_what_did_not_arrive_goes_the_next_way_at_once(post: Post) -> None:
    message = post.message(channels=(SMS, EMAIL))
    assert post.at(NOON) == [IAN]
    assert post.at(NOON + MINUTE) == []
    tell(post, "undelivered", 30005)
    assert post.at(NOON + MINUTE) == ["ian@acme.example"]
    text = post.deliveries(message)[SMS]
    assert (text.state, text.error_code) == (DeliveryState.GIVEN_UP, 30005)
    assert in_words(text, UTC) == (
        "Text to Ian: sent Mon 23 Nov 12:00, did not arrive "
        "(The text did not arrive: there is no such telephone (error 30005).)"
    )


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_what_did_not_arrive_by_the_last_way_goes_to_the_agency(post: Post, status: str) -> None:
    post.message(channels=(SMS,))
    assert post.at(NOON) == [IAN]
    tell(post, status, 30003)
    assert post.at(NOON + MINUTE) == ["desk@agency.example"]
    tell(post, status, 30003)
    assert post.at(NOON + 2 * MINUTE) == []


def test_where_another_way_has_carried_it_nothing_more_is_sent(post: Post) -> None:
    post.message(channels=(EMAIL, SMS), together=2)
    assert sorted(post.at(NOON)) == [IAN, "ian@acme.example"]
    tell(post, "undelivered", 30003)
    assert post.at(NOON + MINUTE) == []


@pytest.mark.parametrize(
    "told",
    [
        ["sent", "delivered", "sent"],
        ["delivered", "delivered", "sent", "queued"],
        ["delivered", "undelivered"],
        ["nonsense", "delivered"],
    ],
)
def test_what_is_told_twice_or_out_of_order_does_no_harm(post: Post, told: list[str]) -> None:
    message = post.message(channels=(SMS,))
    post.at(NOON)
    for status in told:
        tell(post, status)
    assert post.at(NOON + MINUTE) == []
    text = post.deliveries(message)[SMS]
    assert (text.state, text.arrived_at) == (DeliveryState.SENT, NOON + SECOND)
    assert in_words(text, UTC) == "Text to Ian: sent Mon 23 Nov 12:00, arrived, not acknowledged"


def test_what_was_read_stays_read(post: Post) -> None:
    message = post.message(channels=(SMS,))
    post.at(NOON)
    post.records.deliveries.acknowledge(post.deliveries(message)[SMS].id, "Ian", "by text", NOON)
    tell(post, "undelivered", 30008)
    assert post.deliveries(message)[SMS].state is DeliveryState.ACKNOWLEDGED
    assert post.at(NOON + MINUTE) == []


def test_a_receipt_may_come_before_we_have_noted_that_it_was_sent(post: Post) -> None:
    message = post.message(channels=(SMS, EMAIL))
    delivery: Callable[[], str] = lambda: post.deliveries(message)[SMS].id  # noqa: E731
    telephone = post.telephone

    class Hasty:
        def send_text(self, to: str, from_: str, body: str, about: str = "") -> str:
            sid = telephone.send_text(to, from_, body, about)
            tell(post, "undelivered", 30003, delivery=delivery())
            return sid

        def find_text(self, to: str, from_: str, body: str, since: datetime) -> str | None:
            raise AssertionError

    deliver_once(post.records, delivery_channels(post.settings, Hasty()), NOON)
    assert [mail["To"] for mail in post.mailbox.mails] == ["Ian <ian@acme.example>"]
    text = post.deliveries(message)[SMS]
    assert (text.state, text.provider_id) == (DeliveryState.GIVEN_UP, post.texts[0].sid)


def test_a_receipt_may_come_while_the_promise_is_put_back(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.message(channels=(SMS, EMAIL))
    settle = SqlDeliveryRepository.settle

    def late(self: SqlDeliveryRepository, *args: Any) -> bool:
        tell(post, "undelivered", 30003)
        return settle(self, *args)

    monkeypatch.setattr(SqlDeliveryRepository, "settle", late)
    assert post.at(NOON) == ["ian@acme.example", IAN]


def test_a_receipt_of_another_try_changes_nothing(post: Post) -> None:
    message = post.message(channels=(SMS,))
    post.at(NOON)
    delivery = post.deliveries(message)[SMS].id
    tell(post, "undelivered", 30003, sid="SM-other", delivery=delivery)
    tell(post, "undelivered", 30003, sid="SM-unknown")
    assert post.deliveries(message)[SMS].state is DeliveryState.SENT


def test_a_text_of_a_call_that_did_not_arrive_is_given_up_with_the_reason(post: Post) -> None:
    note = TextNote(client="acme", call_sid="CA1", turn=1, node="a", to=IAN, from_=ACME, body="Hi")
    post.records.texts.promise(note, NOON)
    [item] = post.records.outbox.claim([OutboxKind.SMS], NOON, MINUTE, limit=1)
    post.records.outbox.finish(item.id, NOON)
    for _ in range(2):
        tell(post, "failed", 30006, sid="SM1", text=item.subject)
    tell(post, "delivered", sid="SM1", text=item.subject)
    with post.records._engine.begin() as connection:
        row = connection.exec_driver_sql("SELECT given_up, error FROM outbox").one()
    assert row.given_up
    assert "it is a landline" in row.error
    assert post.records.outbox.waiting(OutboxKind.SMS).count == 0
