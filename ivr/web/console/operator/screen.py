"""The middle of an operator's screen, as values: the call, the form, and how the line is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.core.conversation.state import Conversation, PartyRole, PartyState, Phase
from ivr.core.conversation.steps import BROWSER
from ivr.web.console.operator.call_view import CallFacts
from ivr.web.console.operator.form_view import FormView
from ivr.web.console.operator.keys import CallButton, in_words, is_held


class CallProgress(StrEnum):
    """How far an operator is with a call."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    UNFINISHED = "unfinished"
    """A draft of an earlier call is taken up again."""


@dataclass(frozen=True, slots=True)
class OngoingCall:
    """The conversation as it now stands, with its keys, and the operators who are free: their short
    names and names."""

    conversation: Conversation
    keys: tuple[CallButton, ...]
    colleagues: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """How the line is, in a sentence."""
        return in_words(self.conversation)

    @property
    def rings_here(self) -> bool:
        """Whether it is the operator's browser that rings."""
        operator = self.conversation.party(PartyRole.OPERATOR)
        rings = operator is not None and operator.standing is PartyState.RINGING
        return rings and operator is not None and operator.address.startswith(BROWSER)

    @property
    def level(self) -> str:
        """How the line is, as a style's class."""
        rings = self.conversation.phase is Phase.RINGING
        return "warned" if rings or is_held(self.conversation) else "good"


@dataclass(frozen=True, slots=True)
class Screen:
    """The middle of the screen. `of` changes where all of it is another; while it stays, only
    `line` is shown anew, so that nothing is taken from under an operator's hands. `first_seen` says
    that the operator talks in this call for the first time."""

    stage: CallProgress
    of: str
    facts: CallFacts | None = None
    form: FormView | None = None
    line: OngoingCall | None = None
    unfinished: tuple[FormView, ...] = ()
    first_seen: bool = False
