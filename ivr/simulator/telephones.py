"""Telephones that the carrier can ring, and the people who answer them, or do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from ivr.simulator.caller import (
    Act,
    AnyBehaviour,
    Behaviour,
    HangUp,
    Moment,
    Press,
    Talk,
    as_behaviour,
)


@dataclass(frozen=True, slots=True)
class Answers:
    """Somebody answers `after` seconds of ringing.

    They press `keys` at the first input they are asked for, talk for `talks_for` seconds once
    connected (None: until the other side leaves), and hang up. `does` replaces all of that with
    a behaviour of one's own.
    """

    after: float = 4.0
    keys: str = ""
    talks_for: float | None = 30.0
    does: AnyBehaviour | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """The line is busy, or the person declines `after` seconds of ringing."""

    after: float = 0.0


class Rings:
    """It rings in real time until a test says how it goes on, or whoever rings breaks it off.

    `answer` lets the person `then` pick up at once, `give_up` lets the time for it run out. One
    that was decided upon stays so. `<Dial>` takes it for one that nobody answers.
    """

    def __init__(self, then: Answers | None = None) -> None:
        self.then = then or Answers()
        self.decided = False
        self.answered = False
        self._nudge: Callable[[], None] = lambda: None

    def answer(self) -> None:
        """Pick up."""
        self.answered = True
        self.give_up()

    def give_up(self) -> None:
        """Ring no more."""
        self.decided = True
        self._nudge()

    def watch(self, nudge: Callable[[], None]) -> None:
        """Let `nudge` be called as soon as it is decided."""
        self._nudge = nudge


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It rings, and nobody answers."""


@dataclass(frozen=True, slots=True)
class Unobtainable:
    """The number does not exist."""


Ringing = Answers | Busy | Rings | NoAnswer | Unobtainable


@dataclass(frozen=True, slots=True)
class Decides:
    """It depends: `now` is asked, each time that it rings, what it does."""

    now: Callable[[], Ringing]


Telephone = Ringing | Decides


@dataclass
class Telephones:
    """What happens when a number (or `client:…`, `sip:…`) is rung; others do as `default`.

    `rung` lists every ringing as (number, caller's number), in order.
    """

    known: dict[str, Telephone] = field(default_factory=dict)
    default: Telephone = field(default_factory=Unobtainable)
    rung: list[tuple[str, str]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __setitem__(self, number: str, telephone: Telephone) -> None:
        with self._lock:
            self.known[number] = telephone

    def update(self, telephones: Mapping[str, Telephone]) -> None:
        """Set several telephones."""
        with self._lock:
            self.known.update(telephones)

    def ring(self, number: str, caller: str) -> Ringing:
        """Ring a number, and see what is there."""
        with self._lock:
            self.rung.append((number, caller))
            telephone = self.known.get(number, self.default)
        return telephone.now() if isinstance(telephone, Decides) else telephone


def person(answers: Answers) -> Behaviour:
    """The behaviour of the person who answers."""
    if answers.does is not None:
        return as_behaviour(answers.does)
    return _Person(answers)


@dataclass
class _Person:
    answers: Answers
    _pressed: bool = False
    _talked: bool = False

    def choose(self, moment: Moment) -> Act | None:
        if moment.kind == "gather" and self.answers.keys and not self._pressed:
            self._pressed = True
            return Press(self.answers.keys)
        if moment.kind != "connected" or self.answers.talks_for is None:
            return None
        if self._talked:
            return HangUp()
        self._talked = True
        return Talk(self.answers.talks_for)

    def finish(self, moment: Moment) -> None:
        """A person expects nothing."""
