"""Search: callers, messages, transcripts and jobs are found, in the transaction that keeps them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.database import connect, writing
from ivr.adapters.sql.search.index import MOST_PAGES, NEWEST, DocumentKind
from ivr.adapters.sql.tables import search_documents
from ivr.core.jobs.acts import Act, Close, Hand, Note, Plan, Reopen, Snooze, Take
from ivr.core.jobs.job import Outcome
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.text_message import TextReceived
from tests.adapters.sql.records_samples import HEARD, NOON, message_note, recording_note, snapshot
from tests.job_changes import act_on, open_job
from tests.job_samples import HOUR, MAYA, SAM, new_job


def subjects(records: SqlRecords, query: str, client: str | None = None, **more: int) -> list[str]:
    return [hit.subject for hit in records.search.find(query, client, **more)]


def test_a_call_is_found_by_its_caller(records: SqlRecords) -> None:
    records.calls.note([snapshot()])
    records.calls.note([snapshot(call_sid="CA2", from_="+441604529171")])
    records.calls.note([snapshot(call_sid="CA3", from_=WITHHELD)])
    assert subjects(records, "01632 960001") == subjects(records, "+441632960001") == ["CA1"]
    assert subjects(records, "01604 52917") == ["CA2"]
    assert subjects(records, "anonymous") == []
    [hit] = records.search.find("01632960001")
    assert (hit.kind, hit.client, hit.at) == (DocumentKind.CALL, "rainbow-frost", NOON)


def test_a_message_is_found_by_what_was_collected_and_then_by_its_words(
    records: SqlRecords,
) -> None:
    message_id = records.messages.keep(message_note())
    assert subjects(records, "leak") == [message_id]
    assert subjects(records, "ceiling") == []
    records.recordings.transcribed(message_id, HEARD, NOON)
    assert subjects(records, "ceil drips") == subjects(records, "leak ceiling") == [message_id]
    other = HEARD.__class__("the roof", HEARD.words, "vosk", "m", number_given="+441604529170")
    records.recordings.transcribed(message_id, other, NOON)
    assert subjects(records, "ceiling") == []
    assert subjects(records, "roof 01604529170") == [message_id]
    records.messages.recording_ready(recording_note())
    assert subjects(records, "roof") == [message_id]


def test_a_text_that_has_come_in_is_found(records: SqlRecords) -> None:
    text = TextReceived(
        message_sid="SM1",
        client="acme",
        from_="+447700900123",
        to="+441632960001",
        body="Running late",
        received_at=NOON,
    )
    records.texts.keep(text)
    assert subjects(records, "late 07700") == ["SM1"]


def test_a_form_that_an_operator_has_filled_in_is_found_by_its_fields(records: SqlRecords) -> None:
    fields = {"patient": "Wilhelmina Müller", "ring_back": "01604 529 170"}
    new = new_job(summary="Booking", kind="booking", caller="+441632960001", fields=fields)
    job = open_job(records, new, NOON)
    queries = ("wilhelmina", "muller", "01632 960001", "+441604529170", "booking wilhel")
    assert [subjects(records, query) for query in queries] == [[job.id]] * 5
    [hit] = records.search.find("wilhelmina")
    assert (hit.kind, hit.client, hit.at) == (DocumentKind.JOB, "rainbow-frost", NOON)
    assert subjects(records, "wilhelmina", "dental") == []
    assert records.search.look_up([hit]) == [job]


def test_a_job_is_found_by_what_is_to_be_done_notes_and_reasons(records: SqlRecords) -> None:
    job = open_job(records, new_job(caller="+441632960001"), NOON)
    acts: list[tuple[Act, str]] = [
        (Note("engaged, try the plumber"), "plumber"),
        (Plan("Send the brochure"), "brochure"),
        (Hand(MAYA, "knows the cellar"), "cellar"),
        (Snooze(NOON + HOUR, "until the tide"), "tide"),
        (Close(Outcome.DONE, "mended the boiler"), "boiler"),
        (Reopen("leaks once more"), "leaks"),
    ]
    for act, word in acts:
        assert subjects(records, word) == []
        act_on(records, job.id, act, "sam", NOON)
        assert subjects(records, word) == [job.id]
    assert subjects(records, "plumber brochure cellar tide boiler 01632960001") == [job.id]
    assert subjects(records, "ring the caller back") == []  # which nearly every job says


def test_a_message_s_job_is_found_beside_it_once_something_is_written_about_it(
    records: SqlRecords,
) -> None:
    records.messages.recording_ready(recording_note())
    message_id = records.messages.keep(message_note())
    job = records.jobs.of_message(message_id)
    assert job is not None
    assert subjects(records, "leak") == [message_id]
    act_on(records, job.id, Take(SAM), "sam", NOON)
    assert subjects(records, "leak") == [message_id]
    act_on(records, job.id, Note("sent the plumber"), "sam", NOON)
    assert subjects(records, "leak plumber") == [job.id]
    assert sorted(subjects(records, "leak")) == sorted([job.id, message_id])


def test_what_is_learnt_of_the_caller_after_the_job_was_opened_finds_it_too(
    records: SqlRecords,
) -> None:
    """The carrier's note comes first, and an agreement says what is to be done."""
    opening = replace(recording_note().opening, action="Send the brochure")
    message_id = records.messages.recording_ready(recording_note(opening=opening))
    job = records.jobs.of_message(message_id)
    assert job is not None
    assert subjects(records, "brochure") == [job.id]
    records.messages.keep(message_note())
    assert subjects(records, "brochure leak 01632960001") == [job.id]


