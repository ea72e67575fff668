"""How something reaches somebody: which channel is tried when, and what comes after it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.delivery.plan import (
    TRIES,
    Channel,
    DeliveryDone,
    DeliveryPreferences,
    DeliveryState,
    Gather,
    GiveUp,
    Send,
    Tried,
    Wait,
    next_digest,
    next_step,
    quiet_until,
    wait_before,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EMAIL, SMS, WEBHOOK, AGENCY = Channel.EMAIL, Channel.SMS, Channel.WEBHOOK, Channel.AGENCY
BOTH = DeliveryPreferences(channels=(EMAIL, SMS))


@dataclass
class Course:
    """What comes of a plan where each channel in `up` takes everything, and nothing else does."""

    wishes: DeliveryPreferences
    up: frozenset[Channel]
    now: datetime = NOON
    read_at: datetime | None = None
    tried: dict[Channel, Tried] = field(default_factory=dict)
    sent: list[tuple[int, Channel]] = field(default_factory=list)
    arrived: bool | None = None

    def run(self) -> Course:
        for _ in range(500):
            match next_step(self.wishes, self.tried, self.now):
                case Send(channel):
                    self._try(channel)
                case GiveUp(channel):
                    known = self.tried[channel]
                    self.tried[channel] = replace(known, state=DeliveryState.GIVEN_UP)
                case Wait(until):
                    assert until > self.now
                    if self.read_at and until >= self.read_at:
                        self._read()
                    self.now = until
                case DeliveryDone(arrived):
                    self.arrived = arrived
                    return self
                case Gather():
                    raise AssertionError("nothing is gathered here")
        raise AssertionError("there is no end to it")

    def _try(self, channel: Channel) -> None:
        known = self.tried.get(channel) or Tried(DeliveryState.WAITING, 0, self.now)
        attempts = known.attempts + 1
        assert attempts <= TRIES
        if channel in self.up:
            self.sent.append((round((self.now - NOON) / MINUTE), channel))
            after = replace(known, state=DeliveryState.SENT, attempts=attempts, sent_at=self.now)
        else:
            again = self.now + wait_before(attempts + 1, 0.5)
            after = replace(known, state=DeliveryState.FAILED, attempts=attempts, again_at=again)
        self.tried[channel] = after

    def _read(self) -> None:
        for channel, known in self.tried.items():
            self.tried[channel] = replace(known, state=DeliveryState.ACKNOWLEDGED)


def course(
    wishes: DeliveryPreferences, *up: Channel, read_at: datetime | None = None
) -> list[tuple[int, Channel]]:
    """What is sent, and how many minutes after noon."""
    return Course(wishes, frozenset(up), read_at=read_at).run().sent


def test_without_wishes_it_goes_by_email_at_once_and_that_is_all() -> None:
    assert course(DeliveryPreferences(), EMAIL) == [(0, EMAIL)]


def test_what_is_not_read_in_time_goes_the_next_way() -> None:
    assert course(BOTH, EMAIL, SMS) == [(0, EMAIL), (15, SMS)]
    assert course(BOTH, EMAIL, SMS, read_at=NOON + 14 * MINUTE) == [(0, EMAIL)]


def test_a_way_that_fails_has_its_time_and_then_it_is_the_next_one_s_turn() -> None:
    assert course(BOTH, SMS) == [(15, SMS)]


def test_what_gets_through_nowhere_goes_to_the_agency_after_the_last_try() -> None:
    done = Course(BOTH, frozenset({AGENCY})).run()
    assert [channel for _, channel in done.sent] == [AGENCY]
    assert done.tried[SMS].attempts == TRIES
    assert done.arrived


def test_a_way_has_the_tries_of_the_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.core.delivery.plan.TRIES", 3)
    done = Course(DeliveryPreferences(), frozenset()).run()
    assert done.tried[EMAIL].attempts == 3
    assert done.tried[AGENCY].attempts == 3
    assert done.arrived is False


def test_without_an_agency_to_turn_to_it_ends_with_the_last_way() -> None:
    done = Course(DeliveryPreferences(fallback=False), frozenset({AGENCY})).run()
    assert (done.sent, done.arrived) == ([], False)


def test_ways_that_are_used_together_are_used_at_once() -> None:
    assert course(replace(BOTH, together=2), EMAIL, SMS) == [(0, EMAIL), (0, SMS)]


def test_in_quiet_hours_nothing_goes_but_what_is_urgent() -> None:
    quiet = replace(BOTH, quiet=(11 * 60, 14 * 60))
    assert course(quiet, EMAIL, SMS) == [(120, EMAIL), (135, SMS)]
    assert course(replace(quiet, urgent=True), EMAIL, SMS) == [(0, EMAIL), (15, SMS)]
    system = DeliveryPreferences(channels=(WEBHOOK,), quiet=(11 * 60, 14 * 60))
    assert course(system, WEBHOOK) == [(0, WEBHOOK)]


def test_what_waits_for_the_digest_is_gathered_and_what_is_urgent_is_not() -> None:
    wishes = DeliveryPreferences(digest=8 * 60, zone="Europe/London")
    assert next_step(wishes, {}, NOON) == Gather(NOON + timedelta(hours=20))
    assert next_step(replace(wishes, urgent=True), {}, NOON) == Send(EMAIL)
    waiting = {Channel.DIGEST: Tried(DeliveryState.WAITING, 0, NOON)}
    assert next_step(wishes, waiting, NOON) == DeliveryDone(True)
    lost = {Channel.DIGEST: Tried(DeliveryState.GIVEN_UP, 32, NOON)}
    assert next_step(wishes, lost, NOON) == Send(AGENCY)


WISHES = st.builds(
    DeliveryPreferences,
    channels=st.lists(st.sampled_from([EMAIL, SMS, WEBHOOK]), unique=True).map(tuple),
    wait=st.integers(60, 86400),
    quiet=st.none()
    | st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True).map(tuple),
    zone=st.sampled_from(["UTC", "Europe/London", "America/New_York", "Pacific/Apia"]),
    urgent=st.booleans(),
    together=st.integers(1, 3),
    fallback=st.booleans(),
)
TIMES = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE
)


@given(WISHES, st.frozensets(st.sampled_from(list(Channel))), TIMES)
def test_every_course_ends_and_says_rightly_whether_it_has_arrived(
    wishes: DeliveryPreferences, up: frozenset[Channel], now: datetime
) -> None:
    done = Course(wishes, up, now).run()
    assert done.arrived == bool(done.sent)
    channels = [channel for _, channel in done.sent]
    assert len(channels) == len(set(channels))
    possible = set(wishes.channels) | ({AGENCY} if wishes.fallback else set())
    assert done.arrived == bool(up & possible)
    assert (AGENCY in channels) == (AGENCY in up & possible and not up & set(wishes.channels))


@given(WISHES, TIMES)
def test_whatever_goes_out_disturbs_nobody_in_quiet_hours(
    wishes: DeliveryPreferences, now: datetime
) -> None:
    step = next_step(wishes, {}, now)
    if isinstance(step, Send) and step.channel in (EMAIL, SMS):
        assert quiet_until(wishes, now) is None


@given(st.integers(0, 1439), st.sampled_from(["Europe/London", "America/New_York", "UTC"]), TIMES)
def test_there_is_one_digest_a_day_at_its_time(minute: int, zone: str, now: datetime) -> None:
    wishes, days = DeliveryPreferences(digest=minute, zone=zone), []
    for _ in range(8):
        at = next_digest(wishes, now)
        assert at > now
        days.append(at.astimezone(ZoneInfo(zone)).date())
        now = at
    gaps = {(later - day).days for day, later in pairwise(days)}
    assert gaps == {1}


def test_a_change_of_the_clocks_moves_no_digest() -> None:
    wishes = DeliveryPreferences(digest=8 * 60, zone="Europe/London")
    at = datetime(2026, 10, 23, 12, tzinfo=UTC)
    seen = []
    for _ in range(3):
        at = next_digest(wishes, at)
        seen.append(at.isoformat()[:16])
    assert seen == ["2026-10-24T07:00", "2026-10-25T08:00", "2026-10-26T08:00"]


def test_waiting_times_double_up_to_an_hour_with_jitter() -> None:
    for attempt, expected in [(2, 30), (3, 60), (4, 120), (9, 3600), (500, 3600)]:
        waits = [wait_before(attempt, jitter).total_seconds() for jitter in (0.0, 0.5, 1.0)]
        assert waits == [0.75 * expected, expected, 1.25 * expected]
