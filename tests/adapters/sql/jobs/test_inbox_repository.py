"""What a client sees of its jobs, and who has read them, on each kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.jobs.inbox_repository import HOW, unread_by
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.jobs.acts import Hand, Read
from ivr.core.jobs.job import Job, Owner, OwnerKind
from ivr.core.records.delivery import Delivery, DeliveryItem
from ivr.core.records.inbox import Reader
from ivr.core.records.job_list import Wanted
from tests.adapters.sql.records_samples import (
    HEARD,
    IAN,
    NOON,
    OPENING,
    message_note,
    recording_note,
)
from tests.job_changes import act_on

LATER = NOON + timedelta(minutes=5)
ME = OPENING.owner
MAYA = Owner(OwnerKind.PERSON, "maya", "Maya Frost")
OWN = Reader(ME.name, {ME.name}, ME)
HERS = Reader(MAYA.name, {MAYA.name}, MAYA)


def read(records: SqlRecords, job_id: str, reader: Reader, now: datetime) -> bool:
    """Somebody says that they have read a job; whether that was new."""
    with records.unit_of_work() as work:
        return work.jobs.mark_read(job_id, reader, now)


def left(records: SqlRecords, number: int = 1) -> Job:
    """A message with its words, whose job is Ian's."""
    note = {"recording_sid": f"RE{number}", "opening": OPENING}
    message = records.messages.keep(message_note(**note))
    records.messages.recording_ready(recording_note(**note))
    records.recordings.audio_stored(message, f"{number}.wav", 3, NOON)
    records.recordings.transcribed(message, HEARD, NOON)
    job = records.jobs.of_message(message)
    assert job is not None
    return job


def sent(
    records: SqlRecords,
    job: Job,
    channel: Channel = Channel.EMAIL,
    to: str = IAN.name,
    about: str = "message",
) -> Delivery:
    book = records.deliveries
    promise = f"{about}-{job.message}"
    parcel = DeliveryItem(
        promise=promise, client=job.client, about=about, recipient=to, message=job.message
    )
    begun = book.begin(parcel, channel, "somewhere", NOON)
    assert begun is not None
    book.sent(begun, None, NOON)
    return begun


def state(records: SqlRecords, delivery: Delivery) -> DeliveryState:
    found = records.deliveries.find(delivery.id)
    assert found is not None
    return found.state


def reads(records: SqlRecords, job: Job) -> list[str]:
    history = records.jobs.history(job.id)
    return [entry.by for entry in history if entry.act == Read(HOW)]


def test_each_job_comes_with_its_message_its_corrections_and_its_deliveries(
    records: SqlRecords,
) -> None:
    one, two = left(records, 1), left(records, 2)
    brought = sent(records, two)
    records.messages.correct(two.message or "", "drops", "misheard", "Sam", LATER)
    items = {item.job.id: item for item in records.inbox.items(Wanted(client=one.client), 10)}
    assert set(items) == {one.id, two.id}
    message = items[two.id].message
    assert message
    assert message.transcript == HEARD
    assert [each.text for each in items[two.id].corrections] == ["drops"]
    assert [each.id for each in items[two.id].deliveries] == [brought.id]
    assert (items[one.id].corrections, items[one.id].deliveries) == ((), ())
    assert records.inbox.item(two).job == two


def test_the_first_time_counts_and_all_channels_are_read_at_once(records: SqlRecords) -> None:
    job = left(records)
    mail, text = sent(records, job), sent(records, job, Channel.SMS)
    notice = sent(records, job, about="notice")
    assert read(records, job.id, OWN, LATER)
    assert not read(records, job.id, OWN, LATER)
    assert [state(records, each) for each in (mail, text, notice)] == (
        [DeliveryState.ACKNOWLEDGED, DeliveryState.SENT, DeliveryState.ACKNOWLEDGED]
    )
    assert reads(records, job) == ["Ian Frost"]
    found = records.jobs.find(job.id)
    assert found
    assert (found.read_at, found.read_by) == (LATER, "Ian Frost")


def test_what_is_still_to_be_sent_to_them_of_it_is_not(records: SqlRecords) -> None:
    job = left(records)
    book = records.deliveries
    parcel = DeliveryItem(
        promise="p", client=job.client, about="message", recipient=IAN.name, message=job.message
    )
    tried = book.begin(parcel, Channel.SMS, "somewhere", NOON)
    assert tried
    book.failed(tried, "no network", LATER)
    read(records, job.id, OWN, LATER)
    assert state(records, tried) is DeliveryState.ACKNOWLEDGED
    assert book.begin(parcel, Channel.EMAIL, "somewhere", LATER) is not None  # the relay's to skip
    assert book.begin(parcel, Channel.SMS, "somewhere", LATER) is None


def test_an_owner_to_whom_nothing_was_sent_yet_has_read_it_all_the_same(
    records: SqlRecords,
) -> None:
    job = left(records)
    assert read(records, job.id, OWN, LATER)
    assert reads(records, job) == ["Ian Frost"]


def test_one_who_was_told_nothing_and_does_not_have_it_reads_nothing(records: SqlRecords) -> None:
    job = left(records)
    mail = sent(records, job)
    assert not read(records, job.id, HERS, LATER)
    assert state(records, mail) is DeliveryState.SENT
    assert reads(records, job) == []


def test_a_new_owner_reads_anew(records: SqlRecords) -> None:
    job = left(records)
    read(records, job.id, OWN, LATER)
    act_on(records, job.id, Hand(MAYA), "Ian Frost", LATER)
    assert read(records, job.id, HERS, LATER)
    assert reads(records, job) == ["Ian Frost", "Maya Frost"]


def test_other_messages_of_the_same_e_mail_are_not_read_with_it(records: SqlRecords) -> None:
    jobs = [left(records, number) for number in (1, 2)]
    book = records.deliveries
    for job in jobs:
        parcel = DeliveryItem(
            promise=f"p{job.id}",
            client=job.client,
            about="message",
            recipient=IAN.name,
            message=job.message,
        )
        book.gather(parcel, f"digest-{'0' * 32}", {"email": "x"}, LATER, NOON)
    book.digest_sent(f"digest-{'0' * 32}", LATER)
    read(records, jobs[0].id, OWN, LATER)
    states = [book.of_message(job.message or "")[0].state for job in jobs]
    assert states == [DeliveryState.ACKNOWLEDGED, DeliveryState.SENT]


def test_an_owner_whose_name_is_written_otherwise_by_now_is_still_the_owner(
    records: SqlRecords,
) -> None:
    job = left(records)
    renamed = Owner(ME.kind, ME.id, "Ian R. Frost")
    read(records, job.id, Reader(renamed.name, {renamed.name}, renamed), LATER)
    found = records.jobs.find(job.id)
    assert found
    assert found.read_at == LATER


def test_of_many_presses_at_once_one_counts(records: SqlRecords) -> None:
    job = left(records)
    sent(records, job)
    with ThreadPoolExecutor(8) as pool:
        pressed = list(pool.map(lambda _: read(records, job.id, OWN, LATER), range(8)))
    assert sum(pressed) == 1
    assert reads(records, job) == ["Ian Frost"]


def test_a_job_that_is_not_there_cannot_be_read(records: SqlRecords) -> None:
    assert not read(records, "nothing", OWN, LATER)


def test_a_client_s_own_system_is_no_reader(records: SqlRecords) -> None:
    job = left(records)
    hook = sent(records, job, Channel.WEBHOOK)
    assert unread_by({IAN.name}, [hook]) == []
