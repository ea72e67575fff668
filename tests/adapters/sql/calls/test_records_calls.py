"""Calls in the records."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.sql import SqlRecords
from tests.adapters.sql.records_samples import NOON, snapshot

LATER = NOON + timedelta(minutes=2)


def test_a_call_is_given_back_as_it_was_noted(records: SqlRecords) -> None:
    noted = snapshot(turn=3, path=("greet", "main", "greet"), ended_at=LATER, outcome="message")
    records.calls.note([noted])
    assert records.calls.find("CA1") == noted


def test_an_unknown_call_is_none(records: SqlRecords) -> None:
    assert records.calls.find("CA1") is None


def test_a_later_turn_overwrites_an_older_one(records: SqlRecords) -> None:
    records.calls.note([snapshot(turn=1, path=("greet",))])
    records.calls.note([snapshot(turn=2, path=("greet", "main"))])
    found = records.calls.find("CA1")
    assert found is not None
    assert (found.turn, found.path) == (2, ("greet", "main"))


def test_an_older_turn_changes_nothing(records: SqlRecords) -> None:
    newest = snapshot(turn=2, path=("greet", "main"))
    records.calls.note([newest])
    records.calls.note([snapshot(turn=1, path=("greet",), flow_version="v0")])
    assert records.calls.find("CA1") == newest


def test_an_ended_call_stays_ended(records: SqlRecords) -> None:
    records.calls.note([snapshot(turn=1, ended_at=LATER, outcome="message")])
    records.calls.note([snapshot(turn=2)])
    records.calls.end("CA1", LATER + timedelta(hours=1), "completed", "x", "y")
    found = records.calls.find("CA1")
    assert found is not None
    assert (found.ended_at, found.outcome) == (LATER, "message")


def test_the_end_of_an_unknown_call_is_kept(records: SqlRecords) -> None:
    records.calls.end("CA1", LATER, "hung up", "+441632960001", "+441604529170")
    found = records.calls.find("CA1")
    assert found is not None
    assert (found.client, found.from_, found.to) == (None, "+441632960001", "+441604529170")
    assert (found.started_at, found.ended_at, found.outcome) == (LATER, LATER, "hung up")


def test_a_call_whose_end_came_first_is_filled_in_by_its_snapshot(records: SqlRecords) -> None:
    records.calls.end("CA1", LATER, "hung up", "+441632960001", "+441604529170")
    records.calls.note([snapshot()])
    assert records.calls.find("CA1") == snapshot(ended_at=LATER, outcome="hung up")


def test_calls_come_newest_first_and_by_client(records: SqlRecords) -> None:
    for n in range(4):
        client = "rainbow-frost" if n % 2 else "dental"
        at = NOON + timedelta(minutes=n)
        records.calls.note([snapshot(call_sid=f"CA{n}", client=client, started_at=at)])
    assert [c.call_sid for c in records.calls.newest()] == ["CA3", "CA2", "CA1", "CA0"]
    assert [c.call_sid for c in records.calls.newest(limit=2)] == ["CA3", "CA2"]
    assert [c.call_sid for c in records.calls.newest("dental")] == ["CA2", "CA0"]


def test_a_batch_is_kept_all_or_none(records: SqlRecords) -> None:
    naive = snapshot(call_sid="CA2", started_at=NOON.replace(tzinfo=None))
    with pytest.raises(Exception, match="no time zone"):
        records.calls.note([snapshot(), naive])
    assert records.calls.newest() == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_snapshots_in_any_order_and_repeated_come_to_the_same(
    records: SqlRecords, data: st.DataObject
) -> None:
    sid = f"CA{uuid4().hex}"
    path = ("greet", "main", "take_message", "done")
    turns = [snapshot(call_sid=sid, turn=n, path=path[: n + 1]) for n in range(3)]
    turns.append(snapshot(call_sid=sid, turn=3, path=path, ended_at=LATER, outcome="message"))
    repeats = data.draw(st.lists(st.sampled_from(turns), max_size=4))
    for noted in data.draw(st.permutations(turns + repeats)):
        records.calls.note([noted])
    assert records.calls.find(sid) == turns[-1]


def test_the_calls_of_one_number_with_one_client(records: SqlRecords) -> None:
    records.calls.note(
        [
            snapshot(call_sid="CA1"),
            snapshot(call_sid="CA2", from_="+441632960002"),
            snapshot(call_sid="CA3", client="harbour-dental"),
        ]
    )
    found = records.calls.newest("rainbow-frost", caller="+441632960001")
    assert [call.call_sid for call in found] == ["CA1"]
