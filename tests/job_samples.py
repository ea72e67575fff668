"""Jobs for tests, and every act as a hypothesis strategy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ivr.core.jobs.acts import Act, Close, Hand, Note, Plan, Read, Reopen, Return, Snooze, Take
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Job, NewJob, Opening, Outcome, Owner, OwnerKind
from ivr.core.jobs.rules import opened

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AGENCY = the_agency("Larkfield")
IAN = Owner(OwnerKind.PERSON, "ian", "Ian Frost")
MAYA = Owner(OwnerKind.PERSON, "maya", "Maya Frost")
SAM = Owner(OwnerKind.OPERATOR, "sam", "Sam Okafor")
OWNERS = (AGENCY, IAN, MAYA, SAM)
TERMS = FollowUpTerms(remind=("sms",), before=3600, grace=1800, line=("maya",))


def new_job(owner: Owner = IAN, terms: FollowUpTerms = TERMS, **changes: Any) -> NewJob:
    """A message for Ian, due at four."""
    usual = NewJob(
        client="rainbow-frost",
        kind="message",
        summary="Message",
        opening=Opening(owner, NOON + 4 * HOUR, terms, "Ring the caller back"),
        opened_by="a call",
    )
    return replace(usual, **changes)


def job(owner: Owner = IAN, terms: FollowUpTerms = TERMS) -> Job:
    """The same as a job."""
    return opened(new_job(owner, terms), "j1", NOON)


def acts() -> st.SearchStrategy[Act]:
    """Whatever people may try, sensible or not, in the hours after noon."""
    owners = st.sampled_from(OWNERS)
    words = st.sampled_from(["", "on holiday", "rang back"])
    times = st.integers(-60, 600).map(lambda minutes: NOON + minutes * MINUTE)
    return st.one_of(
        st.builds(Take, owners),
        st.builds(Hand, owners, words),
        st.builds(Return, words),
        st.builds(Snooze, times, words),
        st.builds(Note, words),
        st.builds(Read, st.sampled_from(["", "by text"])),
        st.builds(Plan, st.none() | words, st.none() | times),
        st.builds(Close, st.sampled_from(Outcome), words),
        st.builds(Reopen, words),
    )
