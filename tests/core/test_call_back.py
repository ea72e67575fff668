"""A call back has one end, in whatever order and however often conversations report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.call_back import (
    CallBackCancelled,
    CallBackCutOff,
    CallBackDone,
    CallBackMissed,
    CallBackReached,
    CallBackState,
    Progress,
    Report,
    after,
    attempt,
)

CONVERSATIONS = ("c1", "c2", "c3", "c4")
REPORTS = st.one_of(
    st.builds(CallBackCancelled),
    *(
        st.builds(kind, st.sampled_from(CONVERSATIONS))
        for kind in (CallBackReached, CallBackMissed, CallBackCutOff, CallBackDone)
    ),
)


def told(*reports: Report, tries: int = 2) -> Progress:
    """What comes of a promise by these reports."""
    progress = Progress(tries)
    for report in reports:
        progress = after(progress, report)
    return progress


def test_who_is_reached_is_done_when_the_conversation_is() -> None:
    talking, over = told(CallBackReached("c1")), told(CallBackReached("c1"), CallBackDone("c1"))
    assert (talking.state, talking.ended) == (CallBackState.REACHED, False)
    assert (over.state, over.ended, over.attempts) == (CallBackState.REACHED, True, 1)


def test_who_is_missed_waits_until_the_last_try() -> None:
    assert told(CallBackMissed("c1")).state is CallBackState.WAITING
    given_up = told(CallBackMissed("c1"), CallBackMissed("c2"))
    assert (given_up.state, given_up.ended, given_up.attempts) == (CallBackState.GIVEN_UP, True, 2)


def test_the_first_end_is_the_only_one() -> None:
    given_up, reached = (
        told(CallBackMissed("c1"), tries=1),
        told(CallBackReached("c1"), CallBackDone("c1")),
    )
    for late in (
        CallBackReached("c1"),
        CallBackReached("c2"),
        CallBackMissed("c2"),
        CallBackCutOff("c1"),
        CallBackDone("c1"),
        CallBackCancelled(),
    ):
        assert after(given_up, late) == given_up
        assert after(reached, late) == reached


def test_what_one_conversation_has_told_it_does_not_take_back() -> None:
    assert told(CallBackMissed("c1"), CallBackReached("c1")) == told(CallBackMissed("c1"))


def test_where_it_was_forgotten_that_they_were_reached_it_is_over_all_the_same() -> None:
    """Redis has lost its last second, and its conversation counts them as missed."""
    forgotten = told(CallBackReached("c1"), CallBackMissed("c1"))
    assert forgotten == told(CallBackReached("c1"), CallBackDone("c1"))


def test_who_is_cut_off_waits_again_and_the_next_conversation_counts() -> None:
    waits = told(CallBackReached("c1"), CallBackCutOff("c1"))
    assert (waits.state, waits.attempts, waits.ended) == (CallBackState.WAITING, 1, False)
    assert told(
        CallBackReached("c1"), CallBackCutOff("c1"), CallBackReached("c2"), CallBackDone("c2")
    ).ended


def test_an_earlier_conversation_that_reports_late_does_not_disturb_a_later_one() -> None:
    """The records were away: of the first nothing was known when the second was reached."""
    late = told(CallBackReached("c2"), CallBackReached("c1"), CallBackCutOff("c1"))
    assert (late.state, late.conversation, late.attempts) == (CallBackState.REACHED, "c2", 2)
    assert told(
        CallBackReached("c2"), CallBackReached("c1"), CallBackCutOff("c1"), CallBackDone("c2")
    ).ended


def test_a_conversation_that_only_reports_its_end_was_one_all_the_same() -> None:
    assert told(CallBackDone("c1")) == told(CallBackReached("c1"), CallBackDone("c1"))
    assert told(CallBackCutOff("c1")) == told(CallBackReached("c1"), CallBackCutOff("c1"))


def test_what_is_cancelled_while_they_talk_goes_on() -> None:
    assert told(CallBackReached("c1"), CallBackCancelled()) == told(CallBackReached("c1"))
    assert told(CallBackCancelled(), CallBackReached("c1")).state is CallBackState.CANCELLED


@given(st.lists(REPORTS, max_size=12), st.integers(1, 3))
def test_whatever_is_reported_it_ends_once_and_a_repetition_says_nothing(
    reports: list[Report], tries: int
) -> None:
    progress = Progress(tries)
    for report in reports:
        before, progress = progress, after(progress, report)
        assert after(progress, report) == progress
        assert progress == before or not before.ended
        assert progress.attempts == len(progress.counted) == len(set(progress.counted))
        assert (progress.conversation != "") == (progress.state is CallBackState.REACHED)
        if before.state is CallBackState.REACHED and progress.state is CallBackState.GIVEN_UP:
            assert isinstance(report, CallBackMissed)
            assert report.conversation > before.conversation, "they were cut off before"
        if progress.state is CallBackState.GIVEN_UP:
            assert progress.attempts >= tries


@given(st.data())
def test_in_any_order_the_last_conversation_decides(data: st.DataObject) -> None:
    """Two were cut off, the third was done: it is done, whenever who reports what."""
    reports: list[Report] = [
        CallBackReached("c1"),
        CallBackCutOff("c1"),
        CallBackReached("c2"),
        CallBackCutOff("c2"),
        CallBackReached("c3"),
        CallBackDone("c3"),
    ]
    shuffled = data.draw(st.permutations(reports))
    again = data.draw(st.lists(st.sampled_from(reports)))
    after_all = told(*shuffled, *again)
    assert (after_all.state, after_all.ended) == (CallBackState.REACHED, True)
    assert after_all.conversation == "c3"


def test_conversations_are_named_as_they_began_whatever_the_zone() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    later = (noon + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-5)))
    assert attempt(noon, "z") < attempt(later, "a")
