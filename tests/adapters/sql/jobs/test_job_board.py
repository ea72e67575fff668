"""Lists of jobs, and how many there are."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.core.jobs.acts import Close, Take
from ivr.core.jobs.job import FollowUpTerms, Job, JobState, Opening, Outcome
from ivr.core.records.job_list import Count, Wanted
from tests.adapters.sql.records_samples import HEARD, message_note, recording_note
from tests.job_changes import act_on, open_job
from tests.job_samples import AGENCY, HOUR, IAN, NOON, SAM, new_job

MINE = {
    "leak": ("rainbow-frost", "message", IAN, 1.0, {"reason": "a leak"}),
    "order": ("acme", "order", AGENCY, 3.0, {"what": "100% wool"}),
    "booking": ("acme", "booking", AGENCY, 0.5, {}),
}


@pytest.fixture
def three(records: SqlRecords) -> dict[str, Job]:
    """Three open jobs by name, due an hour, three hours and half an hour after noon."""
    made = {}
    for name, (client, kind, owner, hours, fields) in MINE.items():
        opening = Opening(owner, NOON + hours * HOUR, FollowUpTerms(), "Ring the caller back")
        new = new_job(client=client, kind=kind, summary=name, opening=opening, fields=fields)
        made[name] = open_job(records, new, NOON)
    return made


def names(records: SqlRecords, **wanted: Any) -> list[str]:
    return [row.job.summary for row in records.jobs.board(Wanted(**wanted))]


def test_the_first_to_be_due_comes_first(records: SqlRecords, three: dict[str, Job]) -> None:
    assert names(records) == ["booking", "leak", "order"]
    assert [row.job.summary for row in records.jobs.board(Wanted(), 1, 1)] == ["leak"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"client": "acme"}, ["booking", "order"]),
        ({"client": ""}, []),
        ({"kind": "order"}, ["order"]),
        ({"owner": IAN}, ["leak"]),
        ({"owner": SAM}, []),
        ({"due_before": NOON + HOUR}, ["booking", "leak"]),
        ({"due_after": NOON + HOUR}, ["order"]),
        ({"unnamed": True}, ["booking", "order"]),
        ({"undelivered": True}, []),
        ({"text": "LEAK"}, ["leak"]),
        ({"text": "100%"}, ["order"]),
        ({"text": "%"}, ["order"]),
        ({"text": "acme wool"}, ["order"]),
        ({"text": "frost"}, ["leak"]),
        ({"state": JobState.CLOSED}, []),
    ],
)
def test_the_list_can_be_narrowed_down(
    records: SqlRecords, three: dict[str, Job], wanted: dict[str, Any], expected: list[str]
) -> None:
    assert names(records, **wanted) == expected


def test_closed_jobs_come_last_the_last_closed_first(
    records: SqlRecords, three: dict[str, Job]
) -> None:
    for hours, name in enumerate(("order", "leak"), start=1):
        close = Close(Outcome.DONE, "done")
        act_on(records, three[name].id, close, "sam", NOON + hours * HOUR)
    assert names(records) == ["booking"]
    assert names(records, state=JobState.CLOSED) == ["leak", "order"]
    assert names(records, state=None) == ["booking", "leak", "order"]


def test_open_overdue_and_soon_due_jobs_are_counted(
    records: SqlRecords, three: dict[str, Job]
) -> None:
    assert records.jobs.count(NOON) == Count(open=3, overdue=0, soon=2, unnamed=1)
    assert records.jobs.count(NOON + HOUR) == Count(open=3, overdue=2, soon=0)
    assert records.jobs.count(NOON + HOUR, Wanted(client="acme")) == Count(2, 1, 0, 0)
    act_on(records, three["leak"].id, Close(Outcome.DONE, "done"), "sam", NOON)
    assert records.jobs.count(NOON + HOUR) == Count(open=2, overdue=1, soon=0)


def test_the_clients_with_open_jobs_are_known_and_their_kinds(
    records: SqlRecords, three: dict[str, Job]
) -> None:
    assert records.jobs.clients() == ["acme", "rainbow-frost"]
    assert records.jobs.kinds() == ["booking", "message", "order"]
    assert records.jobs.kinds("acme") == ["booking", "order"]


def test_a_job_comes_with_its_message_s_words_and_is_found_by_them(records: SqlRecords) -> None:
    message = records.messages.keep(message_note())
    records.recordings.transcribed(message, HEARD, NOON)
    [row] = records.jobs.board(Wanted(text="ceiling"))
    assert (row.job.message, row.words) == (message, "the ceiling drips")
    assert records.jobs.board(Wanted(text="floor")) == []


def test_what_has_not_reached_its_recipient_is_counted(records: SqlRecords) -> None:
    message = records.messages.recording_ready(recording_note())

    def undelivered() -> int:
        [row] = records.jobs.board(Wanted())
        return row.undelivered

    assert undelivered() == 1  # the e-mail waits for the words
    [item] = records.outbox.claim(["email"], NOON + HOUR, HOUR, 1)
    assert item.subject == message
    records.outbox.give_up(item.id, "refused", NOON + HOUR)
    assert undelivered() == 1
    act_on(records, records.jobs.board(Wanted())[0].job.id, Take(SAM), "sam", NOON)
    assert undelivered() == 1


def test_what_has_reached_its_recipient_is_not_counted(records: SqlRecords) -> None:
    records.messages.recording_ready(recording_note())
    [item] = records.outbox.claim(["email"], NOON + HOUR, HOUR, 1)
    records.outbox.finish(item.id, NOON + HOUR)
    assert records.jobs.board(Wanted())[0].undelivered == 0
