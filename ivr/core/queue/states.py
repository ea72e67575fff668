"""What each operator is doing: available, ringing, on a call, wrap-up, away or offline."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

import structlog
from redis import Redis

from ivr.adapters.redis.queue.acts import Acts, as_text, skills_text
from ivr.core.queue.entry import milliseconds, moment

log = structlog.get_logger()


class Presence(StrEnum):
    """What an operator is doing."""

    AVAILABLE = "available"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    AWAY = "away"
    OFFLINE = "offline"


class DeviceType(StrEnum):
    """How an operator is rung."""

    TELEPHONE = "telephone"
    """On the number in agency.yaml."""
    BROWSER = "browser"
    """At their console, which answers for them; see `softphone_address`."""


def softphone_address(operator: str) -> str:
    """The carrier's address of an operator's browser.

    https://www.twilio.com/docs/voice/twiml/client
    """
    return f"client:{operator}"


WRITING_LASTS = timedelta(seconds=30)
"""How much of a wrap-up is left, at least, to an operator who is writing."""

LONGEST_WRITING = timedelta(minutes=10)
"""How long a wrap-up lasts at most by that alone; whoever needs longer asks for it."""

Wish = Literal[Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE]
"""What operators can choose; the rest comes of their calls."""


@dataclass(frozen=True, slots=True)
class OperatorState:
    """One operator, in a state since a time, and for wrap-up until one (aware).

    `reason` says why they are away or offline; "no answer" and "connection lost" are ours. `next`
    is what they have wished for after the caller whom they have, whose `reservation` it is.
    """

    operator: str
    state: Presence
    since: datetime
    until: datetime | None = None
    reason: str | None = None
    next: Presence | None = None
    reservation: str | None = None
    skills: frozenset[str] | None = None
    reach: DeviceType = DeviceType.TELEPHONE


class Operators:
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

    def wish(self, operator: str, state: Wish, now: datetime, reason: str = "") -> bool:
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


def _state(operator: str, data: dict[str, Any], reservation: str) -> OperatorState:
    until, wished, skills = data.get("until"), data.get("next"), data.get("skills")
    return OperatorState(
        operator,
        Presence(data["state"]),
        moment(int(data["since"])),
        moment(int(until)) if until else None,
        data.get("reason"),
        Presence(wished["state"]) if wished else None,
        reservation or None,
        None if skills is None else frozenset(skills),
        DeviceType(data.get("reach", DeviceType.TELEPHONE)),
    )
