"""What the queue does, in the field's measures: pure functions of visits and operators' states.

`T` is the target, twenty seconds unless said otherwise. Calls back are no visits of callers who
wait on the line, and are left out. A caller who hangs up within five seconds of joining is a *short
abandon*: counted, and part of no ratio.

==================  ==============================================================================
answered            visits in which an operator answered
abandoned           the caller hung up before that, later than a short abandon
lost                expired or moved on (to a message, a call back …) before anybody answered
service level       answered within T / (answered + abandoned or lost after more than T)
abandonment         abandoned / (answered + abandoned + lost)
ASA                 average speed of answer: the mean wait of those who were answered
occupancy           (ringing + on call + wrap-up) / (those + available), of the operators' time
==================  ==============================================================================

A caller who gave up before T counts neither way: nobody knows whether they would have been answered
in time. A percentile is the nearest rank: the least value that so many percent do not exceed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import TypeVar

from ivr.core.queue.facts import OfferEnd
from ivr.core.queue.states import Presence
from ivr.core.queue.visits import Span, Visit

TARGET = timedelta(seconds=20)
SHORT_ABANDON = timedelta(seconds=5)

BUSY = frozenset({Presence.RINGING, Presence.ON_CALL, Presence.WRAP_UP})
"""States that a caller is the cause of."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Seconds that half, nine tenths and 95 % do not exceed; None where there is none."""

    p50: float | None
    p90: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of some visits. Lengths are seconds, ratios 0 to 1; None: of nothing."""

    offered: int
    """Callers who came into the queue."""
    answered: int
    abandoned: int
    short_abandons: int
    lost: int
    waiting: int
    """Those who still waited."""
    missed: int
    """Times that an operator was rung in vain."""
    declined: int
    """Times that an operator refused a caller by key."""
    service_level: float | None
    abandonment: float | None
    asa: float | None
    longest: float | None
    """The longest wait that has ended."""
    to_human: Percentiles
    """From the queue to a person."""
    ring_to_human: Percentiles
    """From the first ring to a person."""
    talk: float | None
    """Mean length of a conversation."""


def measures(visits: Iterable[Visit], target: timedelta = TARGET) -> Measures:
    """The measures of these visits, with `T` as `target`."""
    held = [visit for visit in visits if not visit.callback]
    answered = [visit for visit in held if visit.answered_at]
    ended = [visit for visit in held if not visit.answered_at and visit.left_at]
    short = [each for each in ended if each.abandoned and _wait(each) < SHORT_ABANDON]
    abandoned = [each for each in ended if each.abandoned and _wait(each) >= SHORT_ABANDON]
    lost = [each for each in ended if not each.abandoned]
    failed = [each for each in (*abandoned, *lost) if _wait(each) > target]
    in_time = [each for each in answered if _wait(each) <= target]
    waits = [_wait(each).total_seconds() for each in answered]
    all_waits = [_wait(each).total_seconds() for each in (*answered, *ended)]
    talks = [each.talk.total_seconds() for visit in held for each in visit.offers if each.talk]
    return Measures(
        offered=len(held),
        answered=len(answered),
        abandoned=len(abandoned),
        short_abandons=len(short),
        lost=len(lost),
        waiting=len(held) - len(answered) - len(ended),
        missed=_ended(OfferEnd.MISSED, held),
        declined=_ended(OfferEnd.DECLINED, held),
        service_level=_ratio(len(in_time), len(answered) + len(failed)),
        abandonment=_ratio(len(abandoned), len(answered) + len(abandoned) + len(lost)),
        asa=fmean(waits) if waits else None,
        longest=max(all_waits, default=None),
        to_human=percentiles(waits),
        ring_to_human=percentiles(
            max((to - rang).total_seconds(), 0.0)
            for each in answered
            if (rang := each.rang_at) and (to := each.answered_at)
        ),
        talk=fmean(talks) if talks else None,
    )


def by(key: Callable[[Visit], Key], visits: Iterable[Visit]) -> dict[Key, list[Visit]]:
    """The visits by what `key` says of them: see `client`, `operator` and `half_hour`."""
    found: defaultdict[Key, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[key(visit)].append(visit)
    return dict(found)


def client(visit: Visit) -> str:
    """Whose caller it was; empty where that is not known."""
    return visit.client or ""


def operator(visit: Visit) -> str | None:
    """Who answered first."""
    return visit.answer.operator if visit.answer else None


def half_hour(visit: Visit) -> datetime:
    """When the half-hour began in which the caller joined."""
    joined = visit.joined_at
    return joined.replace(minute=joined.minute // 30 * 30, second=0, microsecond=0)


def percentiles(seconds: Iterable[float]) -> Percentiles:
    """The nearest-rank percentiles of these lengths."""
    ranked = sorted(seconds)

    def rank(share: float) -> float | None:
        return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else None

    return Percentiles(rank(0.5), rank(0.9), rank(0.95))


@dataclass(frozen=True, slots=True)
class Work:
    """What operators did between two moments: seconds in each state, and how long wrap-ups took."""

    seconds: dict[Presence, float]
    wrap_up: float | None
    """Mean length of a wrap-up that has ended."""

    @property
    def occupancy(self) -> float | None:
        """The share of their time at work that callers took; None where nobody was at work."""
        busy = sum(self.seconds.get(state, 0.0) for state in BUSY)
        return _ratio(busy, busy + self.seconds.get(Presence.AVAILABLE, 0.0))


def work(spans: Iterable[Span], since: datetime, until: datetime) -> Work:
    """What these spans say of the time from `since` to `until`."""
    seconds: defaultdict[Presence, float] = defaultdict(float)
    wrap_ups = []
    for span in spans:
        end = min(span.until or until, until)
        length = (end - max(span.since, since)).total_seconds()
        if length > 0:
            seconds[span.state] += length
        if span.state is Presence.WRAP_UP and span.until and since <= span.since < until:
            wrap_ups.append((span.until - span.since).total_seconds())
    return Work(dict(seconds), fmean(wrap_ups) if wrap_ups else None)


def _ended(how: OfferEnd, visits: Iterable[Visit]) -> int:
    """How many offers ended so."""
    return sum(offer.how is how for visit in visits for offer in visit.offers)


def _wait(visit: Visit) -> timedelta:
    return visit.wait or timedelta(0)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
