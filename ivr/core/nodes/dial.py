"""`dial`: ring one person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from ivr.core.call.events import Dialled, DialOutcome, Event
from ivr.core.call.instructions import Dial
from ivr.core.flow.node import Exit
from ivr.core.flow.types import Duration, Model, NodeName, PersonName, Text, parse_phone
from ivr.core.nodes.base import Kind, Leave, NodeContext, Stay, Step
from ivr.core.nodes.put_through import not_put_through


class Leg(Model):
    """Whom to ring, for how long, and what they hear before they are connected."""

    to: PersonName = Field(description="One of the people, or a telephone number.")
    ring: Duration = Field(20, ge=5, le=120, description="How long it rings.")
    whisper: Text | None = Field(None, description="What they hear before they are connected.")
    accept: Annotated[str | None, Field(pattern=r"^[0-9*#]$")] = Field(
        None, description="The key that takes the call, so that an answering machine takes none."
    )


def _person_alone(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class DialPerson(Kind):
    """Ring a person of the client, or a number; `nobody` where they do not take the call.

    With `accept` the person must press that key, so that an answering machine takes no calls.
    Whoever is away is not rung (docs/status.md).
    """

    verb: ClassVar[str] = "dial"
    example: ClassVar[str] = """\
urgent:
  dial: {to: ian, ring: 25s, accept: "1", whisper: "{client.name}, from {caller.number}"}
  answered: done
  nobody: operators
"""
    dial: Annotated[Leg, BeforeValidator(_person_alone)] = Field(
        description="Whom to ring, and how."
    )
    answered: NodeName | None = Field(
        None, description="Where the call goes after the talk; else it ends."
    )
    nobody: NodeName = Field(description="Where the call goes if they do not take it.")

    def exits(self) -> Iterator[Exit]:
        yield Exit("answered", self.answered, ("answered",), by_caller=True, default="goodbye")
        yield self.exit("nobody")

    def enter(self, situation: NodeContext) -> Step:
        number = self._number(situation)
        if number is None:
            return Leave("nobody")
        instead = not_put_through(situation, self._person(situation, number))
        if instead is not None:
            return instead
        leg, client = self.dial, situation.flow.client
        whisper = situation.text(leg.whisper) if leg.whisper else None
        if leg.accept:
            accept = situation.phrase("accept", key=leg.accept).text
            whisper = f"{whisper}. {accept}" if whisper else accept
        dial = Dial(number, leg.ring, whisper, leg.accept, client.language, client.voice)
        return Stay((dial,))

    def resume(self, situation: NodeContext, event: Event) -> Step:
        match event:
            case Dialled(DialOutcome.ANSWERED):
                return Leave("answered")
            case Dialled():
                return Leave("nobody")
            case _:
                return self.enter(situation)

    def _person(self, situation: NodeContext, number: str) -> str | None:
        """Whose telephone it is, also where the file gives the number instead of the name."""
        people = situation.flow.people
        if self.dial.to in people:
            return self.dial.to
        return next((name for name, person in people.items() if person.phone == number), None)

    def _number(self, situation: NodeContext) -> str | None:
        person = situation.flow.people.get(self.dial.to)
        return person.phone if person else parse_phone(self.dial.to)
