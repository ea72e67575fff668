"""A caller's stay in the queue, and an operator's time in a state, as the records keep them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.core.queue.facts import OfferEnd, VisitEnd
from ivr.core.queue.states import Presence


@dataclass(frozen=True, slots=True)
class Offer:
    """A caller was offered to an operator. Times are aware; None: not so, or not yet."""

    id: str
    operator: str
    offered_at: datetime | None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    how: OfferEnd | None = None

    @property
    def talk(self) -> timedelta | None:
        """How long the two talked, once that is over."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.answered_at


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of a caller in the queue, from joining to leaving it for good.

    `rang_at` is when their call first rang at ours; None where that is not known. `callback`: it is
    a promised call back, where nobody is on the line. Times are aware.
    """

    call_sid: str
    client: str | None
    joined_at: datetime
    rang_at: datetime | None = None
    priority: int = 0
    callback: bool = False
    left_at: datetime | None = None
    how: VisitEnd | None = None
    offers: tuple[Offer, ...] = ()

    @property
    def answer(self) -> Offer | None:
        """The offer by which the caller first came to a person."""
        answered = [(each.answered_at, each) for each in self.offers if each.answered_at]
        return min(answered, key=lambda pair: pair[0])[1] if answered else None

    @property
    def answered_at(self) -> datetime | None:
        """When the caller first came to a person."""
        return self.answer.answered_at if self.answer else None

    @property
    def wait(self) -> timedelta | None:
        """How long the caller waited: to their answer, or until they left without one; None while
        they wait."""
        until = self.answered_at or self.left_at
        return max(until - self.joined_at, timedelta(0)) if until else None

    @property
    def abandoned(self) -> bool:
        """Whether the caller hung up before anybody answered."""
        return self.answered_at is None and self.how is VisitEnd.HUNG_UP


@dataclass(frozen=True, slots=True)
class Span:
    """An operator's time in one state; `until` is when the next one began, None: it lasts."""

    operator: str
    state: Presence
    since: datetime
    until: datetime | None = None
    reason: str | None = None
