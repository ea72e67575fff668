"""Callers who come and go: what each wants is dealt from a seed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

from ivr.simulator import HANG_UP, Answers, Busy, Call, HangUp, Leave, Moment, NoAnswer, Press, Talk
from ivr.simulator.caller import Act
from ivr.simulator.telephones import Telephone
from tests.chaos.agency import CLIENTS

ALONE_SECONDS = 45.0
"""Real time after which anybody hangs up who is alone in a room: by then it is a fault."""


class Wish(StrEnum):
    """What a caller has in mind."""

    TALK = "talk"
    GIVE_UP = "give up"
    MESSAGE = "message"
    CALL_BACK = "call back"


WISHES: tuple[tuple[Wish, int], ...] = (
    (Wish.TALK, 5),
    (Wish.GIVE_UP, 2),
    (Wish.MESSAGE, 1),
    (Wish.CALL_BACK, 2),
)


@dataclass
class Talker:
    """Talks for `seconds` of the call's clock with each whom they are connected to, then hangs up;
    hangs up too once they have been alone for long."""

    seconds: float
    met: int = 0
    alone_since: float | None = None

    def choose(self, moment: Moment) -> Act | None:
        if moment.kind == "waiting":
            self.alone_since = self.alone_since or time.monotonic()
            return HangUp() if time.monotonic() - self.alone_since > ALONE_SECONDS else None
        self.alone_since = None
        if moment.kind == "gather":
            return Press("1")  # a third party takes the call
        if moment.kind != "connected":
            return None
        if moment.connections > self.met:
            self.met = moment.connections
            return Talk(self.seconds)
        return HangUp()

    def finish(self, moment: Moment) -> None:
        """Nothing was expected."""


@dataclass
class Caller:
    """One caller: comes `after` seconds of real time; who gives up does so `patience` later."""

    number: str
    to: str
    wish: Wish
    after: float
    patience: float
    voice: Path
    in_passing: bool
    """Whether they hang up as soon as they have left their message."""
    talker: Talker
    telephone: Telephone
    """What becomes of a call back to them."""
    call: Call | None = None
    asked: bool = field(default=False, init=False)

    def choose(self, moment: Moment) -> Act | None:
        if moment.kind == "record":
            return Leave(self.voice, HANG_UP if self.in_passing else None)
        if moment.kind != "gather":
            return self.talker.choose(moment)
        heard = " ".join(moment.heard[-3:])
        if "We can call you back on" in heard:
            return Press("1")
        if self.wish is Wish.CALL_BACK:
            return Press("2")
        return Press("1") if self.wish is Wish.MESSAGE else None

    def finish(self, moment: Moment) -> None:
        """Nothing was expected."""


def deal(number: int, seconds: float, voice: Path, random: Random) -> list[Caller]:
    """So many callers, who come within so many seconds."""
    wishes, weights = zip(*WISHES, strict=True)
    return sorted(
        (
            Caller(
                number=f"+4474001{each:05}",
                to=random.choice(list(CLIENTS.values())),
                wish=random.choices(wishes, weights)[0],
                after=random.uniform(0, seconds),
                patience=random.uniform(0.2, 12),
                voice=voice,
                in_passing=random.random() < 0.3,
                talker=Talker(random.uniform(8, 40)),
                telephone=_called_back(random),
            )
            for each in range(number)
        ),
        key=lambda caller: caller.after,
    )


def _called_back(random: Random) -> Telephone:
    there = Answers(after=random.uniform(1, 8), does=Talker(random.uniform(8, 30)))
    return random.choices((there, Busy(), NoAnswer()), (8, 1, 1))[0]
