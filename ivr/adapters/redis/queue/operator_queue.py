"""The operator queue: callers who wait for a person, in Redis, shared by every process.

One queue serves the whole agency, since operators answer for all clients. Order is arrival, with a
head start by priority. Every act is one function at the server
(`ivr.adapters.redis.queue.library`), so that no two processes can ever hold one caller and none can
be dropped between two steps.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from redis import Redis

from ivr.adapters.redis.queue.acts import Acts, as_text, skills_text
from ivr.core.call.events import Claimed, NobodyAtWork, QueueFull, WaitExpired, Waiting
from ivr.core.queue.entry import (
    HANDED_TO_SECONDS,
    HEAD_START,
    HIGHEST_PRIORITY,
    QueueEntry,
    QueuePosition,
    Reservation,
    milliseconds,
    moment,
    room_of,
)
from ivr.core.queue.estimate import expected_wait
from ivr.core.queue.facts import OfferEnd
from ivr.errors import QueueError

log = structlog.get_logger()


class RedisOperatorQueue:
    """The queue, on an open connection to Redis.

    Every method raises `StateUnavailable` where Redis cannot be reached. `now` is aware.
    """

    def __init__(self, redis: Redis) -> None:
        self._act = Acts(redis)

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
        most = "" if max_before is None else max_before
        asked = "1" if estimate else ""
        text = ticket.to_json()
        reply = self._act("wait", now, ticket.call_sid, text, ticket.deadline, most, asked)
        match as_text(reply[0]):
            case "waiting":
                return Waiting(int(reply[1]), _expected(*reply[1:]))
            case "claimed":
                return Claimed(room_of(as_text(reply[1])))
            case "full":
                log.info("queue.full", call_sid=ticket.call_sid, client=ticket.client)
                return QueueFull()
            case "nobody":
                log.info("queue.nobody_at_work", call_sid=ticket.call_sid, client=ticket.client)
                return NobodyAtWork()
            case _:
                log.info("queue.wait_expired", call_sid=ticket.call_sid, client=ticket.client)
                return WaitExpired()

    def keep_place(self, ticket: QueueEntry) -> bool:
        """Put the ticket of a call back into its place. It stands there, whatever its `max_wait`,
        until it is served or leaves. False, and nothing changes, where it is in the queue already:
        in line, with an operator who is being rung, or in a conversation."""
        text = ticket.to_json()
        return bool(self._act.untimed("keep_place", ticket.call_sid, text))

    def absent(self, call_sids: Sequence[str]) -> list[str]:
        """Those of `call_sids` who are neither in line nor with an operator."""
        return [as_text(each) for each in self._act.untimed("absent", *call_sids)]

    def leave_line(self, call_sid: str) -> bool:
        """Out of the line. False, and nothing changes, for whoever is not there: an operator
        whom they have or who is being rung keeps them."""
        return bool(self._act.untimed("leave_line", call_sid))

    def look(self, call_sid: str, now: datetime) -> Waiting | Claimed | WaitExpired | None:
        """How a caller stands, as `wait` says it; None where they are not in the queue.

        For a caller who comes out of a conversation, and may wait again.
        """
        reply = self._act("look", now, call_sid)
        match as_text(reply[0]):
            case "waiting":
                return Waiting(int(reply[1]))
            case "claimed":
                return Claimed(room_of(as_text(reply[1])))
            case "expired":
                return WaitExpired()
            case _:
                return None

    def take(
        self,
        operator: str,
        now: datetime,
        lease: timedelta,
        skills: Collection[str] | None = None,
    ) -> Reservation | None:
        """Reserve the next caller for `operator`, or return None where nobody waits for them.

        The operator has until the end of the `lease` to answer. With `skills`, only callers who
        ask for no others are taken, looked for among the first 1,000; None means all skills.
        Raises `QueueError` where the operator has a caller already.
        """
        reservation_id = secrets.token_hex(16)
        expires_at = milliseconds(now + lease)
        able = skills_text(skills)
        reply = self._act("take", now, operator, reservation_id, expires_at, able)
        match as_text(reply[0]):
            case "taken":
                ticket = QueueEntry.from_json(reply[1])
            case "busy":
                raise QueueError(
                    f"{operator} has a caller already (reservation {as_text(reply[1])}); "
                    f"finish that call first (`python -m ivr queue finish --operator {operator}`)."
                )
            case _:
                return None
        log.info(
            "queue.taken",
            call_sid=ticket.call_sid,
            client=ticket.client,
            operator=operator,
            reservation=reservation_id,
        )
        return Reservation(reservation_id, operator, ticket, moment(expires_at))

    def ring_out(
        self, ticket: QueueEntry, operator: str, now: datetime, lease: timedelta
    ) -> Reservation | None:
        """Reserve for `operator` somebody whom they ring themselves, by a `direct` ticket.

        It never stands in line: where the operator does not answer, it is forgotten. None, and
        nothing changes, where the operator is neither available nor away, or it is known already.
        """
        id_, until = secrets.token_hex(16), milliseconds(now + lease)
        if not self._act("ring_out", now, operator, id_, until, ticket.to_json()):
            return None
        return Reservation(id_, operator, ticket, moment(until))

    def match(self, now: datetime, lease: timedelta, limit: int = 10) -> list[Reservation]:
        """Offer waiting callers to available operators; at most `limit` new reservations.

        Callers come in the order of service, each to the operator of their narrowest circle who
        has been idle the longest. Every operator is to be rung at once.
        """
        expires_at = milliseconds(now + lease)
        ids = [secrets.token_hex(16) for _ in range(limit)]
        made = self._act("match", now, expires_at, *ids)
        found = [
            Reservation(
                as_text(id_), as_text(name), QueueEntry.from_json(ticket), moment(expires_at)
            )
            for id_, name, ticket in made
        ]
        for each in found:
            log.info(
                "queue.offered",
                call_sid=each.ticket.call_sid,
                client=each.ticket.client,
                operator=each.operator,
                reservation=each.id,
            )
        return found

    def rung(self, reservation_id: str, leg_sid: str) -> bool:
        """The operator's telephone rings. False where the reservation is over already; then the
        leg is among the `unwanted`."""
        return bool(self._act.untimed("rung", reservation_id, leg_sid))

    def operator_answered(self, reservation_id: str, now: datetime) -> bool:
        """The operator is on the line: the caller's next turn is `Claimed`.

        False where the lease has lapsed or the caller has gone; the operator is free again.
        """
        return bool(self._act("answer", now, reservation_id))

    def release(
        self, reservation_id: str, now: datetime, how: OfferEnd = OfferEnd.WITHDRAWN
    ) -> bool:
        """The operator does not take the caller, who goes back to their own place.

        `how` is `MISSED` where the operator was rung in vain: they are away until they come back.
        Who has `DECLINED` stays available, behind the others, and is not offered this caller again
        for 30 seconds. `WITHDRAWN`: they were not rung after all. False, and nothing changes, where
        the operator has answered or the reservation is over.
        """
        return bool(self._act("release", now, reservation_id, how))

    def finish(self, reservation_id: str, now: datetime) -> bool:
        """The conversation is over: the operator wraps up, the caller is forgotten.

        False, and nothing changes, where the operator never answered (see `release`) or the
        reservation is over.
        """
        return bool(self._act("finish", now, reservation_id))

    def requeue(
        self, reservation_id: str, now: datetime, to: str | None = None, lost: bool = False
    ) -> bool:
        """The conversation goes on with another operator: the caller stands where they stood.

        Their longest wait begins anew. `to` is the operator who is offered them first; `lost`
        says that the operator's connection broke, who is away then. False, and nothing changes,
        where the operator never answered or the reservation is over.
        """
        found = self.reservation(reservation_id)
        if found is None:
            return False
        ticket = found.ticket.anew(now, to)
        how = "lost" if lost else ""
        return bool(self._act("requeue", now, reservation_id, ticket.to_json(), how))

    def rejoin(self, ticket: QueueEntry, now: datetime) -> bool:
        """A caller whom an operator had finished with stands where they stood, with this ticket.

        Whoever is at work: they are not sent away as one who only comes to the queue. False, and
        nothing changes, where they are in the queue already or have hung up.
        """
        return bool(self._act("rejoin", now, ticket.call_sid, ticket.to_json()))

    def leave(self, call_sid: str, now: datetime) -> Reservation | None:
        """The caller goes another way: out of the queue, wherever they stand. They may come back.

        Returns the reservation that this cut, whose operator is free again, or None.
        """
        return _reservation(self._act("leave", now, call_sid, ""))

    def hang_up(self, call_sid: str, now: datetime) -> Reservation | None:
        """The caller has hung up: as `leave`, and they can never be handed out again.

        Not even by a turn of theirs that was still under way and comes to `wait` after this.
        """
        return _reservation(self._act("leave", now, call_sid, "1"))

    def to_head(self, call_sid: str, now: datetime) -> bool:
        """A supervisor has this caller served next; False where they do not wait any more."""
        return bool(self._act("move", now, call_sid, "head", "", 0))

    def to_operator(self, call_sid: str, operator: str, now: datetime) -> bool:
        """A supervisor has this caller served next, and offered to `operator` before anybody else
        for `HANDED_TO_SECONDS`; False where they do not wait any more."""
        return bool(self._act("move", now, call_sid, "operator", operator, HANDED_TO_SECONDS))

    def set_priority(self, call_sid: str, priority: int, now: datetime) -> bool:
        """A supervisor gives this caller another priority, 0 to 10, and the place that goes with
        it; False where they do not wait any more. Raises `QueueError` for other priorities."""
        if not 0 <= priority <= HIGHEST_PRIORITY:
            raise QueueError(f"A caller's priority is 0 to {HIGHEST_PRIORITY}, not {priority}.")
        step = HEAD_START // timedelta(milliseconds=1)
        return bool(self._act("move", now, call_sid, "priority", priority, step))

    def unwanted(self) -> list[str]:
        """The SIDs of operators' legs that ring for nobody any more, and are to be ended."""
        return [as_text(leg) for leg in self._act.untimed("unwanted", "")]

    def leg_ended(self, leg_sid: str) -> None:
        """A leg that was `unwanted` is no more."""
        self._act.untimed("unwanted", leg_sid)

    def expire(self, now: datetime) -> int:
        """Put back the callers whose operators did not answer in time; say how many.

        `wait`, `take`, `match`, `waiting` and `operator_answered` do so too before they act.
        """
        lapsed = int(self._act("expire", now))
        if lapsed:
            log.warning("queue.leases_lapsed", count=lapsed)
        return lapsed

    def waiting(self, now: datetime, limit: int = 1000) -> list[QueuePosition]:
        """The callers whom an operator may take, in the order of service; `limit` at most."""
        tickets = [QueueEntry.from_json(text) for text in self._act("list", now, limit)]
        return [QueuePosition(i, t, t.waited(now)) for i, t in enumerate(tickets, start=1)]

    def reservation(self, reservation_id: str) -> Reservation | None:
        """The reservation of this id, or None where it is over."""
        return _reservation(self._act.untimed("find", reservation_id, ""))

    def reservation_of(self, operator: str) -> Reservation | None:
        """The reservation that keeps `operator` busy, or None."""
        return _reservation(self._act.untimed("find", "", operator))


def _expected(position: Any, length: Any = "", at_work: Any = 0) -> int | None:
    """The estimate of what the script has counted; `length` is a call's, in milliseconds."""
    text = as_text(length)
    return expected_wait(int(position), int(text) / 1000 if text else None, int(at_work))


def _reservation(reply: Any) -> Reservation | None:
    if reply is None:
        return None
    reservation_id, text, ticket, answered = reply
    data = json.loads(text)
    return Reservation(
        as_text(reservation_id),
        data["operator"],
        QueueEntry.from_json(ticket),
        moment(int(data["expires_at"])),
        bool(answered),
        data.get("leg"),
    )
