"""The operator queue: callers who wait for a person, in Redis, shared by every process.

One queue serves the whole agency, since operators answer for all clients. Order is priority, then
longest waiting. Every act is one script (`ivr.operators.scripts`), so that no two processes can
ever hold one caller and none can be dropped between two steps.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

from ivr.errors import QueueError, StateUnavailable
from ivr.events import Claimed, WaitExpired, Waiting
from ivr.operators import scripts
from ivr.operators.ticket import QueueEntry, Reservation, Ticket, milliseconds, moment, room_of

log = structlog.get_logger()


class OperatorQueue:
    """The queue, on an open connection to Redis.

    Every method raises `StateUnavailable` where Redis cannot be reached. `now` is aware.
    """

    def __init__(self, redis: Redis) -> None:
        register = redis.register_script
        self._wait = register(scripts.WAIT)
        self._take = register(scripts.TAKE)
        self._answer = register(scripts.ANSWER)
        self._release = register(scripts.RELEASE)
        self._finish = register(scripts.FINISH)
        self._leave = register(scripts.LEAVE)
        self._expire = register(scripts.EXPIRE)
        self._list = register(scripts.LIST)
        self._find = register(scripts.FIND)

    def wait(self, ticket: Ticket, now: datetime) -> Waiting | Claimed | WaitExpired:
        """Join the queue unless already in it, and say how things stand.

        To be called at every turn of the caller's hold loop. A caller keeps the ticket they joined
        with. `Waiting(1)` also stands for a caller whose operator is being rung; their wait does
        not end while that lasts. `WaitExpired` is said once and removes the caller; it is also the
        answer for a caller who has hung up.
        """
        reply = _run(
            self._wait, milliseconds(now), ticket.call_sid, ticket.to_json(), ticket.deadline
        )
        match _text(reply[0]):
            case "waiting":
                return Waiting(int(reply[1]))
            case "claimed":
                return Claimed(room_of(_text(reply[1])))
            case _:
                log.info("queue.wait_expired", call_sid=ticket.call_sid, client=ticket.client)
                return WaitExpired()

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
        able = "" if skills is None else json.dumps(dict.fromkeys(skills, True))
        reply = _run(
            self._take,
            milliseconds(now),
            operator,
            reservation_id,
            expires_at,
            able,
        )
        match _text(reply[0]):
            case "taken":
                ticket = Ticket.from_json(reply[1])
            case "busy":
                raise QueueError(
                    f"{operator} has a caller already (reservation {_text(reply[1])}); "
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

    def operator_answered(self, reservation_id: str, now: datetime) -> bool:
        """The operator is on the line: the caller's next turn is `Claimed`.

        False where the lease has lapsed or the caller has gone; the operator is free again.
        """
        return bool(_run(self._answer, milliseconds(now), reservation_id))

    def release(self, reservation_id: str, now: datetime) -> bool:
        """The operator does not answer, or refuses: the caller goes back to their own place.

        False, and nothing changes, where the operator has answered or the reservation is over.
        """
        return bool(_run(self._release, milliseconds(now), reservation_id))

    def finish(self, reservation_id: str) -> bool:
        """The conversation is over: the operator is free, the caller is forgotten.

        False, and nothing changes, where the operator never answered (see `release`) or the
        reservation is over.
        """
        return bool(_run(self._finish, reservation_id))

    def leave(self, call_sid: str) -> Reservation | None:
        """The caller goes another way: out of the queue, wherever they stand. They may come back.

        Returns the reservation that this cut, whose operator is free again, or None.
        """
        return _reservation(_run(self._leave, call_sid, ""))

    def hang_up(self, call_sid: str, now: datetime) -> Reservation | None:
        """The caller has hung up: as `leave`, and they can never be handed out again.

        Not even by a turn of theirs that was still under way and comes to `wait` after this.
        """
        return _reservation(_run(self._leave, call_sid, milliseconds(now)))

    def expire(self, now: datetime) -> int:
        """Put back the callers whose operators did not answer in time; say how many.

        `wait`, `take`, `waiting` and `operator_answered` do so too before they act.
        """
        lapsed = int(_run(self._expire, milliseconds(now)))
        if lapsed:
            log.warning("queue.leases_lapsed", count=lapsed)
        return lapsed

    def waiting(self, now: datetime, limit: int = 1000) -> list[QueueEntry]:
        """The callers whom an operator may take, in the order of service; `limit` at most."""
        tickets = [Ticket.from_json(text) for text in _run(self._list, milliseconds(now), limit)]
        return [QueueEntry(i, t, t.waited(now)) for i, t in enumerate(tickets, start=1)]

    def reservation(self, reservation_id: str) -> Reservation | None:
        """The reservation of this id, or None where it is over."""
        return _reservation(_run(self._find, reservation_id, ""))

    def reservation_of(self, operator: str) -> Reservation | None:
        """The reservation that keeps `operator` busy, or None."""
        return _reservation(_run(self._find, "", operator))


def _run(script: Any, *args: str | int) -> Any:
    """Run a registered script (EVALSHA; redis-py loads it where the server does not know it)."""
    try:
        return script(keys=scripts.KEYS, args=args)
    except RedisError as error:
        raise StateUnavailable(
            f"The operator queue cannot be used, because Redis says: {str(error).rstrip('.')}. "
            "See that Tango is running (`python -m ivr serve`) and that IVR_REDIS_URL is right."
        ) from error


def _reservation(reply: Any) -> Reservation | None:
    if reply is None:
        return None
    reservation_id, text, ticket, answered = reply
    data = json.loads(text)
    return Reservation(
        _text(reservation_id),
        cast(str, data["operator"]),
        Ticket.from_json(ticket),
        moment(int(data["expires_at"])),
        bool(answered),
    )


def _text(value: str | bytes) -> str:
    """Replies are text or bytes, depending on how the connection was opened."""
    return value.decode() if isinstance(value, bytes) else value
