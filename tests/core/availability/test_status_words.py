"""Statuses are said as people say them, with the day only where it is not today."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.core.availability.reading import SetStatus, read
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, Status, StatusRequest, ended, made
from ivr.core.availability.words import everybody_at, history, said, sentence

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 3, 11, tzinfo=LONDON)


def status(text: str) -> Status:
    command = read(text, NOW, LONDON)
    assert isinstance(command, SetStatus)
    wish = StatusRequest(
        client="acme",
        person="ian",
        kind=command.kind,
        starts=command.starts,
        ends=command.ends,
        by="Ian Frost",
        how=How.TEXT,
    )
    return made(wish, "1", NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("away", "away"),
        ("away 3pm", "away until 3 pm"),
        ("away until 15:30", "away until 3.30 pm"),
        ("away noon", "away until noon"),
        ("away today", "away until midnight"),
        ("away tomorrow", "away all of tomorrow"),
        ("away monday", "away all of Mon 7 Dec"),
        ("away until monday", "away until the start of Mon 7 Dec"),
        ("away until tomorrow 9am", "away until tomorrow, 9 am"),
        ("away fri 9am to mon 9am", "away from tomorrow, 9 am until Mon 7 Dec, 9 am"),
        ("away mon 9am to 3pm", "away from Mon 7 Dec, 9 am until 3 pm"),
        ("away from 5pm", "away from 5 pm"),
        ("away until 2 jan", "away until the start of Sat 2 Jan 2027"),
        ("messages until 3pm", "all to message until 3 pm"),
        ("emergencies only until 3pm", "only emergencies until 3 pm"),
    ],
)
def test_a_status_in_a_few_words(text: str, words: str) -> None:
    assert said(status(text), NOW, LONDON) == words


def test_a_status_as_a_sentence() -> None:
    assert sentence(status("away 3pm"), "Ian Frost", NOW, LONDON) == "Ian Frost is away until 3 pm"
    everybody = everybody_at("Rainbow Frost")
    assert sentence(status("messages"), everybody, NOW, LONDON) == (
        "Everybody at Rainbow Frost has callers leave a message"
    )
    assert {sentence(status(kind.value), "Ian", NOW, LONDON) for kind in StatusKind} == {
        "Ian is away",
        "Ian has callers leave a message",
        "Ian takes only emergencies",
    }


def test_what_became_of_a_status() -> None:
    away = status("away 3pm")
    assert history(away, NOW, LONDON) == "away until 3 pm, set by Ian Frost by text"
    back = ended(away, NOW + timedelta(hours=1), "Sam", How.OPERATOR)
    assert history(back, NOW, LONDON).endswith("; ended at noon by Sam at the agency")
    off = ended(status("away from 5pm"), NOW, "Ian Frost", How.PAGE)
    assert history(off, NOW, LONDON) == (
        "away from 5 pm, set by Ian Frost by text; ended before it began by Ian Frost on the "
        "client’s page"
    )
