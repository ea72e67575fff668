"""A status counts for its time and ends by itself; at most one counts for anybody at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.availability.status import (
    How,
    Status,
    StatusRequest,
    checked,
    counting,
    ended,
    made,
    replaced,
    standing,
)
from ivr.errors import StatusError

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
AWAY, MESSAGES, EMERGENCIES = StatusKind


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


def wish(
    person: str | None = "ian",
    starts: datetime = NOON,
    ends: datetime | None = None,
    kind: StatusKind = AWAY,
) -> StatusRequest:
    return StatusRequest(
        client="acme", person=person, kind=kind, starts=starts, ends=ends, by="Ian", how=How.TEXT
    )


class Kept:
    """Statuses as a book keeps them."""

    def __init__(self) -> None:
        self.statuses: list[Status] = []

    def set(self, wanted: StatusRequest, now: datetime) -> Status:
        new = made(checked(wanted, now), str(len(self.statuses)), now)
        cut = {each.id: each for each in replaced(self.statuses, new)}
        self.statuses = [cut.get(each.id, each) for each in self.statuses] + [new]
        return new

    def back(self, person: str | None, now: datetime) -> None:
        self.statuses = [
            ended(each, now, "Ian", How.PAGE)
            if each.person == person and each.counts(now)
            else each
            for each in self.statuses
        ]

    def of(self, person: str | None, at: datetime) -> StatusKind | None:
        found = counting(self.statuses, "acme", person, at)
        return found.kind if found else None


def test_it_counts_from_its_beginning_and_ends_by_itself() -> None:
    kept = Kept()
    kept.set(wish(starts=hours(1), ends=hours(3)), NOON)
    assert [kept.of("ian", hours(at)) for at in (0, 1, 2.9, 3)] == [None, AWAY, AWAY, None]


def test_without_an_end_it_lasts_until_somebody_is_back() -> None:
    kept = Kept()
    kept.set(wish(), NOON)
    assert kept.of("ian", hours(9999)) is AWAY
    kept.back("ian", hours(5))
    assert (kept.of("ian", hours(4)), kept.of("ian", hours(5))) == (AWAY, None)


def test_a_newer_one_takes_the_place_of_an_older_which_does_not_come_back() -> None:
    kept = Kept()
    kept.set(wish(ends=hours(9)), NOON)
    kept.set(wish(starts=hours(1), ends=hours(2), kind=EMERGENCIES), hours(1))
    assert [kept.of("ian", hours(at)) for at in (0.5, 1.5, 3)] == [AWAY, EMERGENCIES, None]


def test_a_newer_one_leaves_alone_what_is_planned_for_another_time() -> None:
    kept = Kept()
    kept.set(wish(starts=hours(20), ends=hours(30)), NOON)
    kept.set(wish(ends=hours(2)), NOON)
    assert [kept.of("ian", hours(at)) for at in (1, 5, 21)] == [AWAY, None, AWAY]


def test_what_people_say_of_themselves_counts_more_than_what_is_said_for_everybody() -> None:
    kept = Kept()
    kept.set(wish(ends=hours(2), kind=EMERGENCIES), NOON)
    kept.set(wish(person=None, ends=hours(9), kind=MESSAGES), NOON)
    found = standing(kept.statuses, "acme", hours(1))
    assert (found.of("ian"), found.of("pat")) == (EMERGENCIES, MESSAGES)
    assert standing(kept.statuses, "acme", hours(3)).of("ian") is MESSAGES
    assert not standing(kept.statuses, "other", hours(1))


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (NOON, hours(-1), "passed already"),
        (hours(3), hours(2), "before it begins"),
        (hours(24 * 400), None, "more than a year"),
        (NOON, hours(24 * 400), "more than a year"),
    ],
)
def test_a_status_that_cannot_be_is_refused(
    starts: datetime, ends: datetime | None, why: str
) -> None:
    with pytest.raises(StatusError, match=why):
        checked(wish(starts=starts, ends=ends), NOON)


@pytest.mark.parametrize(
    ("kind", "calls", "emergencies", "jobs", "urgent_jobs"),
    [
        (None, True, True, True, True),
        (AWAY, False, False, False, False),
        (MESSAGES, False, False, True, True),
        (EMERGENCIES, False, True, False, True),
    ],
)
def test_what_each_kind_of_status_leaves_to_somebody(
    kind: StatusKind | None, calls: bool, emergencies: bool, jobs: bool, urgent_jobs: bool
) -> None:
    stands = Availability({"ian": kind} if kind else {})
    assert stands.takes_calls("ian") is calls
    assert stands.takes_calls("ian", emergency=True) is emergencies
    assert stands.takes_jobs("ian") is jobs
    assert stands.takes_jobs("ian", emergency=True) is urgent_jobs


def test_callers_of_a_client_leave_messages_where_each_of_its_people_wants_that() -> None:
    assert Availability({"ian": MESSAGES}).all_want_messages(["ian"])
    assert not Availability({"ian": MESSAGES}).all_want_messages(["ian", "pat"])
    assert not Availability({"ian": MESSAGES, "pat": AWAY}).all_want_messages(["ian", "pat"])
    assert Availability(everybody=EMERGENCIES).all_want_messages([])
    assert not Availability(everybody=EMERGENCIES).all_want_messages([], emergency=True)


KINDS = st.sampled_from(StatusKind)
PEOPLE = st.sampled_from(["ian", "pat", None])
OFFSETS = st.floats(0, 100)
ACTS = st.lists(st.tuples(PEOPLE, KINDS, OFFSETS, OFFSETS | st.none(), st.booleans()), max_size=12)


@given(ACTS, st.lists(st.floats(0, 300), max_size=20))
def test_at_any_moment_one_status_at_most_counts_for_anybody(
    acts: list[tuple[str | None, StatusKind, float, float | None, bool]], moments: list[float]
) -> None:
    kept, now = Kept(), NOON
    for person, kind, starts, lasts, back in acts:
        now += timedelta(minutes=7)
        if back:
            kept.back(person, now)
            assert kept.of(person, now) is None
            continue
        begins = now + timedelta(hours=starts)
        ends = None if lasts is None else begins + timedelta(hours=lasts, seconds=1)
        kept.set(wish(person, begins, ends, kind), now)
        assert kept.of(person, begins) is kind
    for at in map(hours, moments):
        held = [(each.person, each.id) for each in kept.statuses if each.counts(at)]
        assert len({person for person, _ in held}) == len(held)


@given(KINDS, st.floats(0.1, 5000), st.floats(0, 5000))
def test_a_status_with_an_end_has_ended_after_it(
    kind: StatusKind, starts: float, at: float
) -> None:
    kept = Kept()
    new = kept.set(wish(starts=hours(starts), ends=hours(starts + 2), kind=kind), NOON)
    assert (kept.of("ian", hours(at)) is kind) == (new.starts <= hours(at) < hours(starts + 2))


@given(st.dictionaries(st.sampled_from(["ian", "pat", "jo"]), KINDS), KINDS | st.none())
def test_a_standing_comes_back_from_its_data(
    people: dict[str, StatusKind], everybody: StatusKind | None
) -> None:
    stands = Availability(people, everybody)
    assert Availability.from_data(stands.to_data()) == stands
