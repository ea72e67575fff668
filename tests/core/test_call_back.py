"""A call back has one end, in whatever order and however often conversations report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.call_back import (
    CallBackState,
    Cancelled,
    CutOff,
    Done,
    Missed,
    Progress,
    Reached,
    Report,
    after,
    attempt,
)

CONVERSATIONS = ("c1", "c2", "c3", "c4")
REPORTS = st.one_of(
    st.builds(Cancelled),
    *(st.builds(kind, st.sampled_from(CONVERSATIONS)) for kind in (Reached, Missed, CutOff, Done)),
)


def told(*reports: Report, tries: int = 2) -> Progress:
    """What comes of a promise by these reports."""
    progress = Progress(tries)
    for report in reports:
        progress = after(progress, report)
    return progress


def test_who_is_reached_is_done_when_the_conversation_is() -> None:
    talking, over = told(Reached("c1")), told(Reached("c1"), Done("c1"))
    assert (talking.state, talking.ended) == (CallBackState.REACHED, False)
    assert (over.state, over.ended, over.attempts) == (CallBackState.REACHED, True, 1)


def test_who_is_missed_waits_until_the_last_try() -> None:
    assert told(Missed("c1")).state is CallBackState.WAITING
    given_up = told(Missed("c1"), Missed("c2"))
    assert (given_up.state, given_up.ended, given_up.attempts) == (CallBackState.GIVEN_UP, True, 2)


def test_the_first_end_is_the_only_one() -> None:
    given_up, reached = told(Missed("c1"), tries=1), told(Reached("c1"), Done("c1"))
    for late in (Reached("c1"), Reached("c2"), Missed("c2"), CutOff("c1"), Done("c1"), Cancelled()):
        assert after(given_up, late) == given_up
        assert after(reached, late) == reached


def test_what_one_conversation_has_told_it_does_not_take_back() -> None:
    assert told(Missed("c1"), Reached("c1")) == told(Missed("c1"))
    assert told(Reached("c1"), Missed("c1")) == told(Reached("c1"))


def test_who_is_cut_off_waits_again_and_the_next_conversation_counts() -> None:
    waits = told(Reached("c1"), CutOff("c1"))
    assert (waits.state, waits.attempts, waits.ended) == (CallBackState.WAITING, 1, False)
    assert told(Reached("c1"), CutOff("c1"), Reached("c2"), Done("c2")).ended


def test_an_earlier_conversation_that_reports_late_does_not_disturb_a_later_one() -> None:
    """The records were away: of the first nothing was known when the second was reached."""
    late = told(Reached("c2"), Reached("c1"), CutOff("c1"))
    assert (late.state, late.conversation, late.attempts) == (CallBackState.REACHED, "c2", 2)
    assert told(Reached("c2"), Reached("c1"), CutOff("c1"), Done("c2")).ended


def test_a_conversation_that_only_reports_its_end_was_one_all_the_same() -> None:
    assert told(Done("c1")) == told(Reached("c1"), Done("c1"))
    assert told(CutOff("c1")) == told(Reached("c1"), CutOff("c1"))


def test_what_is_cancelled_while_they_talk_goes_on() -> None:
    assert told(Reached("c1"), Cancelled()) == told(Reached("c1"))
    assert told(Cancelled(), Reached("c1")).state is CallBackState.CANCELLED


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
            assert isinstance(report, Missed)
            assert report.conversation > before.conversation, "they were cut off before"
        if progress.state is CallBackState.GIVEN_UP:
            assert progress.attempts >= tries


@given(st.data())
def test_in_any_order_the_last_conversation_decides(data: st.DataObject) -> None:
    """Two were cut off, the third was done: it is done, whenever who reports what."""
    reports = [Reached("c1"), CutOff("c1"), Reached("c2"), CutOff("c2"), Reached("c3"), Done("c3")]
    shuffled = data.draw(st.permutations(reports))
    again = data.draw(st.lists(st.sampled_from(reports)))
    after_all = told(*shuffled, *again)
    assert (after_all.state, after_all.ended) == (CallBackState.REACHED, True)
    assert after_all.conversation == "c3"


def test_conversations_are_named_as_they_began_whatever_the_zone() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    later = (noon + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-5)))
    assert attempt(noon, "z") < attempt(later, "a")
