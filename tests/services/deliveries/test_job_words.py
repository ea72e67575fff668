"""What is said of whether people know of a job, and of what they were sent because of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.jobs.acts import Close, Entry, Hand, Read, Take
from ivr.core.jobs.job import Outcome
from ivr.core.jobs.rules import apply, opening_act
from ivr.core.records.delivery import Delivery, Promised
from ivr.services.deliveries.job_words import history, reading
from tests.job_samples import HOUR, IAN, MAYA, MINUTE, NOON, SAM, job

JOB = job()
TWO, NEXT_DAY = NOON + 2 * HOUR + 2 * MINUTE, NOON + 24 * HOUR


def sent(to: str = "Ian Frost", read_at: datetime | None = None, **changes: Any) -> Delivery:
    """An e-mail about a job that has gone out at noon."""
    usual = Delivery(
        id="d1",
        key="email-m1.email",
        promise="email-m1",
        client="rainbow-frost",
        message="m1",
        job=None,
        about="message",
        recipient=to,
        channel=Channel.EMAIL,
        address="x@x.example",
        state=DeliveryState.ACKNOWLEDGED if read_at else DeliveryState.SENT,
        attempts=1,
        began_at=NOON,
        again_at=None,
        sent_at=NOON,
        provider_id=None,
        digest=None,
        error=None,
        acknowledged_at=read_at,
        acknowledged_by=to if read_at else None,
        acknowledged_how="by a link" if read_at else None,
    )
    return replace(usual, **changes)


READ = apply(JOB, Read("by a link"), "Ian Frost", TWO)
POSTED = sent("acme's system", TWO, channel=Channel.WEBHOOK)


@pytest.mark.parametrize(
    ("job", "deliveries", "said"),
    [
        (JOB, [], None),
        (JOB, [POSTED], None),  # the client's system is nobody
        (JOB, [sent(state=DeliveryState.FAILED, sent_at=None)], None),
        (JOB, [sent()], "not read yet"),
        (READ, [sent(read_at=TWO)], "read 14:02 by Ian Frost"),
        (READ, [sent(read_at=TWO), sent(about="correction")], "read 14:02 by Ian Frost"),
        (
            apply(READ, Hand(MAYA), "sam", TWO),
            [sent(read_at=TWO), sent("Maya Frost")],
            "not read yet",
        ),
        (apply(READ, Take(SAM), "sam", TWO), [sent(read_at=TWO)], "read 14:02 by Ian Frost"),
        (apply(JOB, Take(SAM), "sam", TWO), [sent()], "not read yet by Ian Frost"),
        (JOB, [sent("Larkfield")], "not read yet by Larkfield"),
        (apply(JOB, Close(Outcome.DONE, "rang"), "ian", TWO), [sent()], None),
    ],
)
def test_the_owner_s_reading_counts_and_where_they_were_told_nothing_anybody_s(
    job: Any, deliveries: list[Delivery], said: str | None
) -> None:
    found = reading(job, deliveries, UTC, TWO + HOUR)
    assert (found.text if found else None) == said
    assert found is None or found.is_read == found.text.startswith("read")


def test_on_another_day_the_day_is_said_too() -> None:
    found = reading(READ, [], UTC, NEXT_DAY)
    assert found is not None
    assert found.text == "read Mon 23 Nov 14:02 by Ian Frost"


def test_what_was_sent_stands_beside_the_act_because_of_which_it_was() -> None:
    entries = [
        Entry(1, NOON, "a call", opening_act(JOB), IAN),
        Entry(2, NOON + HOUR, "sam", Hand(MAYA), MAYA),
    ]
    notice = "notice-j1-2-maya@x.example"
    deliveries = [sent(read_at=TWO), sent("Maya Frost", promise=notice, about="notice")]
    promised = [
        Promised("notice-j1-2-44", "Maya Frost", NEXT_DAY, given_up=False, error="busy"),
        Promised("correction-9", "Ian Frost", NOON, given_up=True, error="no such user"),
    ]
    lines = list(history(JOB, entries, deliveries, promised, UTC))
    assert [line.sent for line in lines] == [
        (
            "E-mail to Ian Frost: sent Mon 23 Nov 12:00, read Mon 23 Nov 14:02 by Ian Frost",
            "To Ian Frost: given up (no such user)",
        ),
        (
            "E-mail to Maya Frost: sent Mon 23 Nov 12:00, not acknowledged",
            "To Maya Frost: not sent yet, due Tue 24 Nov 12:00 (busy)",
        ),
    ]
    assert lines[1].text == "assigned from Ian Frost to Maya Frost by sam"
    told_to_clients = history(JOB, entries, [], promised, UTC, reasons=False)
    assert "no such user" not in str(list(told_to_clients))
