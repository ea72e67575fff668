"""The field's measures of some visits and of operators' time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.queue.facts import OfferEnd, VisitEnd
from ivr.core.queue.measures import (
    Measures,
    by,
    client,
    half_hour,
    measures,
    operator,
    percentiles,
    work,
)
from ivr.core.queue.states import Presence
from ivr.core.queue.visits import Offer, Span, Visit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def answered(wait: float, talk: float = 60, by: str = "sam", joined: float = 0) -> Visit:
    """A caller who came to an operator after `wait` seconds."""
    end = at(joined + wait + talk)
    offer = Offer("r", by, at(joined), at(joined + wait), end, OfferEnd.FINISHED)
    return Visit(
        "CA", "acme", at(joined), at(joined - 10), 0, False, end, VisitEnd.FINISHED, (offer,)
    )


def gone(wait: float, how: VisitEnd = VisitEnd.HUNG_UP) -> Visit:
    """A caller who left after `wait` seconds without anybody having answered."""
    return Visit("CA", "acme", NOON, None, 0, False, at(wait), how)


def test_service_level_leaves_out_who_gave_up_before_the_target() -> None:
    visits = [answered(5), answered(20), answered(21), gone(10), gone(19), gone(25)]
    found = measures(visits)
    assert found.service_level == pytest.approx(2 / 4)
    assert measures(visits, timedelta(seconds=30)).service_level == 1.0


def test_whoever_was_turned_away_late_counts_against_the_service_level() -> None:
    found = measures([answered(5), gone(120, VisitEnd.EXPIRED), gone(60, VisitEnd.MOVED_ON)])
    assert found.service_level == pytest.approx(1 / 3)
    assert (found.lost, found.abandoned) == (2, 0)


def test_a_short_abandon_stands_apart() -> None:
    found = measures([answered(1), gone(4.9), gone(5)])
    assert (found.short_abandons, found.abandoned) == (1, 1)
    assert found.abandonment == 0.5
    assert found.offered == 3


def test_speed_of_answer_and_the_two_clocks() -> None:
    found = measures([answered(10), answered(20), answered(60)])
    assert found.asa == pytest.approx(30)
    assert found.to_human == percentiles([10, 20, 60])
    assert found.ring_to_human.p50 == 30  # they rang ten seconds before they joined
    assert found.talk == 60
    assert found.longest == 60


def test_declining_is_no_missed_call() -> None:
    declined = Offer("1", "joy", at(0), None, at(4), OfferEnd.DECLINED)
    found = measures([Visit("CA", "acme", NOON, offers=(declined,))])
    assert (found.declined, found.missed) == (1, 0)


def test_missed_offers_and_who_answered_first() -> None:
    missed = Offer("1", "joy", at(0), None, at(20), OfferEnd.MISSED)
    first = Offer("2", "sam", at(20), at(25), at(50), OfferEnd.HANDED_ON)
    second = Offer("3", "ann", at(60), at(65), at(90), OfferEnd.FINISHED)
    visit = Visit("CA", "acme", NOON, None, 0, False, at(90), None, (second, missed, first))
    found = measures([visit])
    assert (found.missed, found.asa, found.talk) == (1, 25, 25)
    assert operator(visit) == "sam"


def test_whoever_still_waits_is_part_of_no_ratio() -> None:
    found = measures([Visit("CA", "acme", NOON)])
    assert found.waiting == 1
    assert (found.service_level, found.abandonment, found.asa, found.longest) == (None,) * 4


def test_calls_back_are_left_out() -> None:
    assert measures([Visit("callback-1", "acme", NOON, callback=True)]).offered == 0


def test_visits_are_told_apart_by_client_operator_and_half_hour() -> None:
    visits = [answered(1), answered(1, by="joy", joined=1800), gone(9)]
    assert {key: len(them) for key, them in by(client, visits).items()} == {"acme": 3}
    assert set(by(operator, visits)) == {"sam", "joy", None}
    assert {key: len(them) for key, them in by(half_hour, visits).items()} == {
        NOON: 2,
        at(1800): 1,
    }


@given(st.lists(st.floats(0, 1e4), min_size=1))
def test_a_percentile_is_one_of_the_lengths_and_so_many_do_not_exceed_it(
    lengths: list[float],
) -> None:
    found = percentiles(lengths)
    for share, value in ((0.5, found.p50), (0.9, found.p90), (0.95, found.p95)):
        assert value in lengths
        assert sum(length <= value for length in lengths) >= share * len(lengths)
        assert sum(length < value for length in lengths) < share * len(lengths)


@given(
    st.lists(
        st.builds(answered, st.floats(0, 300))
        | st.builds(gone, st.floats(0, 300), st.sampled_from(VisitEnd))
    )
)
def test_every_caller_is_counted_once_and_ratios_are_ratios(visits: list[Visit]) -> None:
    found: Measures = measures(visits)
    parts = (found.answered, found.abandoned, found.short_abandons, found.lost, found.waiting)
    assert sum(parts) == found.offered == len(visits)
    for ratio in (found.service_level, found.abandonment):
        assert ratio is None or 0 <= ratio <= 1


def test_occupancy_is_what_callers_took_of_the_time_at_work() -> None:
    spans = [
        Span("sam", Presence.AVAILABLE, at(-600), at(60)),
        Span("sam", Presence.RINGING, at(60), at(70)),
        Span("sam", Presence.ON_CALL, at(70), at(130)),
        Span("sam", Presence.WRAP_UP, at(130), at(150)),
        Span("sam", Presence.AWAY, at(150), at(400), "lunch"),
        Span("sam", Presence.AVAILABLE, at(400)),
    ]
    found = work(spans, NOON, at(410))
    assert found.occupancy == pytest.approx(90 / (90 + 60 + 10))
    assert found.wrap_up == 20
    assert found.seconds[Presence.AWAY] == 250


def test_nobody_at_work_has_no_occupancy() -> None:
    assert work([], NOON, at(60)).occupancy is None
