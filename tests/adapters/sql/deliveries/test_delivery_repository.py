"""What was sent to whom, and who has read it: kept once, also while several do so at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.messages.texts import ANSWERED_WITHIN
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.records.delivery import Delivery, DeliveryItem, Unread
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.text_message import TextReceived
from tests.adapters.sql.records_samples import HEARD, NOON, message_note, recording_note
from tests.job_changes import open_job
from tests.job_samples import HOUR, MINUTE, new_job
from tests.services.texts_received import Received

IAN, ACME = "+447700900123", "+441632960001"
EMAIL, SMS, DIGEST = Channel.EMAIL, Channel.SMS, Channel.DIGEST


@pytest.fixture
def parcel(records: SqlRecords) -> DeliveryItem:
    """A message for Ian, whose e-mail is promised."""
    records.messages.keep(message_note())
    return parcel_of(records.messages.recording_ready(recording_note()))


def parcel_of(message: str) -> DeliveryItem:
    return DeliveryItem(
        promise=f"email-{message}",
        client="rainbow-frost",
        about="message",
        recipient="Ian Frost",
        message=message,
    )


def begun(records: SqlRecords, parcel: DeliveryItem, channel: Channel = EMAIL) -> Delivery:
    address = {SMS: f"{ACME} {IAN}"}.get(channel, "ian@acme.example")
    delivery = records.deliveries.begin(parcel, channel, address, NOON)
    assert delivery is not None
    return delivery


def sent(records: SqlRecords, parcel: DeliveryItem, channel: Channel = EMAIL) -> Delivery:
    delivery = begun(records, parcel, channel)
    records.deliveries.sent(delivery, "SM1", NOON + MINUTE)
    return again(records, delivery)


def again(records: SqlRecords, delivery: Delivery) -> Delivery:
    found = records.deliveries.find(delivery.id)
    assert found is not None
    return found


def reads(records: SqlRecords, message: str | None) -> list[str]:
    """Who has read it, by the history of the job."""
    job = records.jobs.of_message(str(message))
    assert job is not None
    return [each.by for each in records.jobs.history(job.id) if each.act.act == "read"]


def test_a_delivery_is_one_row_however_often_it_is_tried(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    first = begun(records, parcel)
    assert (first.state, first.attempts, first.began_at) == (DeliveryState.WAITING, 1, NOON)
    records.deliveries.failed(first, "busy", NOON + HOUR)
    failed = again(records, first)
    assert (failed.state, failed.error, failed.again_at) == (
        DeliveryState.FAILED,
        "busy",
        NOON + HOUR,
    )
    second = records.deliveries.begin(parcel, EMAIL, "new@acme.example", NOON + HOUR)
    assert second is not None
    assert (second.id, second.key, second.attempts) == (first.id, first.key, 2)
    assert (second.began_at, second.address) == (NOON, "new@acme.example")
    assert records.deliveries.tried(parcel.promise) == {EMAIL: second}


def test_what_has_been_taken_over_locks_its_message_and_is_sent_no_more(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    delivery = sent(records, parcel)
    assert (delivery.state, delivery.sent_at) == (DeliveryState.SENT, NOON + MINUTE)
    assert records.deliveries.is_known("SM1")
    assert not records.deliveries.is_known("SM2")
    message = records.messages.find(str(parcel.message))
    assert message is not None
    assert message.delivered_at == NOON + MINUTE
    assert records.deliveries.begin(parcel, EMAIL, "x@x.example", NOON + HOUR) is None
    records.deliveries.failed(delivery, "too late", NOON + HOUR)
    records.deliveries.give_up(delivery, "too late")
    assert again(records, delivery) == delivery


def test_what_is_given_up_says_why_and_is_tried_no_more(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    delivery = begun(records, parcel)
    records.deliveries.failed(delivery, "no such user", NOON + HOUR)
    records.deliveries.give_up(delivery)
    given_up = again(records, delivery)
    assert (given_up.state, given_up.error) == (DeliveryState.GIVEN_UP, "no such user")
    assert records.deliveries.begin(parcel, EMAIL, "x@x.example", NOON + HOUR) is None


def test_what_is_read_is_read_once_from_the_first_time_and_goes_no_further(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    text, mail = begun(records, parcel, SMS), sent(records, parcel)
    for minutes, who in ((2, "Ian Frost"), (3, "Maya")):
        at = NOON + minutes * MINUTE
        read = records.deliveries.acknowledge(mail.id, who, "by a link", at)
        assert read is not None
        assert (read.state, read.acknowledged_by) == (DeliveryState.ACKNOWLEDGED, "Ian Frost")
        assert (read.acknowledged_at, read.acknowledged_how) == (NOON + 2 * MINUTE, "by a link")
    assert again(records, text).state is DeliveryState.SUPERSEDED
    assert records.outbox.waiting(OutboxKind.EMAIL).count == 0
    assert reads(records, parcel.message) == ["Ian Frost"]
    job = records.jobs.of_message(str(parcel.message))
    assert job is not None
    assert (job.read_by, job.read_at) == ("Ian Frost", NOON + 2 * MINUTE)
    assert records.deliveries.acknowledge("nothing", "Ian", "by a link", NOON) is None


def test_what_is_told_of_a_job_without_a_message_is_read_in_its_history_too(
    records: SqlRecords,
) -> None:
    job = open_job(records, new_job(), NOON)
    told = replace(parcel_of(""), promise="notice-1", about="notice", message=None, job=job.id)
    mail = sent(records, told)
    records.deliveries.acknowledge(mail.id, "Ian Frost", "by a link", NOON + HOUR)
    assert [each.act.act for each in records.jobs.history(job.id)] == ["opened", "read"]


@contextmanager
def at_once(hands: int) -> Iterator[Callable[[Callable[[int], Any]], list[Any]]]:
    with ThreadPoolExecutor(hands) as pool:
        yield lambda work: list(pool.map(work, range(hands)))


def test_of_many_who_say_at_once_that_they_have_read_it_one_is_first(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    mail = sent(records, parcel)

    def read(number: int) -> Delivery | None:
        at = NOON + number * MINUTE
        return records.deliveries.acknowledge(mail.id, f"reader {number}", "by a link", at)

    with at_once(8) as hands:
        told = hands(read)
    kept = again(records, mail)
    assert set(told) == {kept}
    assert reads(records, parcel.message) == [kept.acknowledged_by]


def test_relays_that_begin_one_parcel_at_once_make_one_delivery(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    with at_once(8) as hands:
        found = hands(lambda _: begun(records, parcel))
    assert len({each.id for each in found}) == 1
    assert sorted(each.attempts for each in found) == list(range(1, 9))


def test_a_digest_brings_what_was_put_into_it_and_is_read_as_one(records: SqlRecords) -> None:
    parcels = [
        parcel_of(records.messages.recording_ready(recording_note(recording_sid=f"RE{n}")))
        for n in (1, 2)
    ]
    key, payload = f"digest-{'a' * 32}", {"email": "ian@acme.example"}
    for parcel in parcels * 2:
        records.deliveries.gather(parcel, key, payload, NOON + 9 * HOUR, NOON)
    assert records.outbox.waiting(OutboxKind.DIGEST).count == 1
    together = records.deliveries.gathered(key)
    assert {each.message for each in together} == {each.message for each in parcels}
    records.deliveries.digest_sent(key, NOON + 9 * HOUR)
    assert records.deliveries.unread() == Unread(2, NOON + 9 * HOUR)
    records.deliveries.acknowledge(together[0].id, "Ian Frost", "by a link", NOON + 10 * HOUR)
    assert records.deliveries.unread() == Unread(0, None)
    assert [reads(records, each.message) for each in parcels] == [["Ian Frost"]] * 2


def test_what_a_digest_was_to_bring_goes_another_way_when_it_is_given_up(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    [item] = records.outbox.claim([OutboxKind.EMAIL], NOON + HOUR, HOUR, 1)
    key = f"digest-{'a' * 32}"
    records.deliveries.gather(parcel, key, {"email": "ian@acme.example"}, NOON + HOUR, NOON)
    records.outbox.finish(item.id, NOON + HOUR)
    records.deliveries.digest_given_up(key, "no such user", NOON + 2 * HOUR)
    [due] = records.outbox.claim([OutboxKind.EMAIL], NOON + 2 * HOUR, HOUR, 1)
    assert due.key == parcel.promise
    assert records.deliveries.tried(parcel.promise)[DIGEST].state is DeliveryState.GIVEN_UP


def test_a_text_answers_the_latest_that_went_the_other_way_within_a_week(
    records: SqlRecords, parcel: DeliveryItem, tmp_path: Path
) -> None:
    text = sent(records, parcel, SMS)
    received = Received(records, tmp_path)

    def answer(sid: str, after: timedelta, from_: str = IAN) -> None:
        ok = TextReceived(
            message_sid=sid,
            client="acme",
            from_=from_,
            to=ACME,
            body="OK",
            received_at=NOON + MINUTE + after,
        )
        received.receive(ok)

    answer("SM2", MINUTE, from_="+447700900999")
    answer("SM3", ANSWERED_WITHIN + MINUTE)
    assert again(records, text).acknowledged_at is None
    with at_once(4) as hands:  # the carrier says the same several times
        hands(lambda _: answer("SM4", HOUR))
    assert received.told == [text.client]
    assert records.outbox.waiting(OutboxKind.SMS).count == 1
    assert again(records, text).acknowledged_how == "by text"
    assert records.outbox.waiting(OutboxKind.SMS).count == 1
    assert reads(records, parcel.message) == ["Ian Frost"]


def test_deliveries_are_asked_for_by_message_and_counted_by_channel_and_state(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    other = parcel_of(records.messages.recording_ready(recording_note(recording_sid="RE2")))
    mail, text = sent(records, parcel), begun(records, other, SMS)
    mine, theirs = str(parcel.message), str(other.message)
    assert records.deliveries.of_message(mine) == [mail]
    found = records.deliveries.of_messages([mine, theirs, "none"])
    assert found == {mine: [mail], theirs: [text], "none": []}
    assert records.deliveries.counts() == {
        (EMAIL, DeliveryState.SENT): 1,
        (SMS, DeliveryState.WAITING): 1,
    }


def test_words_that_are_ready_at_the_moment_of_delivery_are_in_it_or_follow_it(
    records: SqlRecords, parcel: DeliveryItem
) -> None:
    """A message that is turned into words while it goes out loses neither."""
    mail = begun(records, parcel)
    message = str(parcel.message)
    works: list[Callable[[], object]] = [
        lambda: records.deliveries.sent(mail, "x", NOON + MINUTE),
        lambda: records.recordings.transcribed(message, HEARD, NOON + MINUTE),
    ]
    with at_once(2) as hands:
        hands(lambda number: works[number]())
    kept = records.messages.find(message)
    assert kept is not None
    assert kept.delivered_at == NOON + MINUTE
    assert kept.transcript is not None or records.messages.corrections(message)
