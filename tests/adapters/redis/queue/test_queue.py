"""What the operator queue promises, against a real server. Time is given, never waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr import keys
from ivr.adapters.redis.queue.acts import Acts
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.call.events import Claimed, WaitExpired, Waiting
from ivr.core.queue.entry import QueueEntry, Reservation, milliseconds
from ivr.errors import QueueError, StateUnavailable

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def ticket(
    call_sid: str,
    joined: float = 0,
    priority: int = 5,
    skills: tuple[str, ...] = (),
    max_wait: int = 120,
) -> QueueEntry:
    return QueueEntry(
        call_sid, "acme", "+441632960001", "+442079460018", priority, skills, at(joined), max_wait
    )


def join(queue: RedisOperatorQueue, *tickets: QueueEntry) -> None:
    for each in tickets:
        queue.wait(each, each.joined_at)


def taken(queue: RedisOperatorQueue, operator: str = "sam", now: float = 60) -> Reservation:
    reservation = queue.take(operator, at(now), LEASE)
    assert reservation is not None
    return reservation


def order(queue: RedisOperatorQueue, now: float = 60) -> list[str]:
    return [entry.ticket.call_sid for entry in queue.waiting(at(now))]


class TestOrder:
    def test_the_longest_waiting_comes_first_among_equal_priority(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("late", joined=20), ticket("early", joined=10))
        assert order(queue) == ["early", "late"]

    def test_a_higher_priority_comes_before_the_longer_waiting(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("plain", joined=0, priority=5), ticket("vip", joined=30, priority=9))
        assert order(queue) == ["vip", "plain"]

    def test_position_counts_everybody_who_waits(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        other_client = replace(ticket("c", joined=2), client="other")
        assert queue.wait(other_client, at(2)) == Waiting(3)

    def test_the_list_tells_place_and_waiting_time(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=15))
        first, second = queue.waiting(at(60))
        assert (first.position, first.waited) == (1, timedelta(seconds=60))
        assert (second.position, second.waited) == (2, timedelta(seconds=45))
        assert second.ticket == ticket("b", joined=15)

    def test_the_list_can_be_cut_short(self, queue: RedisOperatorQueue) -> None:
        join(queue, *(ticket(f"c{i}", joined=i) for i in range(5)))
        assert len(queue.waiting(at(60), limit=2)) == 2


class TestWaiting:
    def test_joining_again_changes_nothing(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        assert queue.wait(ticket("a", joined=0), at(10)) == Waiting(1)
        assert order(queue) == ["a", "b"]

    def test_a_caller_keeps_the_ticket_they_joined_with(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        assert queue.wait(ticket("b", joined=1, priority=10), at(10)) == Waiting(2)

    def test_the_wait_ends_at_the_limit(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", max_wait=60))
        assert queue.wait(ticket("a", max_wait=60), at(59.999)) == Waiting(1)
        assert queue.wait(ticket("a", max_wait=60), at(60)) == WaitExpired()
        assert order(queue) == []

    def test_the_wait_ends_by_the_ticket_the_caller_joined_with(
        self, queue: RedisOperatorQueue
    ) -> None:
        """A hold turn that names a later arrival does not begin the wait anew."""
        join(queue, ticket("a", joined=0, max_wait=60))
        assert queue.wait(ticket("a", joined=61, max_wait=60), at(61)) == WaitExpired()

    def test_the_end_of_the_wait_is_told_although_another_turn_noticed_it_first(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", joined=0, max_wait=60), ticket("b", joined=50))
        assert queue.wait(ticket("b", joined=50), at(70)) == Waiting(1)
        assert queue.wait(ticket("a", joined=71, max_wait=60), at(71)) == WaitExpired()

    def test_a_caller_whose_wait_is_over_can_join_once_more(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", max_wait=60))
        queue.wait(ticket("a", max_wait=60), at(60))
        assert queue.wait(ticket("a", joined=90), at(90)) == Waiting(1)

    def test_a_ticket_that_is_already_over_does_not_join(self, queue: RedisOperatorQueue) -> None:
        assert queue.wait(ticket("a", joined=0, max_wait=0), at(0)) == WaitExpired()
        assert order(queue) == []

    def test_nobody_is_handed_out_whose_wait_is_over(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("over", joined=0, max_wait=10), ticket("b", joined=1))
        assert taken(queue, now=10).ticket.call_sid == "b"


class TestTaking:
    def test_the_first_in_order_is_taken_and_no_longer_waits(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        reservation = taken(queue, now=60)
        assert reservation.ticket == ticket("a", joined=0)
        assert reservation.expires_at == at(90)
        assert order(queue) == ["b"]

    def test_nobody_waiting_gives_nothing(self, queue: RedisOperatorQueue) -> None:
        assert queue.take("sam", at(0), LEASE) is None

    def test_the_room_names_neither_caller_nor_operator(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("CA77"))
        room = taken(queue, operator="sam").room
        assert not any(part in room for part in ("CA77", "sam", "acme", "960001"))

    def test_an_operator_with_a_caller_cannot_take_another(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"), ticket("b"))
        first = taken(queue, "sam")
        with pytest.raises(QueueError, match=f"sam has a caller already .*{first.id}"):
            queue.take("sam", at(61), LEASE)
        assert order(queue) == ["b"]

    def test_an_operator_whose_lease_has_lapsed_can_take_again(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a"))
        lapsed = taken(queue, "sam", now=60)
        again = taken(queue, "sam", now=90)
        assert again.ticket == lapsed.ticket
        assert again.id != lapsed.id

    def test_while_the_operator_is_rung_the_caller_hears_they_are_next(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a"), ticket("b"))
        taken(queue, "sam")
        assert queue.wait(ticket("a"), at(61)) == Waiting(1)

    def test_a_reserved_caller_does_not_expire(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", max_wait=70))
        reservation = taken(queue, now=60)
        assert queue.wait(ticket("a", max_wait=70), at(80)) == Waiting(1)
        assert queue.reservation(reservation.id) == reservation

    def test_a_reservation_can_be_looked_up_by_id_and_by_operator(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue, "sam")
        assert queue.reservation(reservation.id) == reservation
        assert queue.reservation_of("sam") == reservation
        assert queue.reservation("unknown") is None
        assert queue.reservation_of("ann") is None


class TestSkills:
    def test_an_operator_gets_only_callers_they_can_serve(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("welsh", joined=0, skills=("cy",)), ticket("any", joined=1))
        reservation = queue.take("sam", at(60), LEASE, skills=["en"])
        assert reservation is not None
        assert reservation.ticket.call_sid == "any"

    def test_all_the_skills_are_needed(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", skills=("en", "legal")))
        assert queue.take("sam", at(60), LEASE, skills=["en"]) is None
        assert queue.take("sam", at(60), LEASE, skills=["legal", "en", "cy"]) is not None

    def test_an_operator_without_skills_serves_callers_who_ask_for_none(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", joined=0, skills=("en",)), ticket("b", joined=1))
        reservation = queue.take("sam", at(60), LEASE, skills=[])
        assert reservation is not None
        assert reservation.ticket.call_sid == "b"

    def test_no_word_on_skills_means_all_of_them(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", skills=("cy",)))
        assert queue.take("sam", at(60), LEASE) is not None

    def test_a_caller_far_down_the_queue_is_found(self, queue: RedisOperatorQueue) -> None:
        join(queue, *(ticket(f"c{i:03}", joined=i / 10, skills=("cy",)) for i in range(130)))
        join(queue, ticket("en", joined=14, skills=("en",)))
        reservation = queue.take("sam", at(60), LEASE, skills=["en"])
        assert reservation is not None
        assert reservation.ticket.call_sid == "en"


class TestAnswering:
    def test_once_the_operator_is_on_the_line_the_caller_is_claimed(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue)
        assert queue.operator_answered(reservation.id, at(65))
        assert queue.wait(ticket("a"), at(66)) == Claimed(reservation.room)

    def test_hearing_it_twice_does_no_harm(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue)
        assert queue.operator_answered(reservation.id, at(65))
        assert queue.operator_answered(reservation.id, at(66))
        assert queue.wait(ticket("a"), at(67)) == Claimed(reservation.room)

    def test_a_connected_caller_is_neither_put_back_nor_expired(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", max_wait=70))
        reservation = taken(queue, now=60)
        queue.operator_answered(reservation.id, at(65))
        assert queue.expire(at(3600)) == 0
        assert queue.wait(ticket("a", max_wait=70), at(3600)) == Claimed(reservation.room)

    def test_too_late_is_too_late(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue, now=60)
        assert not queue.operator_answered(reservation.id, at(90))
        assert order(queue, now=90) == ["a"]

    def test_an_unknown_reservation_is_not_answered(self, queue: RedisOperatorQueue) -> None:
        assert not queue.operator_answered("unknown", at(0))

    def test_a_reservation_tells_whether_it_was_answered(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue)
        queue.operator_answered(reservation.id, at(61))
        assert queue.reservation(reservation.id) == replace(reservation, answered=True)


class TestGoingBack:
    def test_a_lapsed_lease_gives_the_caller_their_own_place(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1), ticket("c", joined=2))
        taken(queue, now=60)
        assert queue.expire(at(89.999)) == 0
        assert queue.expire(at(90)) == 1
        assert order(queue, now=90) == ["a", "b", "c"]

    def test_the_next_operator_gets_them_without_anyone_sweeping(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        taken(queue, "sam", now=60)
        assert taken(queue, "ann", now=90).ticket.call_sid == "a"

    def test_a_released_caller_goes_to_their_own_place_behind_a_higher_priority(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        reservation = taken(queue, now=60)
        join(queue, ticket("vip", joined=61, priority=9))
        assert queue.release(reservation.id, at(62))
        assert order(queue, now=62) == ["vip", "a", "b"]

    def test_releasing_twice_does_nothing_more(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue, "sam")
        assert queue.release(reservation.id, at(61))
        again = taken(queue, "ann", now=62)
        assert not queue.release(reservation.id, at(63))
        assert queue.reservation_of("ann") == again

    def test_the_operator_is_free_again(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        queue.release(taken(queue, "sam").id, at(61))
        assert queue.reservation_of("sam") is None
        assert taken(queue, "sam", now=62).ticket.call_sid == "a"

    def test_a_caller_in_conversation_cannot_be_released(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue)
        queue.operator_answered(reservation.id, at(61))
        assert not queue.release(reservation.id, at(62))
        assert queue.wait(ticket("a"), at(63)) == Claimed(reservation.room)

    def test_a_wait_that_ran_out_meanwhile_ends_then(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a", max_wait=70))
        reservation = taken(queue, now=60)
        assert queue.release(reservation.id, at(80))
        assert queue.take("ann", at(80), LEASE) is None
        assert queue.wait(ticket("a", max_wait=70), at(81)) == WaitExpired()


class TestLeaving:
    def test_a_waiting_caller_who_hangs_up_is_not_handed_out(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        assert queue.hang_up("a", at(10)) is None
        assert taken(queue).ticket.call_sid == "b"
        assert queue.take("ann", at(60), LEASE) is None

    def test_a_turn_under_way_does_not_bring_back_who_has_hung_up(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a"))
        queue.hang_up("a", at(10))
        assert queue.wait(ticket("a"), at(10.1)) == WaitExpired()
        assert queue.wait(ticket("a"), at(10.2)) == WaitExpired()
        assert queue.take("sam", at(11), LEASE) is None

    def test_nor_does_a_first_turn_that_comes_after_the_hang_up(
        self, queue: RedisOperatorQueue
    ) -> None:
        queue.hang_up("a", at(0))
        assert queue.wait(ticket("a"), at(0)) == WaitExpired()
        assert queue.take("sam", at(1), LEASE) is None

    @pytest.mark.parametrize("answered", [False, True], ids=["ringing", "connected"])
    def test_a_hang_up_cuts_the_reservation_and_frees_the_operator(
        self, queue: RedisOperatorQueue, answered: bool
    ) -> None:
        join(queue, ticket("a"), ticket("b"))
        reservation = taken(queue, "sam")
        if answered:
            queue.operator_answered(reservation.id, at(61))
        assert queue.hang_up("a", at(62)) == replace(reservation, answered=answered)
        assert not queue.operator_answered(reservation.id, at(63))
        assert not queue.release(reservation.id, at(64))
        assert taken(queue, "sam", now=65).ticket.call_sid == "b"

    def test_a_caller_who_goes_another_way_may_come_back(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        queue.leave("a", at(60))
        assert order(queue) == []
        assert queue.wait(ticket("a", joined=30), at(30)) == Waiting(1)

    def test_nor_does_the_end_of_an_earlier_wait_count_when_they_come_back(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a", max_wait=60))
        queue.expire(at(60))
        queue.leave("a", at(60))
        assert queue.wait(ticket("a", joined=90), at(90)) == Waiting(1)

    def test_leaving_twice_or_without_having_joined_does_nothing(
        self, queue: RedisOperatorQueue
    ) -> None:
        assert queue.leave("a", at(60)) is None
        assert queue.leave("a", at(60)) is None

    def test_the_end_of_the_conversation_frees_the_operator(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a"), ticket("b"))
        reservation = taken(queue, "sam")
        queue.operator_answered(reservation.id, at(61))
        assert queue.finish(reservation.id, at(70))
        assert queue.reservation(reservation.id) is None
        assert taken(queue, "sam", now=62).ticket.call_sid == "b"

    def test_finishing_never_drops_a_caller_whom_nobody_answered(
        self, queue: RedisOperatorQueue
    ) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue)
        assert not queue.finish(reservation.id, at(70))
        assert order(queue, now=90) == ["a"]

    def test_finishing_twice_does_nothing_more(self, queue: RedisOperatorQueue) -> None:
        join(queue, ticket("a"))
        reservation = taken(queue)
        queue.operator_answered(reservation.id, at(61))
        assert queue.finish(reservation.id, at(70))
        assert not queue.finish(reservation.id, at(70))


class TestRedis:
    def test_nothing_is_left_behind(self, queue: RedisOperatorQueue, redis: Redis) -> None:
        join(queue, ticket("a"), ticket("b"))
        first, second = taken(queue, "sam"), taken(queue, "ann")
        queue.operator_answered(first.id, at(61))
        queue.finish(first.id, at(70))
        queue.release(second.id, at(61))
        queue.leave("b", at(60))
        left = set(redis.keys())  # of calls, not of anybody; and what is on its way to the records
        assert left == {keys.QUEUE_HANDLING.encode(), keys.QUEUE_FACTS.encode()}

    def test_marks_of_callers_who_never_came_back_are_forgotten(
        self, queue: RedisOperatorQueue, redis: Redis
    ) -> None:
        join(queue, ticket("lost", max_wait=60))
        queue.hang_up("gone", at(0))
        queue.expire(at(60))
        join(queue, ticket("later", joined=700, max_wait=60))
        queue.expire(at(760))
        queue.hang_up("later", at(760))
        assert redis.zrange("ivr:{queue}:expired", 0, -1) == []
        assert redis.zrange("ivr:{queue}:gone", 0, -1) == [b"later"]

    def test_every_key_has_the_hash_tag(self, queue: RedisOperatorQueue, redis: Redis) -> None:
        join(queue, ticket("a"), ticket("b"))
        taken(queue)
        queue.hang_up("c", at(60))
        found = list(redis.scan_iter())
        assert found
        assert all(key.startswith(b"ivr:{queue}:") for key in found)

    def test_a_server_that_has_forgotten_the_library_is_given_them_again(
        self, queue: RedisOperatorQueue, redis: Redis
    ) -> None:
        join(queue, ticket("a"))
        redis.function_flush()
        assert taken(queue).ticket.call_sid == "a"

    def test_a_claim_sent_again_because_its_reply_was_lost_gives_the_same_caller(
        self, queue: RedisOperatorQueue, redis: Redis
    ) -> None:
        join(queue, ticket("a", joined=0), ticket("b", joined=1))
        now, expires = milliseconds(at(60)), milliseconds(at(90))
        act = Acts(redis)
        first = act.untimed("take", now, "sam", "id", expires, "")
        assert act.untimed("take", now, "sam", "id", expires, "") == first
        assert order(queue) == ["b"]

    def test_a_connection_that_decodes_replies_will_do(self, redis_server: str) -> None:
        with Redis.from_url(redis_server, decode_responses=True) as client:
            client.flushdb()
            queue = RedisOperatorQueue(client)
            join(queue, ticket("a"))
            reservation = taken(queue)
            queue.operator_answered(reservation.id, at(61))
            assert queue.wait(ticket("a"), at(62)) == Claimed(reservation.room)
            assert queue.hang_up("a", at(63)) == replace(reservation, answered=True)

    @pytest.mark.parametrize(
        "act",
        [
            lambda queue: queue.wait(ticket("a"), NOON),
            lambda queue: queue.take("sam", NOON, LEASE),
            lambda queue: queue.operator_answered("id", NOON),
            lambda queue: queue.release("id", NOON),
            lambda queue: queue.finish("id", at(70)),
            lambda queue: queue.leave("a", at(60)),
            lambda queue: queue.hang_up("a", NOON),
            lambda queue: queue.expire(NOON),
            lambda queue: queue.waiting(NOON),
            lambda queue: queue.reservation("id"),
            lambda queue: queue.reservation_of("sam"),
        ],
    )
    def test_without_redis_every_act_says_so(
        self, act: Callable[[RedisOperatorQueue], object], tmp_path: Path
    ) -> None:
        queue = RedisOperatorQueue(
            Redis(unix_socket_path=str(tmp_path / "nobody.sock"), retry=Retry(NoBackoff(), 0))
        )
        with pytest.raises(StateUnavailable, match="IVR_REDIS_URL"):
            act(queue)
