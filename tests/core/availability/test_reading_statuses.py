"""What people write of themselves is understood as they mean it, or refused with an example."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.availability.moments import local
from ivr.core.availability.reading import Back, SetStatus, is_command, read
from ivr.core.availability.standing import StatusKind
from ivr.errors import StatusError

LONDON = ZoneInfo("Europe/London")
THURSDAY = datetime(2026, 12, 3, 11, tzinfo=LONDON)


def span(text: str, now: datetime = THURSDAY) -> tuple[str, str]:
    """What `text` sets, its times in London."""
    command = read(text, now, LONDON)
    assert isinstance(command, SetStatus)
    ends = command.ends.astimezone(LONDON).strftime("%a %d %b %H:%M") if command.ends else ""
    starts = command.starts.astimezone(LONDON)
    return "now" if starts == now else starts.strftime("%a %d %b %H:%M"), ends


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("AWAY", "now", ""),
        ("AWAY 3PM", "now", "Thu 03 Dec 15:00"),
        ("I’m away until 3.30 pm, thanks", "now", "Thu 03 Dec 15:30"),
        ("AWAY UNTIL 15:30", "now", "Thu 03 Dec 15:30"),
        ("away until noon", "now", "Thu 03 Dec 12:00"),
        ("away till midnight", "now", "Fri 04 Dec 00:00"),
        ("AWAY 2H", "now", "Thu 03 Dec 13:00"),
        ("away for 90 minutes", "now", "Thu 03 Dec 12:30"),
        ("away for 3 days", "now", "Sun 06 Dec 11:00"),
        ("AWAY TODAY", "now", "Fri 04 Dec 00:00"),
        ("AWAY TOMORROW", "Fri 04 Dec 00:00", "Sat 05 Dec 00:00"),
        ("away until tomorrow 9am", "now", "Fri 04 Dec 09:00"),
        ("away tomorrow until 3pm", "Fri 04 Dec 00:00", "Fri 04 Dec 15:00"),
        ("away tomorrow 9am to 3pm", "Fri 04 Dec 09:00", "Fri 04 Dec 15:00"),
        ("away tomorrow 9am to tomorrow 3pm", "Fri 04 Dec 09:00", "Fri 04 Dec 15:00"),
        ("away tomorrow 9am to monday 9am", "Fri 04 Dec 09:00", "Mon 07 Dec 09:00"),
        ("away 9am to 3pm", "now", "Thu 03 Dec 15:00"),
        ("AWAY FRI 9AM TO MON 9AM", "Fri 04 Dec 09:00", "Mon 07 Dec 09:00"),
        ("away from fri at 9am until mon at 9am", "Fri 04 Dec 09:00", "Mon 07 Dec 09:00"),
        ("away mon to fri", "Mon 07 Dec 00:00", "Sat 12 Dec 00:00"),
        ("away from monday until friday", "Mon 07 Dec 00:00", "Fri 11 Dec 00:00"),
        ("away until monday", "now", "Mon 07 Dec 00:00"),
        ("away 24 Dec to 2 Jan", "Thu 24 Dec 00:00", "Sun 03 Jan 00:00"),
        ("away until 24/12", "now", "Thu 24 Dec 00:00"),
        ("away from 5pm", "Thu 03 Dec 17:00", ""),
        ("away from monday", "Mon 07 Dec 00:00", ""),
    ],
)
def test_when_somebody_is_away(text: str, starts: str, ends: str) -> None:
    assert span(text) == (starts, ends)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("MESSAGES UNTIL 3PM", StatusKind.MESSAGES),
        ("send everything to message until 3pm", StatusKind.MESSAGES),
        ("EMERGENCIES ONLY UNTIL 3PM", StatusKind.EMERGENCIES),
        ("only emergencies until 3pm", StatusKind.EMERGENCIES),
        ("Out till 3pm", StatusKind.AWAY),
    ],
)
def test_what_somebody_wants(text: str, kind: StatusKind) -> None:
    command = read(text, THURSDAY, LONDON)
    assert isinstance(command, SetStatus)
    assert (command.kind, command.everybody) == (kind, False)
    assert span(text) == ("now", "Thu 03 Dec 15:00")


@pytest.mark.parametrize("text", ["ALL AWAY UNTIL MONDAY", "We are away until Monday"])
def test_one_may_speak_for_everybody(text: str) -> None:
    command = read(text, THURSDAY, LONDON)
    assert isinstance(command, SetStatus)
    assert command.everybody


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("BACK", Back()),
        ("I'm back.", Back()),
        ("all back", Back(everybody=True)),
        ("NOT AWAY", Back(planned=True)),
    ],
)
def test_who_is_back_says_so(text: str, command: Back) -> None:
    assert read(text, THURSDAY, LONDON) == command


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("AWAY 3", "3PM"),
        ("away until 9", "9AM"),
        ("away until 1530", "15:30"),
        ("AWAY 9AM", "TOMORROW 9AM"),
        ("AWAY THURSDAY", "10 Dec"),
        ("away mon 9am", "FROM or UNTIL"),
        ("away fri 3pm to 2pm", "FRI 9AM TO MON 9AM"),
        ("away 5pm to 9am", "TOMORROW"),
        ("away 0h", "2H"),
        ("away monday 3", "FRI 9AM"),
        ("away until 25:00", "15:30"),
        ("away blah", "24 DEC"),
        ("away 31 feb", "24 DEC"),
        ("back tomorrow", "AWAY 3PM"),
        ("hello", "BACK"),
    ],
)
def test_what_could_be_meant_otherwise_is_refused_with_an_example(text: str, example: str) -> None:
    with pytest.raises(StatusError, match=example):
        read(text, THURSDAY, LONDON)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Away 3", True),
        ("back soon", True),
        ("messages", True),
        ("OK", False),
        ("Emergency!", False),
    ],
)
def test_other_texts_are_left_alone(text: str, is_one: bool) -> None:
    assert is_command(text) is is_one


@pytest.mark.parametrize(
    ("eve", "message"),
    [
        (datetime(2027, 3, 27, 11, tzinfo=LONDON), "There is no 01:30 on 28 March 2027"),
        (datetime(2026, 10, 24, 11, tzinfo=LONDON), "01:30 comes twice on 25 October 2026"),
    ],
)
def test_an_hour_that_the_clocks_leave_out_or_repeat_is_refused(
    eve: datetime, message: str
) -> None:
    with pytest.raises(StatusError, match=message):
        read("away until tomorrow 1:30am", eve, LONDON)


def test_two_hours_last_two_hours_when_the_clocks_go_back() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=LONDON)
    command = read("AWAY 2H", before, LONDON)
    assert isinstance(command, SetStatus)
    assert command.ends == before.astimezone(UTC) + timedelta(hours=2)


VOCABULARY = """away back messages emergencies only all until to from for fri mon 9am 3pm noon 15:30
    3 2h tomorrow today 24 dec 24/12 next days blah 25:00 - . at on midnight"""
WORDS = st.sampled_from(VOCABULARY.split())
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda n: THURSDAY + timedelta(minutes=n))


@given(st.lists(WORDS, max_size=9).map(" ".join) | st.text(max_size=200), MOMENTS)
def test_whatever_is_written_is_understood_or_refused(text: str, now: datetime) -> None:
    try:
        command = read(text, now, LONDON)
    except StatusError as error:
        assert str(error)[-1] in ".”"  # a sentence
    else:
        if isinstance(command, SetStatus):
            assert now <= command.starts
            assert command.ends is None or command.starts < command.ends


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.times())
def test_the_clock_shows_what_was_written_unless_it_leaves_that_out(day: date, at: time) -> None:
    shown = local(day, at, LONDON).astimezone(LONDON)
    later = timedelta(hours=1) if shown.time() != at else timedelta()
    assert shown.replace(tzinfo=None) == datetime.combine(day, at) + later
