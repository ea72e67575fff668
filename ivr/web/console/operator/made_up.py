"""A made-up call for an operator's rehearsal: the caller from the client's own tests, the line
from what the operator has done so far, played over again by the machine of real calls. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ivr.core.call.engine import CallFlow, start
from ivr.core.call.state import CallState
from ivr.core.conversation.commands import Target
from ivr.core.conversation.events import Answered, Joined
from ivr.core.conversation.machine import advance, begin
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState
from ivr.core.conversation.steps import CALLER, OPERATOR
from ivr.core.flow.testcase import OPERATOR as MEETS_OPERATOR
from ivr.errors import Unexpected
from ivr.tools.rehearsal.case import play_case
from ivr.web.console.operator.keys import CallAct, command_of

CALL = "rehearsal"
ANSWER = "answer"
YOU = "+441632960000"
"""The operator's telephone, which never rings."""

_SO_FAR = re.compile(r"(0|[1-9][0-9]{0,10})((?:\.[a-z-]{1,20}(?:~[a-z0-9_+-]{1,40})?){0,60})")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A made-up call: when it began (seconds since 1970) and what the operator has done since,
    each act with whom it named."""

    began: int
    acts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, text: str) -> MadeUp | None:
        """From its name in addresses; None where that is none."""
        match = _SO_FAR.fullmatch(text)
        if match is None:
            return None
        acts = (act.partition("~") for act in match[2].split(".")[1:])
        return cls(int(match[1]), tuple((name, whom) for name, _, whom in acts))

    @property
    def name(self) -> str:
        """Its name in addresses."""
        acts = (f"{act}~{whom}" if whom else act for act, whom in self.acts)
        return ".".join((str(self.began), *acts))

    def then(self, act: str, whom: str = "") -> MadeUp:
        """The call after one more act."""
        return replace(self, acts=(*self.acts, (act, whom)))


def conversation(flow: CallFlow, call: MadeUp, caller: str | None) -> Conversation:
    """How the line stands after all that was done. Whoever is rung answers after a moment.

    Raises `ConversationError`, or ValueError in plain words, where the last act is not possible.
    """
    now = datetime.fromtimestamp(min(call.began, 2**33), UTC)
    operator = Party(PartyRole.OPERATOR, "you", YOU, PartyState.RINGING, label=OPERATOR)
    called = flow.client.numbers[0]
    found = begin(
        call.name,
        flow.client_id,
        caller or "",
        called,
        CALL,
        operator,
        now,
        recorded=flow.client.recording.calls,
    )
    for act, whom in call.acts:
        now += timedelta(seconds=5)
        found = _after(flow, found, act, whom, now)
    return replace(found, id=call.name)


def _after(
    flow: CallFlow, before: Conversation, act: str, whom: str, now: datetime
) -> Conversation:
    if act == ANSWER:
        answered = advance(before, Answered("CA-you"), now).conversation
        for label, leg in ((OPERATOR, "CA-you"), (CALLER, CALL)):
            answered = advance(answered, Joined(label, leg), now).conversation
        return answered

    def person(name: str) -> Target | None:
        found = flow.people.get(name)
        return Target(found.name, found.phone) if found and found.phone else None

    named = "number" if whom.startswith(("+", "0")) else "to"
    command = command_of(CallAct(act), before, {named: whom}, person)
    after = advance(before, command, now).conversation
    third = after.party(PartyRole.THIRD)
    if third is not None and third.standing is PartyState.RINGING:
        after = advance(after, Joined(third.label, "CA-third"), now).conversation
    return after


def made_up_state(flow: CallFlow, now: datetime) -> tuple[CallState, str]:
    """How the caller came to an operator, and what they want: by one of the file's own tests
    where one meets an operator, else as if they came at once."""
    for case in flow.tests:
        if case.expect.connected == MEETS_OPERATOR:
            try:
                state = play_case(flow, case).state
            except Unexpected:
                continue
            path = tuple(_to_the_queue(flow, state.path))
            return replace(state, path=path, started_at=now), case.name
    number = "+441632960001"
    return start(flow, CALL, number, flow.client.numbers[0], now), ""


def _to_the_queue(flow: CallFlow, path: tuple[str, ...]) -> list[str]:
    verbs = [flow.places[name].node.verb for name in path]
    return list(path[: verbs.index("queue") + 1] if "queue" in verbs else path)
