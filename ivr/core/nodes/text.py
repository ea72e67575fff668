"""`text`: send a text message to the caller, or to one of the client's people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from ivr.core.call.instructions import SendText
from ivr.core.costly_numbers import costly
from ivr.core.flow.check_texts import MAX_BODY
from ivr.core.flow.node import Exit
from ivr.core.flow.types import Model, NodeName, Text, TextedName, parse_phone
from ivr.core.language.telephone import takes_texts
from ivr.core.nodes.base import Kind, Leave, NodeContext

CALLER = "caller"


class TextMessage(Model):
    """What the text says, and who gets it."""

    say: Text = Field(
        description=f"The words of the text, with placeholders; {MAX_BODY} characters are sent."
    )
    to: TextedName | None = Field(
        None, description="'caller', a person of 'people', or a number; default: the caller."
    )


def _words_alone(value: Any) -> Any:
    if isinstance(value, str):
        return {"say": value}
    if isinstance(value, dict) and value.get("to") == CALLER:
        return {key: given for key, given in value.items() if key != "to"}
    return value


class WriteText(Kind):
    """Send a text message, from the number that was dialled; the call goes on at once.

    A withheld number and a landline cannot be texted: the call then goes to `failed`.
    """

    verb: ClassVar[str] = "text"
    example: ClassVar[str] = """\
confirm: {text: "Thank you for calling {client.name}.", next: done, failed: operators}
"""
    text: Annotated[TextMessage, BeforeValidator(_words_alone)] = Field(
        description="What is written."
    )
    next: NodeName = Field(description="Where the call goes then.")
    failed: NodeName | None = Field(
        None, description="Where the call goes if the number cannot be texted; default: 'next'."
    )

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next")
        yield Exit("failed", self.failed or self.next, ("failed" if self.failed else "next",))

    def enter(self, situation: NodeContext) -> Leave:
        number = self.number(situation)
        if number is None or not takes_texts(number) or costly(number):
            return Leave("failed")
        body = situation.written(self.text.say)[:MAX_BODY]
        return Leave("next", effects=(SendText(number, body, situation.place.name),))

    def number(self, situation: NodeContext) -> str | None:
        """The number that is written to; None where the caller withholds it."""
        if self.text.to is None:
            return situation.caller
        person = situation.flow.people.get(self.text.to)
        return person.phone if person else parse_phone(self.text.to)
