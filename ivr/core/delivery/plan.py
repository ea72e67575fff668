"""How something reaches somebody: `(their wishes, what happened so far, now) -> the next step`.

One channel after another, in their order: where one does not get through, or nobody has said that
they have read it, the next one's turn comes. What no channel has carried goes to the agency. Pure:
the relay carries the steps out, and tells what came of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

TRIES = 32
"""How often a channel is tried before it is given up: with the waits of `wait_before`, about a
day. Whatever is sent obeys this one limit."""

CLOSES_BEFORE = timedelta(minutes=1)
"""How long before it goes a digest takes in nothing more: machines' clocks differ a little."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)

_DAY = 24 * 60


class Channel(StrEnum):
    """A way on which something is sent."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"
    """To the client's own system."""
    DIGEST = "digest"
    """In the one e-mail of the day."""
    AGENCY = "agency"
    """By e-mail to the agency, where nothing else has got through."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    """It is to be sent, or it is not known whether it was."""
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    """It will be tried again."""
    GIVEN_UP = "given_up"
    SUPERSEDED = "superseded"
    """It was read on another channel before it got through on this one."""


@dataclass(frozen=True, slots=True)
class DeliveryPreferences:
    """How somebody wants to be reached.

    `channels` in their order; the first `together` of them are used at once, each further one
    `wait` seconds after the one before, unless it was read by then. `quiet` are minutes of the day
    in `zone` between which nothing is sent, `digest` is the minute at which the day's e-mail goes.
    `urgent` things heed neither. `fallback` says whether the agency stands in in the end.
    """

    channels: tuple[Channel, ...] = (Channel.EMAIL,)
    wait: int = 900
    quiet: tuple[int, int] | None = None
    digest: int | None = None
    zone: str = "UTC"
    urgent: bool = False
    together: int = 1
    fallback: bool = True


@dataclass(frozen=True, slots=True)
class Tried:
    """What has happened on one channel: how often it was tried, since when, when it was sent, and
    when it is to be tried again after a failure."""

    state: DeliveryState
    attempts: int
    began_at: datetime
    sent_at: datetime | None = None
    again_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be sent."""
        return self.state in (DeliveryState.WAITING, DeliveryState.FAILED)

    @property
    def is_carried(self) -> bool:
        """Whether it was sent, and nobody has said that it did not arrive."""
        return self.sent_at is not None and self.state is not DeliveryState.GIVEN_UP


@dataclass(frozen=True, slots=True)
class Send:
    """Send it now."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Try this channel no more."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Gather:
    """Put it into the digest that goes at this time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done before this time."""

    until: datetime


@dataclass(frozen=True, slots=True)
class DeliveryDone:
    """Nothing is left to be done. `arrived` tells whether any channel has carried it."""

    arrived: bool


Step = Send | GiveUp | Gather | Wait | DeliveryDone


def next_step(wishes: DeliveryPreferences, tried: Mapping[Channel, Tried], now: datetime) -> Step:
    """What is to be done next. Each step changes what was tried, or ends it, or waits."""
    if any(each.state is DeliveryState.ACKNOWLEDGED for each in tried.values()):
        return DeliveryDone(arrived=True)
    stages = _stages(wishes)
    if stages[0] == (Channel.DIGEST,) and Channel.DIGEST not in tried:
        return Gather(next_digest(wishes, now))
    for index, stage in enumerate(stages):
        last = index == len(stages) - 1
        step = _on(stage, last, wishes, tried, now)
        if step is not None:
            return step
    if any(each.is_carried for each in tried.values()):
        return DeliveryDone(arrived=True)
    step = _on((Channel.AGENCY,), True, wishes, tried, now) if wishes.fallback else None
    return step or DeliveryDone(arrived=False)


def _stages(wishes: DeliveryPreferences) -> list[tuple[Channel, ...]]:
    """Channels that are used at once, and then one after another."""
    if wishes.digest is not None and not wishes.urgent:
        return [(Channel.DIGEST,)]
    channels, first = wishes.channels, max(1, wishes.together)
    if not channels:
        return [()]
    return [channels[:first], *((each,) for each in channels[first:])]


def _on(
    stage: tuple[Channel, ...],
    last: bool,
    wishes: DeliveryPreferences,
    tried: Mapping[Channel, Tried],
    now: datetime,
) -> Step | None:
    """What is to be done on these channels; None where the next ones' turn has come."""
    waits: list[datetime] = []
    for channel in stage:
        known = tried.get(channel)
        if known is not None and known.is_open and _is_spent(known, last, wishes, now):
            return GiveUp(channel)
        if known is None or known.is_open:
            if known is not None and channel is Channel.DIGEST:
                return DeliveryDone(arrived=True)  # the digest takes it along
            at = _due(channel, known, wishes, now)
            if at <= now:
                return Send(channel)
            turn = known.began_at + timedelta(seconds=wishes.wait) if known and not last else at
            waits.append(min(at, turn) if turn > now else at)
        elif known.is_carried and known.sent_at is not None and not last:
            over = known.sent_at + timedelta(seconds=wishes.wait)
            if now < over:
                waits.append(over)
    return Wait(min(waits)) if waits else None


def _due(
    channel: Channel, known: Tried | None, wishes: DeliveryPreferences, now: datetime
) -> datetime:
    """When a channel may be used: not before its next try, and not in quiet hours."""
    again = known.again_at if known else None
    at = max(again or now, now)
    disturbs = channel in (Channel.EMAIL, Channel.SMS)
    return (quiet_until(wishes, at) if disturbs else None) or at


def _is_spent(known: Tried, last: bool, wishes: DeliveryPreferences, now: datetime) -> bool:
    """Whether a channel has had its tries, or its time where another one comes after it."""
    if known.attempts >= TRIES:
        return True
    over = known.began_at + timedelta(seconds=wishes.wait)
    return not last and known.state is DeliveryState.FAILED and now >= over


def wait_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait before attempt number `attempt` (from 2): doubling up to an hour.

    `jitter`, from 0 to 1, spreads what failed together over half of that time.
    """
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 2, 16))
    return wait * (0.75 + jitter / 2)


def quiet_until(wishes: DeliveryPreferences, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies; None where it lies in none."""
    if wishes.quiet is None or wishes.urgent:
        return None
    begins, ends = wishes.quiet
    local = now.astimezone(ZoneInfo(wishes.zone))
    minute = local.hour * 60 + local.minute
    if begins < ends:
        quiet, days = begins <= minute < ends, 0
    else:
        quiet, days = minute >= begins or minute < ends, int(minute >= begins)
    if not quiet:
        return None
    end = _moment(local.date() + timedelta(days=days), ends, wishes.zone)
    return end if end > now else None  # the clocks have gone back: it was over the first time


def next_digest(wishes: DeliveryPreferences, now: datetime) -> datetime:
    """When the next digest goes that something of `now` still gets into: there is one a day,
    whatever the clocks do."""
    now += CLOSES_BEFORE
    today = now.astimezone(ZoneInfo(wishes.zone)).date()
    minute = wishes.digest or 0
    days = (today + timedelta(days=ahead) for ahead in range(3))
    return next(at for day in days if (at := _moment(day, minute, wishes.zone)) > now)


def _moment(day: date, minute: int, zone: str) -> datetime:
    """A time of a day by the clocks there: the first of two that read the same. Where the clocks
    leave it out, as long after midnight as on any other day."""
    hour, rest = divmod(minute % _DAY, 60)
    local = datetime(day.year, day.month, day.day, hour, rest, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
