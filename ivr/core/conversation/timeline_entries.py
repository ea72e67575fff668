"""What a call's timeline is told of its conversation. Pure: from how it stood to how it stands.

A supervisor who takes part is not told of: clients read timelines too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ivr.core.conversation import commands
from ivr.core.conversation.commands import Command
from ivr.core.conversation.events import Event, Left
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase
from ivr.core.records.timeline import CallEvent, LegNote, LegRole

ROLES = {
    PartyRole.OPERATOR: LegRole.OPERATOR,
    PartyRole.THIRD: LegRole.THIRD_PARTY,
}
"""Whose legs are told of, and as whose."""


def legs(
    before: Conversation | None, after: Conversation, what: Event | Command | None, now: datetime
) -> Iterator[LegNote | CallEvent]:
    """The legs that began, were answered or ended, and that a call was connected or ended."""
    known = {party.label: party for party in before.parties} if before else {}
    here = {party.label: party for party in after.parties}
    for label in {**known, **here}:
        yield from _leg(after, known.get(label), here.get(label), what, now)
    met_before, over_before = before and before.met, before and before.phase is Phase.OVER
    if after.met and not met_before:
        yield _event(after, "connected", None, now)
    if after.phase is Phase.OVER and not over_before:
        who = after.ended_by.value if after.ended_by else None
        yield _event(after, "call ended", who, now)


def command(conversation: Conversation, asked: Command, by: str, now: datetime) -> CallEvent | None:
    """What somebody has done; None where it does not concern the caller."""
    what = _in_words(asked)
    return _event(conversation, what, by, now) if what else None


def _leg(
    conversation: Conversation,
    before: Party | None,
    after: Party | None,
    what: Event | Command | None,
    now: datetime,
) -> Iterator[LegNote]:
    party = after or before
    if party is None or party.role not in ROLES:
        return  # the caller, whose call it is; a call back says itself whether they were reached
    note = LegNote(
        key=f"{conversation.id} {party.label}",
        call_sid=conversation.call_sid,
        role=ROLES[party.role],
        to=party.name,
        sid=party.leg,
    )
    if before is None:
        note = replace(note, started_at=now)
    if after is None:
        how = what.why.value if isinstance(what, Left) and what.label == party.label else None
        yield replace(note, ended_at=now, how=how)
    elif after.standing is not PartyState.RINGING and (before is None or _rings(before)):
        yield replace(note, answered_at=now)
    elif before is None or before.leg != after.leg:
        yield note


def _rings(party: Party) -> bool:
    return party.standing is PartyState.RINGING


def _event(conversation: Conversation, what: str, who: str | None, now: datetime) -> CallEvent:
    once = f"{conversation.id} {what} {now.isoformat()}"
    return CallEvent(once=once, call_sid=conversation.call_sid, at=now, what=what, who=who)


def _in_words(asked: Command) -> str | None:
    match asked:
        case commands.Hold():
            return "the caller was put on hold"
        case commands.Resume():
            return "the caller was taken back from hold"
        case commands.PauseRecording(paused):
            return "the recording was paused" if paused else "the recording went on"
        case commands.Transfer(to):
            return f"the caller was put through to {to.name}"
        case commands.Consult(to):
            return f"{to.name} was consulted"
        case commands.Complete():
            return "caller and third party were left together"
        case commands.EndConsult():
            return "the third party was let go"
        case commands.JoinAll():
            return "all three talked together"
        case commands.HandOver():
            return "the caller was handed to another operator"
        case commands.Decline():
            return "the operator declined the call"
        case commands.HangUp():
            return "the call was ended"
        case _:
            return None
