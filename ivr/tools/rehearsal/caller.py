"""The rehearsed caller: does the steps of a test, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ivr.core.call.events import Event, HungUp, Pressed, Recorded, Silence, Spoke
from ivr.core.call.instructions import Listen
from ivr.core.flow.testcase import CallerStep
from ivr.errors import Unexpected
from ivr.tools.rehearsal.transcript import RehearsalTranscript

SECONDS_A_WORD = 0.4
PRESS_SECONDS = 2.0
SILENCE_SECONDS = 5.0


class ScriptedCaller:
    """Does `steps`; after the last, hangs up when asked for more."""

    def __init__(self, steps: Sequence[CallerStep]) -> None:
        self.transcript = RehearsalTranscript()
        self._steps = [step.act for step in steps]
        self._next = 0
        self._since = 0  # what was heard before the caller last did something
        self._waited = 0.0

    def listened_to(self, now: float, listen: Listen) -> tuple[Event, float]:
        """The caller is asked. Returns what they do, and how long it takes in seconds."""
        act, value = self._act()
        match act:
            case "press":
                return self._do(now, f"presses {value}", Pressed(value), PRESS_SECONDS)
            case "says" if listen.speech:
                return self._do(now, f"“{value}”", Spoke(value, 0.9), _length(value))
            case "says":
                raise self.unexpected(f"the caller says “{value}”, but only keys are listened for")
            case "speaks":
                raise self.unexpected(
                    f"the caller speaks the message “{value}”, but is being asked something; "
                    "an answer is 'says'"
                )
            case "silence" | "waits":
                return self._do(now, "says nothing", Silence(), float(listen.timeout))
            case _:
                return self._hang_up(now)

    def recorded(self, now: float) -> tuple[Event, float]:
        """The caller hears the tone. Returns what they do, and how long it takes in seconds."""
        act, value = self._act()
        match act:
            case "speaks":
                seconds = _length(value)
                event = Recorded(f"RE{self._next:032x}", max(1, round(seconds)))
                return self._do(now, f"“{value}” (a message)", event, seconds)
            case "says" | "press":
                does = "says" if act == "says" else "presses"
                raise self.unexpected(
                    f"the caller {does} “{value}”, but is being recorded; a message is 'speaks'"
                )
            case "silence" | "waits":
                return self._do(now, "says nothing", Silence(), SILENCE_SECONDS)
            case _:
                return self._hang_up(now)

    def wait_through(
        self, now: float, event: Event, seconds: float, listened_to: bool = False
    ) -> tuple[Event, float]:
        """The caller holds on while `event` comes, unless it is now that they hang up, or press a
        key where keys are `listened_to`."""
        act, value = self._act(passing=True)
        if act == "press" and listened_to:
            return self._do(now, f"presses {value}", Pressed(value), PRESS_SECONDS)
        if act == "waits":
            self._waited += seconds
            if self._waited >= value:
                self._taken()
        elif act == "hangup":
            return self._hang_up(now + seconds)[0], seconds
        return event, seconds

    def finish(self) -> None:
        """The call is over: nothing may be left undone. Raises `Unexpected`."""
        while self._next < len(self._steps):
            act, value = self._steps[self._next]
            if act in ("hears", "hears_not"):
                self._listen_back(act, value)
            elif act not in ("hangup", "waits", "silence"):
                raise self.unexpected(f"the call ended before the caller could do '{act}: {value}'")
            self._next += 1

    def unexpected(self, what: str) -> Unexpected:
        """An error that says at which step something else happened."""
        step = f"step {self._next + 1}: " if self._next < len(self._steps) else ""
        return Unexpected(f"{step}{what}")

    def _act(self, passing: bool = False) -> tuple[str, Any]:
        """The next thing to do. What should have been heard by now has been; or `Unexpected`.

        With `passing` the caller is not asked anything: words may still come.
        """
        while self._next < len(self._steps):
            act, value = self._steps[self._next]
            if act not in ("hears", "hears_not"):
                return act, value
            if passing and act == "hears" and not self._has_heard(value):
                break
            self._listen_back(act, value)
            self._next += 1
        return "", None

    def _listen_back(self, act: str, words: str) -> None:
        if self._has_heard(words) != (act == "hears"):
            heard = " ".join(self.transcript.heard[self._since :]) or "nothing"
            should = "should hear" if act == "hears" else "should not hear"
            raise self.unexpected(f"the caller {should} “{words}”, and heard “{heard}”")

    def _has_heard(self, words: str) -> bool:
        heard = " ".join(self.transcript.heard[self._since :])
        return _plain(words) in _plain(heard)

    def _do(self, now: float, what: str, event: Event, seconds: float) -> tuple[Event, float]:
        self.transcript.did(now, what)
        self._taken()
        self._since = len(self.transcript.heard)
        return event, seconds

    def _hang_up(self, now: float) -> tuple[Event, float]:
        self.transcript.did(now, "hangs up")
        self._taken()
        return HungUp(), 0.0

    def _taken(self) -> None:
        self._next += 1
        self._waited = 0.0


def _length(words: str) -> float:
    return max(1.0, len(words.split()) * SECONDS_A_WORD)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
