"""What may be done to a job, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.jobs.acts import (
    Act,
    Alarm,
    Close,
    Entry,
    Hand,
    HandOn,
    Note,
    Plan,
    Remind,
    Reopen,
    Return,
    Snooze,
    Take,
    from_data,
    to_data,
)
from ivr.core.jobs.escalation import Escalation, due_step
from ivr.core.jobs.job import AGREEMENT, Job, JobState, Outcome, Owner, OwnerKind
from ivr.core.jobs.rules import apply, opened, opening_act, replayed
from ivr.errors import JobError
from tests.job_samples import AGENCY, HOUR, IAN, MAYA, MINUTE, NOON, OWNERS, SAM, acts, job, new_job


def after(start: Job, *acts: Act, by: str = "sam") -> Job:
    """The job after some acts, a minute between them."""
    for number, act in enumerate(acts, start=1):
        start = apply(start, act, by, NOON + number * MINUTE)
    return start


def test_a_job_is_opened_with_an_owner_a_time_and_something_to_do() -> None:
    fresh = job()
    assert (fresh.owner, fresh.due_at, fresh.action) == (
        IAN,
        NOON + 4 * HOUR,
        "Ring the caller back",
    )
    assert (fresh.state, fresh.version) == (JobState.OPEN, 1)


@pytest.mark.parametrize(
    "who", [Owner(OwnerKind.PERSON, "", "X"), Owner(OwnerKind.PERSON, "x", " ")]
)
def test_a_job_cannot_be_opened_for_nobody_nor_handed_to_nobody(who: Owner) -> None:
    with pytest.raises(JobError, match="needs an owner"):
        opened(new_job(who), "j1", NOON)
    with pytest.raises(JobError, match="needs an owner"):
        after(job(), Hand(who))


def test_taking_handing_and_returning_change_the_owner_and_remember_the_one_before() -> None:
    taken = after(job(), Take(SAM))
    assert (taken.owner, taken.before) == (SAM, IAN)
    handed = after(taken, Hand(MAYA, "on holiday"))
    assert (handed.owner, handed.before) == (MAYA, SAM)
    back = after(handed, Return("not mine"))
    assert (back.owner, back.before) == (SAM, MAYA)


def test_a_time_can_be_waited_for_and_gives_whoever_has_it_time_when_it_comes() -> None:
    put_off = after(job(), Snooze(NOON + 20 * HOUR, "back tomorrow"))
    assert put_off.is_snoozed(NOON + HOUR)
    assert not put_off.is_snoozed(NOON + 20 * HOUR)
    assert put_off.due_at == NOON + 20 * HOUR + put_off.grace
    short = after(job(), Snooze(NOON + HOUR))
    assert short.due_at == NOON + 4 * HOUR  # the promise stands


def test_closing_needs_a_reason_and_the_last_owner_stays() -> None:
    done = after(job(), Close(Outcome.DONE, " rang back "))
    assert (done.state, done.outcome, done.reason) == (JobState.CLOSED, "done", "rang back")
    assert (done.owner, done.closed_at) == (IAN, NOON + MINUTE)
    with pytest.raises(JobError, match="why the job is closed"):
        after(job(), Close(Outcome.DONE, "  "))


def test_a_reopened_job_is_due_again_but_not_at_once() -> None:
    late = NOON + 30 * HOUR
    closed = after(job(), Close(Outcome.DONE, "rang back"))
    again = apply(closed, Reopen("rang again"), "ann", late)
    assert again.is_open
    assert (again.outcome, again.reason, again.closed_at) == (None, None, None)
    assert again.due_at == late + again.grace
    assert again.owner == IAN


def test_what_is_next_and_by_when_can_be_changed() -> None:
    planned = after(job(), Plan("Send the brochure"), Plan(due_at=NOON + 9 * HOUR))
    assert (planned.action, planned.due_at) == ("Send the brochure", NOON + 9 * HOUR)


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ([Take(IAN)], "Ian Frost has this job already"),
        ([Hand(IAN)], "choose somebody else"),
        ([Return()], "Nobody had this job before"),
        ([Snooze(NOON)], "passed already"),
        ([Snooze(NOON.replace(year=9999))], "more than a year ahead"),
        ([Plan(due_at=NOON.replace(year=9999))], "more than a year ahead"),
        ([Plan()], "what is to be done next"),
        ([Plan(" ")], "a few words"),
        ([Plan(due_at=NOON)], "passed already"),
        ([Note("")], "Write a few words"),
        ([Note("x" * 2001)], "too long"),
        ([Reopen()], "open already"),
        ([Close(Outcome.DONE, "done"), Take(SAM)], "Reopen it first"),
        ([Close(Outcome.DONE, "done"), Close(Outcome.DONE, "done")], "Reopen it first"),
        ([Remind()], "does not ask for this now"),
        ([HandOn(MAYA)], "does not ask for this now"),
        ([Alarm()], "does not ask for this now"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_plain_sentence(acts: list[Act], why: str) -> None:
    with pytest.raises(JobError, match=why):
        after(job(), *acts)


def test_an_act_without_a_name_is_refused() -> None:
    with pytest.raises(JobError, match="say who does it"):
        after(job(), Note("hello"), by=" ")


def test_only_what_people_do_counts_as_the_last_act() -> None:
    reminded = apply(job(), Remind(), AGREEMENT, NOON + 3 * HOUR)
    assert reminded.acted_at == NOON
    assert after(reminded, Note("rang, engaged")).acted_at == NOON + MINUTE


@given(st.lists(st.tuples(acts(), st.integers(0, 90)), max_size=30), st.sampled_from(OWNERS))
def test_whatever_is_done_there_is_one_owner_and_the_history_replays(
    tries: list[tuple[Act, int]], first: Owner
) -> None:
    """Also with the agreement at work in between."""
    now, present = NOON, job(first)
    history = [Entry(1, now, present.opened_by, opening_act(present), present.owner)]

    def do(act: Act, by: str) -> None:
        nonlocal present
        try:
            new = apply(present, act, by, now)
        except JobError as error:
            assert str(error).endswith(".")
            return
        history.append(Entry(new.version, now, by, from_data(to_data(act)), new.owner))
        gave = isinstance(act, Take | Hand | Return | HandOn)
        assert gave or new.owner == present.owner
        present = new

    for act, minutes in tries:
        now += timedelta(minutes=minutes)
        match due_step(present, now):
            case Escalation.REMIND:
                do(Remind(), AGREEMENT)
            case Escalation.HAND_ON:
                do(HandOn(MAYA if present.line else AGENCY), AGREEMENT)
            case Escalation.ALARM:
                do(Alarm(), AGREEMENT)
        do(act, "sam")
        assert present.owner.id
        assert present.owner.name
    assert replayed(present, history) == present
    assert [entry.version for entry in history] == list(range(1, present.version + 1))


def test_a_history_with_a_gap_is_no_history() -> None:
    present = job()
    first = Entry(1, NOON, "a call", opening_act(present), IAN)
    with pytest.raises(JobError, match="begins with its opening"):
        replayed(present, [])
    with pytest.raises(JobError, match="breaks off at act 3"):
        replayed(present, [first, Entry(3, NOON, "sam", Note("hello"), IAN)])
