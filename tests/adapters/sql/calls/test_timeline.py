"""The timeline: each turn, leg and event of a call is kept once, however it is told."""

from __future__ import annotations

from dataclasses import replace

from redis import Redis

from ivr import keys
from ivr.adapters.redis.turn_journal import append, drain, snapshot_to_json, turn_to_json
from ivr.adapters.sql import SqlRecords
from ivr.core.records.timeline import LegNote, LegRole, Timeline
from tests.adapters.sql.records_samples import FIRST, HELD, LATER, NOON, RINGS, SECOND, snapshot
from tests.stream_entries import entries


def empty(redis: Redis, records: SqlRecords, **options: int) -> None:
    """Drain the journal until nothing is left; the first call may only make the group."""
    drain(redis, records, 1, **options)
    while drain(redis, records, 1, **options):
        pass


def test_what_is_told_of_a_call_comes_back_in_order_of_time(records: SqlRecords) -> None:
    records.calls.note([SECOND, HELD, FIRST, snapshot()])
    assert records.calls.timeline("CA1") == Timeline(
        turns=(FIRST, replace(SECOND, legs=())), legs=(RINGS,), events=(HELD,)
    )
    assert records.calls.timeline("CA2") == Timeline((), (), ())


def test_what_is_told_twice_is_kept_once_as_it_was_first_told(records: SqlRecords) -> None:
    again = replace(FIRST, event="hung up", at=LATER)
    records.calls.note([FIRST, HELD])
    records.calls.note([again, HELD, FIRST])
    kept = records.calls.timeline("CA1")
    assert kept.turns == (FIRST,)
    assert kept.events == (HELD,)


def test_a_leg_is_one_whatever_part_of_it_is_told_first(records: SqlRecords) -> None:
    ended = LegNote(
        key=RINGS.key, call_sid="CA1", role=LegRole.PERSON, sid="CAleg", ended_at=LATER, how="busy"
    )
    records.calls.note([ended])
    records.calls.note([RINGS])
    records.calls.note([LegNote(key=RINGS.key, call_sid="CA1", role=LegRole.PERSON, how="later")])
    [leg] = records.calls.timeline("CA1").legs
    assert (leg.to, leg.started_at) == ("+447700900123", NOON)
    assert (leg.sid, leg.ended_at, leg.how) == ("CAleg", LATER, "busy")


def test_turns_legs_and_events_come_through_the_journal(redis: Redis, records: SqlRecords) -> None:
    entry = {"call": snapshot_to_json(snapshot(turn=1)), "turn": turn_to_json(SECOND)}
    redis.xadd(keys.JOURNAL, entry)  # type: ignore[arg-type]
    append(redis, HELD, LegNote(key="op", call_sid="CA1", role=LegRole.OPERATOR, started_at=NOON))
    empty(redis, records)
    kept = records.calls.timeline("CA1")
    assert [turn.number for turn in kept.turns] == [1]
    assert {leg.key for leg in kept.legs} == {"CA1 dial 1", "op"}
    assert kept.events == (HELD,)
    assert redis.xlen(keys.JOURNAL) == 0


def test_an_entry_of_before_there_were_notes_of_turns_is_still_read(
    redis: Redis, records: SqlRecords
) -> None:
    redis.xadd(keys.JOURNAL, {"call": snapshot_to_json(snapshot())})
    empty(redis, records)
    assert records.calls.find("CA1") == snapshot()
    assert records.calls.timeline("CA1").turns == ()


def test_an_entry_whose_note_cannot_be_read_is_set_aside_whole(
    redis: Redis, records: SqlRecords
) -> None:
    redis.xadd(keys.JOURNAL, {"call": snapshot_to_json(snapshot()), "turn": "{}"})
    empty(redis, records)
    assert records.calls.find("CA1") is None
    [kept] = entries(redis, keys.JOURNAL_REFUSED)
    assert b"not a turn's note" in kept[b"error"]
