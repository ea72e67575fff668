"""The operators' states in Redis."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from redis import Redis

from ivr.adapters.redis.queue.acts import Acts, as_text, skills_text
from ivr.core.queue.entry import milliseconds
from ivr.core.queue.states import (
    LONGEST_WRITING,
    WRITING_LASTS,
    DeviceType,
    OperatorState,
    Presence,
    StatusRequest,
    _state,
    log,
)


class RedisOperators:
    """The operators' states. Every method raises `StateUnavailable`; `now` is aware."""

    def __init__(self, redis: Redis) -> None:
        self._act = Acts(redis)

    def sign_on(
        self,
        operator: str,
        skills: Collection[str] | None,
        now: datetime,
        reach: DeviceType | None = None,
    ) -> bool:
        """The operator, who has these `skills` (None: all), is available. See `wish`.

        `reach` is how they are rung from now on; None: as before, at first by telephone.
        """
        return self._set(operator, Presence.AVAILABLE, "", now, skills_text(skills), reach or "-")

    def wish(self, operator: str, state: StatusRequest, now: datetime, reason: str = "") -> bool:
        """Be available, away or offline. False where that counts only once they have finished
        with the caller whom they have."""
        return self._set(operator, state, reason, now)

    def _set(
        self,
        operator: str,
        state: Presence,
        reason: str,
        now: datetime,
        skills: str = "-",
        reach: str = "-",
    ) -> bool:
        reply = as_text(self._act("set_state", now, operator, state, reason, skills, reach))
        log.info("operator.state", operator=operator, state=state, reason=reason, counts=reply)
        return reply == "now"

    def extend_wrap_up(self, operator: str, by: timedelta, now: datetime) -> bool:
        """Give more time to wrap up; False where they are not wrapping up."""
        milliseconds_more = by // timedelta(milliseconds=1)
        return bool(self._act("extend", now, operator, milliseconds_more))

    def writing(self, operator: str, now: datetime) -> bool:
        """The operator is writing: a wrap-up of theirs that is about to end lasts `WRITING_LASTS`
        from now, but no longer than `LONGEST_WRITING` in all. False where nothing changes."""
        step = timedelta(milliseconds=1)
        lasts, most = WRITING_LASTS // step, LONGEST_WRITING // step
        return bool(self._act("writing", now, operator, lasts, most))

    def seen(self, operator: str, now: datetime, lasts: timedelta) -> None:
        """The operator's console is connected; unless that is said again within `lasts`, they
        count as offline. Operators of whom it is never said stay what they are."""
        self._act("seen", now, operator, milliseconds(now + lasts))

    def all(self, now: datetime) -> list[OperatorState]:
        """Every operator who has ever signed on, in order of names."""
        reply = [as_text(part) for part in self._act("states", now)]
        found = zip(reply[::3], reply[1::3], reply[2::3], strict=True)
        return sorted(
            (_state(name, json.loads(text), held) for name, text, held in found),
            key=lambda each: each.operator,
        )

    def of(self, operator: str, now: datetime) -> OperatorState | None:
        """One operator's state; None where they have never signed on."""
        return next((each for each in self.all(now) if each.operator == operator), None)