def test_many_who_write_about_one_job_at_once_are_all_found(records: SqlRecords) -> None:
    job = open_job(records, new_job(), NOON)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: act_on(records, job.id, Note(f"word{n}x"), "sam", NOON), range(8)))
    assert subjects(records, " ".join(f"word{n}x" for n in range(8))) == [job.id]


def test_a_client_finds_only_what_is_theirs(records: SqlRecords) -> None:
    records.calls.note([snapshot()])
    records.calls.note([snapshot(call_sid="CA2", client="dental")])
    records.calls.note([snapshot(call_sid="CA3", client=None)])
    assert subjects(records, "01632960001", "dental") == ["CA2"]
    assert subjects(records, "01632960001", "rainbow") == []
    assert len(subjects(records, "01632960001")) == 3


def test_a_call_whose_end_was_noted_first_becomes_its_client_s(records: SqlRecords) -> None:
    records.calls.end("CA1", NOON, "hung up", "+441632960001", "+44")
    assert subjects(records, "01632960001", "rainbow-frost") == []
    records.calls.note([snapshot()])
    records.calls.end("CA1", NOON, "hung up", "+441632960001", "+44")
    assert subjects(records, "01632960001", "rainbow-frost") == ["CA1"]


def test_the_newest_come_first_page_by_page(records: SqlRecords) -> None:
    calls = [snapshot(call_sid=f"CA{n}", started_at=NOON + timedelta(n)) for n in range(7)]
    records.calls.note(calls)
    pages = [subjects(records, "01632", limit=3, page=page) for page in (1, 2, 3, 4)]
    assert pages == [["CA6", "CA5", "CA4"], ["CA3", "CA2", "CA1"], ["CA0"], []]
    assert subjects(records, "01632", page=MOST_PAGES + 1) == subjects(records, "01632", page=0)


def test_a_rare_word_is_found_behind_many_newer_documents(
    records: SqlRecords, records_url: str
) -> None:
    records.messages.keep(message_note())
    engine = connect(records_url)
    rows = [
        {"kind": "call", "subject": f"CA{n}", "client": "rainbow-frost", "at": NOON, "body": "busy"}
        for n in range(NEWEST + 5)
    ]
    with writing(engine) as connection:
        connection.execute(sa.insert(search_documents), rows)
    engine.dispose()
    assert len(subjects(records, "leak")) == len(subjects(records, "leak", "rainbow-frost")) == 1
    assert subjects(records, "busy", limit=2) == [f"CA{NEWEST + 4}", f"CA{NEWEST + 3}"]


AWKWARD = ['"', "'", "* OR", "a:b", "NEAR(a b)", "a\\", "') --", "\x00a", "^a", "{a}", "a' | 'b"]


@pytest.mark.parametrize("query", AWKWARD)
def test_no_query_is_anything_but_words(records: SqlRecords, query: str) -> None:
    records.calls.note([snapshot()])
    assert subjects(records, query) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(query=st.text())
def test_any_text_may_be_searched_for(records: SqlRecords, query: str) -> None:
    assert records.search.find(query, "acme") == []
