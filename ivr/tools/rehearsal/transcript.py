"""What was said and done on a rehearsed call, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ivr.core.call.events import DialOutcome
from ivr.core.call.instructions import Ask, Effect, KeepMessage, PromiseCallBack, SendText

_OUTCOMES = {
    DialOutcome.ANSWERED: "takes the call",
    DialOutcome.BUSY: "is engaged",
    DialOutcome.NO_ANSWER: "does not take the call",
    DialOutcome.FAILED: "cannot be reached",
}


@dataclass(slots=True)
class RehearsalTranscript:
    """A call's transcript. Times are seconds since the call began."""

    lines: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    talked_to: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def came_to(self, node: str, file: str, line: int) -> None:
        """The call came to a node."""
        self.lines.append(f"       {node}  ({file}:{line})")

    def said(self, seconds: float, words: str) -> None:
        """The caller heard words."""
        self.heard.append(words)
        self._add(seconds, f"Tango:  {words}")

    def played(self, seconds: float, url: str) -> None:
        """The caller heard an audio file."""
        self.heard.append(url.rpartition("/")[2])
        self._add(seconds, f"Tango:  [{url.rpartition('/')[2]}]")

    def did(self, seconds: float, what: str) -> None:
        """The caller did something."""
        self._add(seconds, f"caller: {what}")

    def rang(self, seconds: float, who: str, outcome: DialOutcome) -> None:
        """Somebody's telephone rang."""
        self.dialled.append(who)
        self._add(seconds, f"{who} {_OUTCOMES[outcome]}")
        if outcome is DialOutcome.ANSWERED:
            self.talked_to.append(who)

    def connected(self, seconds: float, who: str) -> None:
        """The caller speaks with somebody."""
        self.talked_to.append(who)
        self._add(seconds, f"{who} takes the call")

    def happened(self, seconds: float, effect: Effect) -> None:
        """Something was done besides what the caller hears."""
        match effect:
            case KeepMessage(kind=kind):
                self._add(seconds, f"a message is kept, of kind '{kind}'")
            case SendText(to=number, body=body):
                self.texts.append(body)
                self._add(seconds, f"text to {number}: {body}")
            case PromiseCallBack(number=number):
                self._add(seconds, f"a call back to {number} is promised")
            case Ask(method=method, url=url):
                self._add(seconds, f"{method} {url}")

    def _add(self, seconds: float, what: str) -> None:
        self.lines.append(f"{int(seconds) // 60:3}:{int(seconds) % 60:02}  {what}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)
