"""What people were told of jobs, and what is still promised to them."""

from __future__ import annotations

from ivr.adapters.sql import SqlRecords
from ivr.core.delivery.plan import Channel
from ivr.core.jobs.job import Job
from ivr.core.records.delivery import Delivery, DeliveryItem
from ivr.core.records.job_list import Wanted
from tests.adapters.sql.records_samples import recording_note
from tests.job_changes import open_job
from tests.job_samples import HOUR, NOON, new_job


def of_message(records: SqlRecords, number: int = 1) -> Job:
    """The job of a message whose e-mail is promised."""
    message = records.messages.recording_ready(recording_note(recording_sid=f"RE{number}"))
    job = records.jobs.of_message(message)
    assert job is not None
    return job


def brought(records: SqlRecords, job: Job, promise: str, about: str = "notice") -> Delivery:
    parcel = DeliveryItem(
        promise=promise,
        client=job.client,
        about=about,
        recipient="Ian Frost",
        message=job.message,
        job=job.id if about == "notice" else None,
    )
    begun = records.deliveries.begin(parcel, Channel.EMAIL, "ian@acme.example", NOON)
    assert begun is not None
    return begun


def test_deliveries_of_several_jobs_are_told_apart_whether_of_them_or_their_messages(
    records: SqlRecords,
) -> None:
    one, two = of_message(records), open_job(records, new_job(), NOON)
    other = of_message(records, 2)
    message = brought(records, one, f"email-{one.message}", "message")
    notices = [brought(records, job, f"notice-{job.id}-2-x") for job in (one, two)]
    brought(records, other, f"email-{other.message}", "message")
    found = records.jobs.deliveries([one, two])
    assert found == {one.id: [message, notices[0]], two.id: [notices[1]]}
    assert records.jobs.deliveries([]) == {}


def test_what_is_promised_is_outstanding_until_it_is_begun_and_where_it_was_given_up(
    records: SqlRecords,
) -> None:
    job = of_message(records)
    [promised] = records.jobs.outstanding(job)
    assert (promised.key, promised.to) == (f"email-{job.message}", "Ian Frost")
    assert (promised.given_up, promised.error) == (False, None)
    assert records.jobs.outstanding(open_job(records, new_job(), NOON)) == []
    [item] = records.outbox.claim(["email"], NOON + HOUR, HOUR, 1)
    records.outbox.give_up(item.id, "it could not be brought", NOON + HOUR)
    [given_up] = records.jobs.outstanding(job)
    assert (given_up.given_up, given_up.error) == (True, "it could not be brought")
    brought(records, job, promised.key, "message")
    assert records.jobs.outstanding(job) == []


def test_jobs_of_which_somebody_was_not_told_can_be_listed(records: SqlRecords) -> None:
    job = of_message(records)
    open_job(records, new_job(), NOON)
    assert [row.job.id for row in records.jobs.board(Wanted(undelivered=True))] == [job.id]
    records.deliveries.sent(brought(records, job, f"email-{job.message}", "message"), "x", NOON)
    assert records.jobs.board(Wanted(undelivered=True)) == []
