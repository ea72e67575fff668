"""What happens to a job that nobody deals with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.jobs.acts import Act, Alarm, Close, Hand, HandOn, Read, Remind, Snooze, Take
from ivr.core.jobs.escalation import Escalation, EscalationStep, due_step, next_step
from ivr.core.jobs.job import AGREEMENT, FollowUpTerms, Job, Outcome, Owner
from ivr.core.jobs.rules import apply
from tests.job_samples import AGENCY, HOUR, IAN, MAYA, NOON, OWNERS, SAM, TERMS, job

NAMED = {"maya": MAYA, "ian": IAN, "agency": AGENCY}


def left_alone(start: Job, now: datetime = NOON) -> list[tuple[float, Escalation, Owner]]:
    """Everything that happens if nobody does anything: hours after noon, what, whose it is then."""
    told = []
    while step := next_step(start, now):
        now = max(now, step.at)
        acts: dict[Escalation, Act] = {
            Escalation.REMIND: Remind(),
            Escalation.HAND_ON: HandOn(NAMED[start.line[0]] if start.line else AGENCY),
            Escalation.ALARM: Alarm(),
        }
        start = apply(start, acts[step.what], AGREEMENT, now)
        told.append(((now - NOON) / HOUR, step.what, start.owner))
        assert len(told) < 20
    return told


def test_a_job_goes_up_the_line_to_the_agency_and_in_the_end_to_the_supervisors() -> None:
    assert left_alone(job()) == [
        (3, Escalation.REMIND, IAN),
        (4, Escalation.HAND_ON, MAYA),
        (4.5, Escalation.HAND_ON, AGENCY),
        (5, Escalation.ALARM, AGENCY),
    ]


def test_what_is_not_read_in_time_goes_on_and_what_is_read_waits_until_it_is_due() -> None:
    unread = job(terms=replace(TERMS, remind=(), read=900))
    assert left_alone(unread) == [
        (0.25, Escalation.HAND_ON, MAYA),
        (0.75, Escalation.HAND_ON, AGENCY),
        (4, Escalation.ALARM, AGENCY),
    ]
    assert left_alone(apply(unread, Read(), "Maya Frost", NOON))[0] == (
        0.25,
        Escalation.HAND_ON,
        MAYA,
    )
    read = apply(unread, Read("by a link"), "Ian Frost", NOON)
    assert (read.read_by, read.read_at) == ("Ian Frost", NOON)
    assert left_alone(read)[0] == (4, Escalation.HAND_ON, MAYA)
    assert apply(read, Take(SAM), "sam", NOON).read_at is None


def test_the_agency_s_own_job_has_nobody_above_it_but_the_supervisors() -> None:
    assert left_alone(job(AGENCY, FollowUpTerms())) == [(4, Escalation.ALARM, AGENCY)]


def test_the_promise_stays_when_it_was_made_for() -> None:
    late = apply(
        apply(job(), Remind(), AGREEMENT, NOON + 3 * HOUR), HandOn(MAYA), AGREEMENT, NOON + 4 * HOUR
    )
    assert late.due_at == NOON + 4 * HOUR
    assert late.is_overdue(NOON + 4 * HOUR)


def test_whoever_takes_it_late_has_their_time_of_grace_and_then_it_is_the_agency_s() -> None:
    taken = apply(job(), Take(SAM), "sam", NOON + 5 * HOUR)
    assert left_alone(taken, NOON + 5 * HOUR) == [
        (5.5, Escalation.HAND_ON, AGENCY),
        (6, Escalation.ALARM, AGENCY),
    ]


def test_whoever_is_handed_it_in_time_is_reminded_too() -> None:
    handed = apply(job(), Hand(MAYA), "sam", NOON + HOUR)
    assert left_alone(handed, NOON + HOUR)[0] == (3, Escalation.REMIND, MAYA)


def test_a_reminder_that_comes_too_late_is_left_out() -> None:
    assert next_step(job(), NOON + 4 * HOUR) == EscalationStep(Escalation.HAND_ON, NOON + 4 * HOUR)
    assert due_step(job(), NOON + 9 * HOUR) is Escalation.HAND_ON


def test_nothing_happens_before_its_time() -> None:
    assert due_step(job(), NOON + 2.9 * HOUR) is None


def test_what_is_put_off_or_closed_rests() -> None:
    put_off = apply(job(), Snooze(NOON + 30 * HOUR), "ian", NOON)
    assert due_step(put_off, NOON + 29 * HOUR) is None
    assert left_alone(put_off)[0] == (30, Escalation.REMIND, IAN)
    assert next_step(apply(job(), Close(Outcome.DONE, "rang"), "ian", NOON), NOON) is None


def test_a_line_that_leads_back_to_the_owner_still_ends() -> None:
    round_about = FollowUpTerms(grace=600, line=("ian", "agency", "ian"))
    steps = left_alone(job(IAN, round_about))
    assert steps[-1][1] is Escalation.ALARM
    assert steps[-1][2] == AGENCY


@given(
    st.sampled_from(OWNERS),
    st.lists(st.sampled_from(sorted(NAMED)), max_size=4),
    st.integers(0, 20000),
    st.integers(0, 20000),
    st.integers(0, 40),
)
def test_every_job_left_alone_ends_with_the_agency_and_the_alarm(
    first: Owner, line: list[str], before: int, grace: int, late: int
) -> None:
    terms = FollowUpTerms(TERMS.remind, before, grace, tuple(line))
    steps = left_alone(job(first, terms), NOON + late * HOUR)
    assert steps[-1][1:] == (Escalation.ALARM, AGENCY)
    assert [what for _, what, _ in steps].count(Escalation.ALARM) == 1
    assert steps == sorted(steps, key=lambda step: step[0])
