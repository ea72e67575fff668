"""Recordings that come to nothing, and calls that nobody answers, from the carrier to the records.

Whether the carrier tells of it or a comparison finds it, the same comes of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from ivr.core.reconciliation import RepairStatus
from ivr.core.records.message import MessageState
from ivr.simulator import HANG_UP, Leave, Press, Stay
from tests.services.conftest import CALLER, NUMBER, World
from tests.services.test_reconciliation import Open

ENDS = [
    ("no-answer", "not answered"),
    ("busy", "busy"),
    ("failed", "failed"),
    ("canceled", "cancelled"),
]


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """A message of two seconds."""
    path = tmp_path / "message.wav"
    soundfile.write(path, [0.0] * 16000, 8000, subtype="PCM_16")
    return path


def leave(world: World, message: Path) -> None:
    world.carrier.call(NUMBER, CALLER, [Press("2"), Leave(message, then=HANG_UP)])
    world.settle()


@pytest.mark.parametrize(
    ("become", "words"), [("absent", "too short or silent"), ("failed", "lost the recording")]
)
def test_a_message_whose_recording_comes_to_nothing_is_for_somebody_all_the_same(
    open_world: Open, message: Path, become: str, words: str
) -> None:
    with open_world(recordings_become=become) as world:
        leave(world, message)
        [kept] = world.records.messages.newest()
        assert (kept.state, kept.audio, kept.caller) == (MessageState.SET_ASIDE, None, CALLER)
        assert words in str(kept.reason)
        job = world.records.jobs.of_message(kept.id)
        assert job is not None
        assert world.compare().found == ()
        world.carrier.check()


def test_silence_is_no_message(open_world: Open) -> None:
    with open_world() as world:
        world.carrier.call(NUMBER, CALLER, [Press("2"), Stay(), Stay(), Stay()])
        world.settle()
        assert world.records.messages.newest() == []
        assert world.compare().found == ()
        world.carrier.check()


def test_what_was_lost_and_nobody_told_of_is_found(open_world: Open, message: Path) -> None:
    lost = {"recording_callback": "lost", "drop_record_action": True}
    with open_world(recordings_become="failed", **lost) as world:
        leave(world, message)
        assert world.records.messages.newest() == []
        assert [each.repair for each in world.compare().found] == [RepairStatus.DONE]
        [kept] = world.records.messages.newest()
        assert (kept.state, kept.caller) == (MessageState.SET_ASIDE, CALLER)
        assert world.compare().found == ()


@pytest.mark.parametrize("lost", [False, True], ids=["told", "found"])
@pytest.mark.parametrize(("status", "outcome"), ENDS)
def test_a_call_that_ends_before_it_is_answered_is_noted_as_it_ended(
    open_world: Open, status: str, outcome: str, lost: bool
) -> None:
    with open_world(lose_status=lost) as world:
        call = world.carrier.place(NUMBER, CALLER, [], ends=status).join()
        world.compare()
        world.settle()
        kept = world.records.calls.find(call.sid)
        assert kept is not None
        assert (kept.client, kept.outcome) == ("acme", outcome)
        assert world.compare().found == ()
        world.carrier.check()
