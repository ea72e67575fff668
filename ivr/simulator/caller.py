"""Callers: what somebody on the telephone does, and when.

A behaviour is asked at every `Moment` and answers with an act, or None to do nothing. It may
be a list of steps (a `Script`), a function from moment to act, or an object with `choose`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ivr.errors import SimulatorError

HANG_UP = "hangup"
MomentKind = Literal["prompt", "gather", "record", "hold", "waiting", "ringing", "connected"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which the person could do something.

    `kind`: `prompt` while words are being heard (the last of `heard`), `gather` and `record`
    when the carrier listens, `hold` between two documents of waiting, `waiting` alone in a
    conference or a queue, or on hold in a conference, `ringing` before somebody else's telephone
    rings, `connected` when there is somebody to talk to. `heard` is what was heard since the
    person last did something.
    `keys` and `speech` say what is listened for; at a prompt both False means that keys are
    lost. `connections` counts the people one has been connected to so far.
    """

    kind: MomentKind
    heard: tuple[str, ...] = ()
    keys: bool = False
    speech: bool = False
    hints: tuple[str, ...] = ()
    silent_turns: int = 0
    connections: int = 0


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys; with `interrupting`, while a prompt with these words is being heard."""

    keys: str
    interrupting: str | None = None


@dataclass(frozen=True, slots=True)
class Speak:
    """Say words. `confidence` is 0 to 1; None leaves it out, as Twilio may.

    With `aloud`, telephone audio of it is heard on the call's streams, in real time; `words` are
    what the carrier's own recogniser then makes of it, a second later, or nothing. Among others
    in a conference it is in the recording.
    """

    words: str
    confidence: float | None = 0.9
    interrupting: str | None = None
    aloud: Path | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave a recording: exactly the bytes of the file.

    `then` ends it: None by silence, a key, or `HANG_UP`. `seconds` overrides the length that
    the carrier reports.
    """

    path: Path
    then: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """Once connected, talk for `seconds` of the call's clock; then do the next step."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hang up; with `while_hearing`, while a prompt with these words is being heard."""

    while_hearing: str | None = None


Act = Press | Speak | Leave | Talk | HangUp


@dataclass(frozen=True, slots=True)
class Stay:
    """Stay silent for one input or one turn of waiting; connected, until the other leaves."""


@dataclass(frozen=True, slots=True)
class Hears:
    """Assert that these words were heard since the last act (letter case does not matter).

    It must hold when the caller is next asked for input or a message, or when the call ends.
    """

    words: str


@dataclass(frozen=True, slots=True)
class WaitUntilHears:
    """Stay silent until these words are heard, for at most `seconds` of real time."""

    words: str
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class WaitUntilConnected:
    """Stay on hold until there is somebody to talk to, for at most `seconds` of real time."""

    seconds: float = 30.0


Step = Act | Stay | Hears | WaitUntilHears | WaitUntilConnected


class Behaviour(Protocol):
    """Somebody on the telephone."""

    def choose(self, moment: Moment) -> Act | None:
        """What to do now; None: nothing. Raises `SimulatorError` if an expectation failed."""

    def finish(self, moment: Moment) -> None:
        """The call is over. Raises `SimulatorError` if something expected did not happen."""


Chooser = Callable[[Moment], Act | None]
AnyBehaviour = Behaviour | Sequence[Step] | Chooser


def as_behaviour(given: AnyBehaviour) -> Behaviour:
    """The behaviour of a list of steps, a function, or a behaviour itself."""
    if isinstance(given, Sequence):
        return Script(given)
    if callable(given):
        return _Chosen(given)
    return given


@dataclass(frozen=True, slots=True)
class _Chosen:
    choose: Chooser

    def finish(self, moment: Moment) -> None:
        """Nothing was expected."""


