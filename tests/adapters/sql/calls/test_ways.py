"""Which ways callers took, counted from the paths of their calls."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.calls import ways
from tests.adapters.sql.records_samples import NOON, snapshot

SINCE = NOON - timedelta(days=30)


def test_each_pair_of_nodes_that_follow_one_another_is_counted(records: SqlRecords) -> None:
    records.calls.note(
        [
            snapshot(call_sid="CA1", path=("greet", "main", "desk")),
            snapshot(call_sid="CA2", path=("greet", "main", "main", "desk"), flow_version="v2"),
            snapshot(call_sid="CA3", path=("greet",)),
        ]
    )
    taken = records.calls.ways_taken("rainbow-frost", SINCE)
    assert taken.calls == 3
    assert taken.counts == {("greet", "main"): 2, ("main", "main"): 1, ("main", "desk"): 2}


def test_other_clients_and_older_calls_do_not_count(records: SqlRecords) -> None:
    records.calls.note(
        [
            snapshot(call_sid="CA1", path=("a", "b"), client="acme"),
            snapshot(call_sid="CA2", path=("a", "b"), started_at=SINCE - timedelta(seconds=1)),
            snapshot(call_sid="CA3", path=("a", "b"), started_at=SINCE),
        ]
    )
    assert records.calls.ways_taken("rainbow-frost", SINCE).counts == {("a", "b"): 1}


def test_of_very_many_calls_the_newest_are_counted(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "MAX_CALLS", 2)
    records.calls.note(
        snapshot(call_sid=f"CA{n}", started_at=NOON - timedelta(hours=n), path=("a", str(n)))
        for n in range(4)
    )
    taken = records.calls.ways_taken("rainbow-frost", SINCE)
    assert taken.calls == 2
    assert set(taken.counts) == {("a", "0"), ("a", "1")}
