"""Rooms that nobody looks after are ended, whatever was lost."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from ivr import keys
from ivr.adapters.redis.conversation_store import RedisConversationStore
from ivr.core.conversation.state import Phase
from ivr.core.queue.entry import room_of
from ivr.services.conversations.stray_rooms import AFTER_TALK, EVERY_SECONDS, QUIET_EVERY
from ivr.simulator import Call
from tests.services.conversations.stage_floor import DECORATOR, SAM, STAYS, Stage


def comes_late(stage: Stage, room: str) -> Call:
    """Somebody is in the room by themselves, of whom nobody has told us."""
    legs = len(stage.carrier.calls)
    stage.services.conferences.add(room, SAM, DECORATOR, "late")
    call = stage.carrier.calls[legs]
    stage.until(lambda: call.transcript.of("joined"))
    return call


@pytest.fixture
def over(stage: Stage) -> str:
    """A conversation that is over."""
    call, leg, id_ = stage.talk()
    stage.hang_up(id_)
    stage.phase(id_, Phase.OVER)
    call.join()
    leg.join()
    stage.carrier.telephones[SAM] = STAYS
    return id_


def test_who_comes_after_the_conversations_end_is_not_left_alone(stage: Stage, over: str) -> None:
    late = comes_late(stage, room_of(over))
    assert stage.services.stray_rooms.end_once() == 1
    late.join()


def test_a_room_of_which_nothing_is_known_is_ended_the_second_time_it_is_seen(
    stage: Stage, over: str
) -> None:
    late = comes_late(stage, room_of(over))
    stage.redis.delete(keys.conversation(over))
    assert [stage.services.stray_rooms.end_once() for _ in range(2)] == [0, 1]
    late.join()


def test_a_room_whose_conversation_is_forgotten_ends_as_soon_as_somebody_leaves_it(
    stage: Stage,
) -> None:
    _, leg, id_ = stage.talk()
    stage.redis.delete(keys.conversation(id_))
    stage.redis.srem(keys.QUEUE_CONVERSATIONS, id_)
    with capture_logs() as logs:
        leg.hang_up()
        stage.until(lambda: "room.ended_as_forgotten" in [each["event"] for each in logs])
    stage.until(lambda: stage.services.conferences.going_on() == {})


def test_rooms_that_are_looked_after_and_those_of_others_go_on(stage: Stage) -> None:
    call, leg, _ = stage.talk()
    other = comes_late(stage, "somebody else's")
    assert [stage.services.stray_rooms.end_once() for _ in range(3)] == [0, 0, 0]
    assert not (call.is_over or leg.is_over or other.is_over)
    other.hang_up()


def nobody_talks(stage: Stage) -> bool:
    return not RedisConversationStore(stage.redis).going_on()


def test_where_nobody_has_talked_lately_the_carrier_is_asked_every_five_minutes(
    stage: Stage, over: str
) -> None:
    late = comes_late(stage, room_of(over))
    stage.until(lambda: nobody_talks(stage))
    ended = [stage.services.stray_rooms.look() for _ in range(QUIET_EVERY)]
    assert ended == [0] * (QUIET_EVERY - 1) + [1]
    assert 300 <= QUIET_EVERY * EVERY_SECONDS <= 330
    late.join()


def test_for_ten_minutes_after_a_conversation_it_is_asked_every_time(stage: Stage) -> None:
    call, leg, id_ = stage.talk()
    stage.services.stray_rooms.look()
    stage.hang_up(id_)
    stage.phase(id_, Phase.OVER)
    call.join()
    leg.join()
    stage.until(lambda: nobody_talks(stage))
    for _ in range(AFTER_TALK - 2):
        stage.services.stray_rooms.look()
    stage.carrier.telephones[SAM] = STAYS
    late = comes_late(stage, room_of(id_))
    assert stage.services.stray_rooms.look() == 1
    assert AFTER_TALK * EVERY_SECONDS == 600
    late.join()