@dataclass
class Script:
    """Does steps one after another.

    After the last step the caller hears prompts out, talks as long as the other side does, and
    hangs up when asked for more. A step that cannot be done raises `SimulatorError`.
    """

    steps: Sequence[Step]
    _next: int = field(default=0, init=False)
    _since: float | None = field(default=None, init=False)
    _met: int = field(default=0, init=False)

    def choose(self, moment: Moment) -> Act | None:
        """The next step's act, if this is its moment."""
        if moment.kind == "prompt":
            return self._while_hearing(moment)
        self._pass_expectations(moment, must_hold=moment.kind in ("gather", "record"))
        if self._next == len(self.steps):
            return self._after_the_last(moment)
        step = self.steps[self._next]
        match step:
            case Hears():
                return None
            case Stay():
                return self._stay(moment)
            case WaitUntilHears() | WaitUntilConnected():
                self._keep_waiting(step.seconds, moment)
                return None
            case _:
                return self._take(step) if self._fits(step, moment) else None

    def finish(self, moment: Moment) -> None:
        """Check what is left: expectations must hold, and no act may be left undone."""
        self._pass_expectations(moment, must_hold=True)
        left = [step for step in self.steps[self._next :] if not isinstance(step, HangUp | Stay)]
        if left:
            raise SimulatorError(
                f"The call ended before the caller could do {left[0]}. Last heard: "
                f"{_quoted(moment)}."
            )

    def _while_hearing(self, moment: Moment) -> Act | None:
        """Hang up, or press and speak if listened to, in the middle of a prompt."""
        coming = self._next
        while coming < len(self.steps) and self._is_satisfied(self.steps[coming], moment):
            coming += 1
        act = self.steps[coming] if coming < len(self.steps) else None
        if isinstance(act, HangUp):
            words = act.while_hearing
        elif isinstance(act, Press | Speak) and (moment.keys or moment.speech):
            words = act.interrupting
        else:
            return None
        if words is None or not _contains(moment.heard[-1:], words):
            return None
        self._next = coming
        return self._take(act)

    def _is_satisfied(self, step: Step, moment: Moment) -> bool:
        return isinstance(step, Hears | WaitUntilHears) and _contains(moment.heard, step.words)

    def _pass_expectations(self, moment: Moment, must_hold: bool) -> None:
        while self._next < len(self.steps):
            step = self.steps[self._next]
            heard = self._is_satisfied(step, moment)
            if isinstance(step, Hears) and must_hold and not heard:
                raise SimulatorError(
                    f"The caller expected to hear {step.words!r}, but heard {_quoted(moment)}."
                )
            connected = isinstance(step, WaitUntilConnected) and moment.connections > self._met
            if not connected and not heard:
                return
            if connected:
                self._met = moment.connections
            self._take(None)

    def _stay(self, moment: Moment) -> Act | None:
        if moment.kind == "ringing":
            return None
        return self._take(Talk(math.inf) if moment.kind == "connected" else None)

    def _keep_waiting(self, seconds: float, moment: Moment) -> None:
        now = time.monotonic()
        self._since = self._since or now
        if now - self._since > seconds:
            raise SimulatorError(
                f"The caller gave up {self.steps[self._next]} after {seconds:g} s. Last heard: "
                f"{_quoted(moment)}."
            )

    def _fits(self, step: Act, moment: Moment) -> bool:
        """Whether this is the moment for an act; False lets the moment pass."""
        listened = moment.kind in ("gather", "record")
        match step:
            case HangUp(while_hearing=words):
                return words is None
            case Talk():
                return moment.kind == "connected"
            case Leave() if moment.kind == "gather":
                raise SimulatorError(
                    f"The caller wants to leave {step.path.name}, but is asked for keys or "
                    f"speech: {_quoted(moment)}."
                )
            case Speak() if moment.kind == "record":
                raise SimulatorError(
                    f"The caller wants to say {step.words!r}, but is being recorded; use Leave "
                    "with an audio file."
                )
            case Leave():
                return moment.kind == "record"
            case _:
                return listened or moment.kind == "connected"

    def _after_the_last(self, moment: Moment) -> Act | None:
        asked = moment.kind in ("gather", "record")
        return HangUp() if asked or (moment.kind == "hold" and moment.silent_turns) else None

    def _take(self, act: Act | None) -> Act | None:
        self._next += 1
        self._since = None
        return act


def _contains(heard: Sequence[str], words: str) -> bool:
    return words.casefold() in " ".join(heard).casefold()


def _quoted(moment: Moment) -> str:
    return repr(" ".join(moment.heard)) if moment.heard else "nothing"
