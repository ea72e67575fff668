"""Who is offered to whom: circles, idleness, fairness. Against a real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.call.instructions import RoutingTier
from ivr.core.queue.entry import QueueEntry
from ivr.core.queue.facts import OfferEnd
from ivr.core.queue.states import Presence

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def operators(redis: Redis) -> RedisOperators:
    return RedisOperators(redis)


def join(
    queue: RedisOperatorQueue,
    call_sid: str,
    *circles: RoutingTier,
    joined: float = 0,
    priority: int = 5,
    skills: tuple[str, ...] = (),
) -> None:
    ticket = QueueEntry(call_sid, "acme", "", "", priority, skills, at(joined), 3600, circles)
    queue.wait(ticket, at(joined))


def offers(queue: RedisOperatorQueue, now: float, limit: int = 10) -> dict[str, str]:
    """Who is offered whom: call SID → operator."""
    made = queue.match(at(now), LEASE, limit)
    assert all(each.expires_at == at(now) + LEASE for each in made)
    return {each.ticket.call_sid: each.operator for each in made}


def test_the_longest_idle_operator_is_offered_the_first_caller(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("late", None, at(5))
    operators.sign_on("early", None, at(1))
    join(queue, "second", joined=7)
    join(queue, "first", joined=6)
    assert offers(queue, 10) == {"first": "early", "second": "late"}


def test_nobody_is_offered_twice(operators: RedisOperators, queue: RedisOperatorQueue) -> None:
    operators.sign_on("sam", None, NOON)
    operators.sign_on("ann", None, NOON)
    join(queue, "a")
    assert len(offers(queue, 1)) == 1
    assert offers(queue, 2) == {}


def test_only_so_many_offers_are_made_at_once(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    for number in range(4):
        operators.sign_on(f"op{number}", None, NOON)
        join(queue, f"CA{number}", joined=number)
    assert list(offers(queue, 10, limit=3)) == ["CA0", "CA1", "CA2"]
    assert list(offers(queue, 10, limit=3)) == ["CA3"]


def test_an_operator_without_the_skills_is_passed_over(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", ("legal",), NOON)
    operators.sign_on("ann", ("welsh", "legal"), at(1))
    join(queue, "welsh", skills=("welsh",))
    join(queue, "any", joined=1)
    assert offers(queue, 2) == {"welsh": "ann", "any": "sam"}


def test_a_caller_nobody_can_serve_holds_up_nobody(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", ("legal",), NOON)
    for number in range(120):
        join(queue, f"CY{number:03}", joined=number / 100, skills=("welsh",))
    join(queue, "any", joined=5)
    assert offers(queue, 6) == {"any": "sam"}


class TestCircles:
    USUAL = RoutingTier(15, (), ("ann",))

    def test_the_usual_operators_come_first(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, NOON)
        operators.sign_on("ann", None, at(5))
        join(queue, "a", self.USUAL)
        assert offers(queue, 6) == {"a": "ann"}

    def test_a_usual_operator_who_declines_keeps_nobody_waiting(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, NOON)
        operators.sign_on("ann", None, at(5))
        join(queue, "a", self.USUAL)
        (first,) = queue.match(at(6), LEASE)
        assert first.operator == "ann"
        queue.release(first.id, at(7), OfferEnd.DECLINED)
        assert offers(queue, 7) == {"a": "sam"}

    def test_while_a_usual_operator_is_busy_the_caller_is_kept_for_them_a_while(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("ann", None, NOON)
        join(queue, "busy")
        assert offers(queue, 1) == {"busy": "ann"}
        operators.sign_on("sam", None, at(1))
        join(queue, "a", self.USUAL, joined=2)
        assert offers(queue, 16.9) == {}
        assert offers(queue, 17) == {"a": "sam"}

    @pytest.mark.parametrize("away", [Presence.AWAY, Presence.OFFLINE])
    def test_nobody_waits_for_a_circle_that_is_not_at_work(
        self, operators: RedisOperators, queue: RedisOperatorQueue, away: Presence
    ) -> None:
        operators.sign_on("sam", None, NOON)
        operators.sign_on("ann", None, NOON)
        operators.wish("ann", away, at(1))  # type: ignore[arg-type]  # one of the wishes
        join(queue, "a", self.USUAL, joined=2)
        assert offers(queue, 3) == {"a": "sam"}

    def test_the_circle_widens_and_the_place_is_kept(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("ann", ("welsh",), NOON)
        join(queue, "busy")
        offers(queue, 1)
        join(queue, "a", RoutingTier(20, ("welsh",)), joined=2)
        join(queue, "b", joined=3)
        assert [entry.ticket.call_sid for entry in queue.waiting(at(21))] == ["a", "b"]
        operators.sign_on("sam", ("legal",), at(22))
        assert offers(queue, 23) == {"a": "sam"}

    def test_circles_open_one_after_the_other(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        for name, skills in (("ann", ("x",)), ("joy", ("welsh",))):
            operators.sign_on(name, skills, NOON)
            join(queue, f"keeps-{name}", RoutingTier(99, (), (name,)))
        for reservation in queue.match(at(1), LEASE):
            queue.operator_answered(reservation.id, at(2))
        operators.sign_on("sam", ("legal",), at(1))
        join(queue, "a", self.USUAL, RoutingTier(20, ("welsh",)), joined=2)
        assert offers(queue, 36.9) == {}
        assert offers(queue, 37) == {"a": "sam"}

    def test_who_picks_for_themselves_is_held_to_the_circles_too(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("ann", None, NOON)
        join(queue, "busy")
        offers(queue, 1)
        join(queue, "a", self.USUAL, joined=2)
        assert queue.take("sam", at(10), LEASE) is None
        assert queue.take("sam", at(17), LEASE) is not None


class TestFairness:
    def test_a_stream_of_vips_holds_nobody_up_beyond_ten_minutes(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        """One operator, calls of half a minute, and a VIP more every half minute for ever."""
        operators.sign_on("sam", None, NOON)
        join(queue, "plain", priority=0)
        served = []
        for turn in range(40):
            now = 30 * turn + 1
            join(queue, f"vip{turn}", joined=now, priority=10)
            (reservation,) = queue.match(at(now), LEASE)
            served.append(reservation.ticket.call_sid)
            queue.operator_answered(reservation.id, at(now + 1))
            queue.finish(reservation.id, at(now + 29))
        assert served.index("plain") * 30 == pytest.approx(600, abs=31)


callers = st.lists(
    st.tuples(
        st.integers(0, 900),  # joined
        st.integers(0, 10),  # priority
        st.sampled_from([(), ("legal",), ("welsh",), ("legal", "welsh")]),
        st.lists(
            st.builds(
                RoutingTier,
                st.integers(0, 60),
                st.sampled_from([(), ("welsh",)]),
                st.sampled_from([(), ("sam",), ("ann", "joy")]),
            ),
            max_size=2,
        ),
    ),
    max_size=8,
)
staff = st.dictionaries(
    st.sampled_from(["sam", "ann", "joy", "max"]),
    st.sampled_from([None, (), ("legal",), ("welsh",), ("legal", "welsh")]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(callers, staff)
def test_no_operator_idles_while_a_caller_waits_whom_they_may_serve(
    redis: Redis,
    callers: list[tuple[int, int, tuple[str, ...], list[RoutingTier]]],
    staff: dict[str, tuple[str, ...] | None],
) -> None:
    """Whoever is left over on either side does not fit; nobody has two callers."""
    redis.flushdb()
    queue, operators = RedisOperatorQueue(redis), RedisOperators(redis)
    for name, skills in staff.items():
        operators.sign_on(name, skills, NOON)
    for number, (joined, priority, needs, circles) in enumerate(callers):
        join(queue, f"CA{number}", *circles, joined=joined, priority=priority, skills=needs)
    made = queue.match(at(3000), LEASE)
    assert len({each.operator for each in made}) == len({each.ticket.call_sid for each in made})
    for each in made:
        skills = staff[each.operator]
        assert skills is None or set(each.ticket.skills) <= set(skills)
    idle = [each for each in operators.all(at(3000)) if each.state is Presence.AVAILABLE]
    for entry in queue.waiting(at(3000)):
        needed = set(entry.ticket.skills)
        assert not [o for o in idle if o.skills is None or needed <= o.skills]
