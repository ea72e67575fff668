"""The history of a job as people read it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.core.jobs.acts import (
    Act,
    Alarm,
    Close,
    Entry,
    Hand,
    HandOn,
    Note,
    Plan,
    Read,
    Remind,
    Reopen,
    Return,
    Snooze,
    Take,
)
from ivr.core.jobs.job import AGREEMENT, Outcome, Owner
from ivr.core.jobs.rules import opening_act
from ivr.core.jobs.words import in_words, length, told
from tests.job_samples import AGENCY, HOUR, IAN, MAYA, MINUTE, NOON, SAM, job

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("act", "by", "owner", "text"),
    [
        (Take(SAM), "Sam", SAM, "taken from Ian Frost by Sam Okafor"),
        (
            Hand(AGENCY, "on holiday"),
            "Sam",
            AGENCY,
            "assigned from Ian Frost to Larkfield by Sam: on holiday",
        ),
        (Hand(MAYA), "Sam", MAYA, "assigned from Ian Frost to Maya Frost by Sam"),
        (Return("not ours"), "Sam", MAYA, "returned from Ian Frost to Maya Frost by Sam: not ours"),
        (Snooze(NOON + HOUR, "lunch"), "Sam", IAN, "snoozed until Mon 23 Nov 13:00 by Sam: lunch"),
        (Note("engaged"), "Sam", IAN, "noted by Sam: engaged"),
        (Plan("Write"), "Sam", IAN, "rescheduled by Sam: Write"),
        (Plan("Write", NOON), "Sam", IAN, "rescheduled by Sam: Write, due Mon 23 Nov 12:00"),
        (Close(Outcome.DONE, "rang"), "Sam", IAN, "closed as done by Sam: rang"),
        (Reopen(), "Sam", IAN, "opened again by Sam"),
        (Remind(), AGREEMENT, IAN, "Ian Frost reminded, by the agreement"),
        (
            HandOn(MAYA),
            AGREEMENT,
            MAYA,
            "overdue: passed on from Ian Frost to Maya Frost, by the agreement",
        ),
        (
            HandOn(MAYA, unread=True),
            AGREEMENT,
            MAYA,
            "not read in time: passed on from Ian Frost to Maya Frost, by the agreement",
        ),
        (Read("by text"), "Ian Frost", IAN, "read by Ian Frost, by text"),
        (Alarm(), AGREEMENT, IAN, "overdue with Ian Frost: the supervisors told, by the agreement"),
    ],
)
def test_every_act_reads_as_a_sentence(act: Act, by: str, owner: Owner, text: str) -> None:
    assert in_words(act, IAN, Entry(2, NOON, by, act, owner), LONDON) == text


def test_a_history_tells_who_had_it_before_in_the_client_s_own_time() -> None:
    history = [
        Entry(1, NOON, "a call", opening_act(job()), IAN),
        Entry(2, NOON + MINUTE, "Sam", Take(SAM), SAM),
        Entry(3, NOON + HOUR, "Sam", Hand(AGENCY), AGENCY),
    ]
    lines = [f"{line.at:%H:%M} {line.text}" for line in told(history, ZoneInfo("Asia/Tokyo"))]
    assert lines == [
        "21:00 opened by a call for Ian Frost, due Tue 24 Nov 01:00: Ring the caller back",
        "21:01 taken from Ian Frost by Sam Okafor",
        "22:00 assigned from Sam Okafor to Larkfield by Sam",
    ]


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (-125, "2 h 5 min"),
        (1440, "1 d"),
        (6000, "4 d 4 h"),
    ],
)
def test_a_length_of_time_is_told_roughly(minutes: int, text: str) -> None:
    assert length(timedelta(minutes=minutes, seconds=1 if minutes >= 0 else 0)) == text
