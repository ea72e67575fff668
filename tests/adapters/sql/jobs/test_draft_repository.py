"""What operators write is kept while they write it, and belongs to whoever has the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ivr.adapters.sql import SqlRecords
from ivr.core.records.draft import Draft
from tests.adapters.sql.records_samples import NOON

LATER = NOON + timedelta(minutes=1)
NEW = Draft(
    call_sid="CA1",
    client="rainbow-frost",
    flow_version="v1",
    operator="sam",
    caller="+441632960001",
    began_at=NOON,
    updated_at=NOON,
)


def begun(records: SqlRecords, operator: str = "sam", call_sid: str = "CA1") -> Draft:
    return records.drafts.begin(replace(NEW, operator=operator, call_sid=call_sid))[0]


def test_a_call_has_one_open_draft_however_often_it_is_looked_at(records: SqlRecords) -> None:
    first, new = records.drafts.begin(NEW)
    again, still_new = records.drafts.begin(NEW)
    assert (first, new) == (again, True)
    assert not still_new
    assert records.drafts.find("CA1.0") == first == NEW


def test_what_is_typed_is_kept_letter_by_letter(records: SqlRecords) -> None:
    draft = begun(records)
    for text in ("A", "An", "Ann"):
        assert records.drafts.save(draft.id, "sam", "booking", {"name": text}, LATER)
    [kept] = records.drafts.unfinished_of("sam")
    assert (kept.kind, kept.fields, kept.updated_at) == ("booking", {"name": "Ann"}, LATER)
    assert kept.written
    assert not draft.written


def test_whoever_gets_the_call_next_gets_the_draft(records: SqlRecords) -> None:
    records.drafts.save(begun(records).id, "sam", "message", {"name": "Ann"}, NOON)
    taken, new = records.drafts.begin(replace(NEW, operator="joy"))
    assert (taken.id, taken.operator, taken.fields, new) == ("CA1.0", "joy", {"name": "Ann"}, True)
    assert records.drafts.unfinished_of("sam") == []
    assert records.drafts.unfinished_of("joy") == [taken]


def test_the_latest_call_of_an_operator_is_the_one_they_got_last(records: SqlRecords) -> None:
    begun(records, "joy", "CA2")
    own = replace(NEW, call_sid="CA3", began_at=LATER)
    records.drafts.begin(own)
    records.drafts.close("CA3.0", "sam", "message taken", LATER)
    last = records.drafts.last_of("sam")
    assert last is not None
    assert (last.id, last.closed_at) == ("CA3.0", LATER)
    handed = replace(NEW, call_sid="CA2", began_at=LATER + timedelta(minutes=1))
    assert records.drafts.begin(handed)[0] == records.drafts.last_of("sam")
    assert records.drafts.last_of("joy") is None


def test_nobody_else_can_write_in_it(records: SqlRecords) -> None:
    draft = begun(records)
    assert not records.drafts.save(draft.id, "joy", "message", {"name": "Eve"}, LATER)
    assert not records.drafts.close(draft.id, "joy", "", LATER)
    assert records.drafts.find(draft.id) == draft


def test_what_was_sent_is_forgotten_here_and_never_opened_again(records: SqlRecords) -> None:
    draft = begun(records)
    records.drafts.save(draft.id, "sam", "message", {"name": "Ann"}, NOON)
    assert records.drafts.close(draft.id, "sam", "message taken", LATER)
    assert not records.drafts.close(draft.id, "sam", "message taken", LATER)
    assert not records.drafts.save(draft.id, "sam", "message", {"name": "Anna"}, LATER)
    kept = records.drafts.find(draft.id)
    assert kept is not None
    assert (kept.fields, kept.outcome, kept.closed_at) == ({}, "message taken", LATER)
    assert records.drafts.unfinished_of("sam") == []


def test_a_call_may_have_a_second_matter(records: SqlRecords) -> None:
    records.drafts.close(begun(records).id, "sam", "message taken", NOON)
    second, new = records.drafts.begin(NEW)
    assert (second.id, new) == ("CA1.1", True)
    assert records.drafts.unfinished_of("sam") == [second]


def test_an_odd_name_is_of_no_draft(records: SqlRecords) -> None:
    begun(records)
    for odd in ("", "CA1", "CA1.", "CA1.x", "CA1.99999999999999999999", "CA2.0"):
        assert records.drafts.find(odd) is None
