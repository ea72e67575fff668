from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.call.instructions import RoutingTier
from ivr.core.queue.entry import QueueEntry, for_callback, milliseconds
from ivr.errors import QueueError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICKET = QueueEntry("CA1", "rainbow-frost", "+441632960001", "+441604529170", 5, ("en",), NOON, 120)

tickets = st.builds(
    QueueEntry,
    call_sid=st.text(min_size=1),
    client=st.text(),
    caller=st.text(),
    called=st.text(),
    priority=st.integers(0, 10),
    skills=st.lists(st.text(), max_size=3).map(tuple),
    joined_at=st.timedeltas(timedelta(days=-2000), timedelta(days=25000)).map(NOON.__add__),
    max_wait=st.integers(0, 86400),
    circles=st.lists(
        st.builds(
            RoutingTier,
            st.integers(0, 600),
            st.lists(st.text(), max_size=2).map(tuple),
            st.lists(st.text(), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    wrap_up=st.integers(0, 600),
)


@given(tickets)
def test_a_ticket_survives_the_way_through_redis(ticket: QueueEntry) -> None:
    assert QueueEntry.from_json(ticket.to_json()) == ticket


@given(tickets, tickets)
def test_priority_is_a_head_start_and_age_decides_among_equals(
    a: QueueEntry, b: QueueEntry
) -> None:
    later = milliseconds(a.joined_at) - milliseconds(b.joined_at)
    if later < (a.priority - b.priority) * 60_000:
        assert a.place < b.place


@given(tickets, tickets)
def test_nobody_is_overtaken_by_who_comes_more_than_ten_minutes_later(
    a: QueueEntry, b: QueueEntry
) -> None:
    if b.joined_at - a.joined_at > timedelta(minutes=10, milliseconds=1):
        assert a.place < b.place


@given(tickets)
def test_a_place_is_exact_as_a_score(ticket: QueueEntry) -> None:
    assert int(float(ticket.place)) == ticket.place


def test_the_time_zone_of_arrival_makes_no_difference() -> None:
    elsewhere = replace(TICKET, joined_at=NOON.astimezone(timezone(timedelta(hours=9))))
    assert elsewhere.place == TICKET.place


def test_waited_is_in_whole_seconds_and_never_negative() -> None:
    assert TICKET.waited(NOON + timedelta(seconds=75.9)) == timedelta(seconds=75)
    assert TICKET.waited(NOON - timedelta(seconds=3)) == timedelta(0)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"priority": 11}, "priority is 0 to 10, not 11"),
        ({"priority": -1}, "priority is 0 to 10, not -1"),
        ({"max_wait": -1}, "cannot wait -1 seconds"),
        ({"joined_at": datetime(2026, 3, 2, 12)}, "needs a time zone"),  # noqa: DTZ001 - the fault
    ],
)
def test_an_impossible_ticket_is_refused_with_its_cause(
    change: dict[str, object], cause: str
) -> None:
    with pytest.raises(QueueError, match=cause):
        replace(TICKET, **change)  # type: ignore[arg-type]


def test_the_ticket_of_a_call_back_names_it_in_place_of_a_call() -> None:
    ticket = replace(TICKET, call_sid=for_callback("7"), callback="7")
    assert QueueEntry.from_json(ticket.to_json()) == ticket
    with pytest.raises(QueueError, match="call back"):
        replace(ticket, call_sid="CA1")
