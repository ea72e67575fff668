"""The operator queue, and the operators, as services see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ivr.core.call.events import Claimed, NobodyAtWork, QueueFull, WaitExpired, Waiting
from ivr.core.queue.entry import QueueEntry, QueuePosition, Reservation
from ivr.core.queue.facts import OfferEnd
from ivr.core.queue.states import OperatorState


class OperatorQueue(Protocol):
    """Callers who wait for an operator, and operators who are reserved for them.

    Every method raises `StateUnavailable` where the queue cannot be reached. `now` is aware.
    """

    def wait(
        self,
        ticket: QueueEntry,
        now: datetime,
        max_before: int | None = None,
        estimate: bool = False,
    ) -> Waiting | Claimed | WaitExpired | QueueFull | NobodyAtWork:
        """Join the queue unless already in it, and say how things stand.

        To be called at every turn of the caller's hold loop. A caller keeps the ticket they joined
        with. `Waiting(1)` also stands for a caller whose operator is being rung; their wait does
        not end while that lasts. `WaitExpired` is said once and removes the caller; it is also the
        answer for a caller who has hung up.

        Nobody joins where `max_before` callers or more would be served before them (`QueueFull`),
        or where all operators who may serve them have signed off (`NobodyAtWork`). With `estimate`
        the expected wait is told too, where enough calls have lately been served.
        """

    def keep_place(self, ticket: QueueEntry) -> bool:
        """Put the ticket of a call back into its place. It stands there, whatever its `max_wait`,
        until it is served or leaves. False, and nothing changes, where it is in the queue already:
        in line, with an operator who is being rung, or in a conversation.
        """

    def absent(self, call_sids: Sequence[str]) -> list[str]:
        """Those of `call_sids` who are neither in line nor with an operator."""

    def leave_line(self, call_sid: str) -> bool:
        """Out of the line. False, and nothing changes, for whoever is not there: an operator
        whom they have or who is being rung keeps them.
        """

    def look(self, call_sid: str, now: datetime) -> Waiting | Claimed | WaitExpired | None:
        """How a caller stands, as `wait` says it; None where they are not in the queue.

        For a caller who comes out of a conversation, and may wait again.
        """

    def take(
        self, operator: str, now: datetime, lease: timedelta, skills: Collection[str] | None = None
    ) -> Reservation | None:
        """Reserve the next caller for `operator`, or return None where nobody waits for them.

        The operator has until the end of the `lease` to answer. With `skills`, only callers who
        ask for no others are taken, looked for among the first 1,000; None means all skills.
        Raises `QueueError` where the operator has a caller already.
        """

    def ring_out(
        self, ticket: QueueEntry, operator: str, now: datetime, lease: timedelta
    ) -> Reservation | None:
        """Reserve for `operator` somebody whom they ring themselves, by a `direct` ticket.

        It never stands in line: where the operator does not answer, it is forgotten. None, and
        nothing changes, where the operator is neither available nor away, or it is known already.
        """

    def match(self, now: datetime, lease: timedelta, limit: int = 10) -> list[Reservation]:
        """Offer waiting callers to available operators; at most `limit` new reservations.

        Callers come in the order of service, each to the operator of their narrowest circle who
        has been idle the longest. Every operator is to be rung at once.
        """

    def rung(self, reservation_id: str, leg_sid: str) -> bool:
        """The operator's telephone rings. False where the reservation is over already; then the
        leg is among the `unwanted`.
        """

    def operator_answered(self, reservation_id: str, now: datetime) -> bool:
        """The operator is on the line: the caller's next turn is `Claimed`.

        False where the lease has lapsed or the caller has gone; the operator is free again.
        """

    def release(
        self, reservation_id: str, now: datetime, how: OfferEnd = OfferEnd.WITHDRAWN
    ) -> bool:
        """The operator does not take the caller, who goes back to their own place.

        `how` is `MISSED` where the operator was rung in vain: they are away until they come back.
        Who has `DECLINED` stays available, behind the others, and is not offered this caller again
        for 30 seconds. `WITHDRAWN`: they were not rung after all. False, and nothing changes, where
        the operator has answered or the reservation is over.
        """

    def finish(self, reservation_id: str, now: datetime) -> bool:
        """The conversation is over: the operator wraps up, the caller is forgotten.

        False, and nothing changes, where the operator never answered (see `release`) or the
        reservation is over.
        """

    def requeue(
        self, reservation_id: str, now: datetime, to: str | None = None, lost: bool = False
    ) -> bool:
        """The conversation goes on with another operator: the caller stands where they stood.

        Their longest wait begins anew. `to` is the operator who is offered them first; `lost`
        says that the operator's connection broke, who is away then. False, and nothing changes,
        where the operator never answered or the reservation is over.
        """

    def rejoin(self, ticket: QueueEntry, now: datetime) -> bool:
        """A caller whom an operator had finished with stands where they stood, with this ticket.

        Whoever is at work: they are not sent away as one who only comes to the queue. False, and
        nothing changes, where they are in the queue already or have hung up.
        """

    def leave(self, call_sid: str, now: datetime) -> Reservation | None:
        """The caller goes another way: out of the queue, wherever they stand. They may come back.

        Returns the reservation that this cut, whose operator is free again, or None.
        """

    def hang_up(self, call_sid: str, now: datetime) -> Reservation | None:
        """The caller has hung up: as `leave`, and they can never be handed out again.

        Not even by a turn of theirs that was still under way and comes to `wait` after this.
        """

    def unwanted(self) -> list[str]:
        """The SIDs of operators' legs that ring for nobody any more, and are to be ended."""

    def leg_ended(self, leg_sid: str) -> None:
        """A leg that was `unwanted` is no more."""

    def waiting(self, now: datetime, limit: int = 1000) -> list[QueuePosition]:
        """The callers whom an operator may take, in the order of service; `limit` at most."""

    def reservation(self, reservation_id: str) -> Reservation | None:
        """The reservation of this id, or None where it is over."""

    def reservation_of(self, operator: str) -> Reservation | None:
        """The reservation that keeps `operator` busy, or None."""


class Operators(Protocol):
    """Who is signed on, and what they do. Raises `StateUnavailable`; `now` is aware."""

    def sign_on(self, operator: str, skills: Collection[str] | None, now: datetime) -> bool:
        """The operator, who has these `skills` (None: all), is available."""

    def of(self, operator: str, now: datetime) -> OperatorState | None:
        """One operator's state; None where they have never signed on."""
