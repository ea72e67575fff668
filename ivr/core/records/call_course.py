"""The course of a call in words, line by line. Pure: it needs a `CallDetail`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ivr.core.jobs.acts import Close, Entry, Hand, HandOn, Note, Opened, Plan, Snooze, Take
from ivr.core.jobs.job import Job
from ivr.core.records.call_detail import CallDetail, DeliverySummary
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import Message, MessageState
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.recording import ConversationRecording
from ivr.core.records.timeline import OTHER_CALL, STANDING, CallEvent, LegNote, PathStep, TurnNote


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a call's timeline.

    `way` are the nodes by which the call went on, in `version` of its flow. `message` is the id of
    the message that the line is about, `call` the SID of another call that it leads to.
    """

    at: datetime
    text: str
    way: tuple[PathStep, ...] = ()
    version: str = ""
    message: str | None = None
    call: str | None = None


STATUS = "status"
"""The way out of a node that somebody's status made a call take
(`ivr/core/nodes/put_through.py`)."""


Named = Callable[[str], str]
"""What people call somebody whom the records know by a short name or a number (E.164)."""


def tell(call_detail: CallDetail, named: Named = str) -> list[TimelineEntry]:
    """The lines of a call's timeline, in order of time, with everybody as `named` names them."""
    lines = [_turn(turn, call_detail.call, named) for turn in call_detail.timeline.turns]
    if not lines and call_detail.call_back is None:
        lines += _without_turns(call_detail.call, named)
    for leg in call_detail.timeline.legs:
        lines += _leg(leg, named)
    lines += [_event(event, named) for event in call_detail.timeline.events]
    for message in call_detail.messages:
        lines += _message(message)
    for recording in call_detail.recordings:
        lines += _recording(recording)
    lines += [
        TimelineEntry(made_at, f"The recording was transcribed by {transcript.recogniser}.")
        for made_at, transcript in call_detail.transcripts
    ]
    for delivery in call_detail.deliveries:
        lines += _delivery(delivery, named)
    for job, entries in call_detail.jobs:
        lines += [TimelineEntry(entry.at, _act(job, entry)) for entry in entries]
    return sorted(lines, key=lambda line: line.at)


def _without_turns(call: CallSnapshot, named: Named) -> Iterator[TimelineEntry]:
    """A call from before turns were kept, or one that was over before its first."""
    yield TimelineEntry(
        call.started_at, f"The call came in from {_caller(call, named)}.", version=call.flow_version
    )
    if call.ended_at is not None:
        yield TimelineEntry(call.ended_at, f"The call ended: {call.outcome}.")


def _caller(call: CallSnapshot, named: Named) -> str:
    return "a withheld number" if call.from_ == WITHHELD else named(call.from_)


def _turn(turn: TurnNote, call: CallSnapshot, named: Named) -> TimelineEntry:
    said = turn.facts.get(STANDING)
    # It is told once, and where it led the call another way.
    tells = turn.event == "started" or any(step.exit == STATUS for step in turn.way)
    status = f" People had said of themselves: {said}." if said and tells else ""
    return TimelineEntry(
        turn.at, _what_happened(turn, call, named) + status, turn.way, turn.version
    )


def _what_happened(turn: TurnNote, call: CallSnapshot, named: Named) -> str:
    facts = turn.facts
    match turn.event:
        case "started":
            return f"The call came in from {_caller(call, named)}."
        case "pressed":
            return f"The caller pressed {turn.said}." if turn.said else "The caller pressed keys."
        case "spoke":
            return f"The caller said “{turn.said}”." if turn.said else "The caller spoke."
        case "card number":
            return f"The caller gave a card number, which is not kept: {turn.said}."
        case "recorded":
            return f"The caller left a recording of {facts.get('seconds', 0)} seconds."
        case "dialled" if facts.get("outcome") == "answered":
            return f"The call ended, after {facts.get('seconds', 0)} seconds."
        case "dialled":
            return f"Nobody took the call ({_spaced(facts.get('outcome'))})."
        case "waiting":
            return f"The caller waits for an operator, at place {facts.get('position')}."
        case "replied":
            return f"The client’s system answered ({facts.get('status')})."
        case "hung up" if "outcome" in facts:
            return f"The carrier ended the call ({_spaced(facts['outcome'])})."
    return _SENTENCES.get(turn.event, f"{turn.event.capitalize()}.")


_SENTENCES = {
    "silence": "The caller said and pressed nothing.",
    "continued": "The call went on.",
    "claimed": "An operator took the call.",
    "wait expired": "The caller had waited as long as the flow allows.",
    "queue unavailable": "The operator queue could not be reached.",
    "queue full": "As many callers waited as may.",
    "nobody at work": "No operator was at work.",
    "call back waits": "A call back was promised already.",
    "not yet": "The client’s system had not answered yet.",
    "unreachable": "The client’s system could not be reached.",
    "hung up": "The call ended at the caller’s side.",
    "fell back": "Something had gone wrong, so a message was asked for.",
}


def _leg(leg: LegNote, named: Named) -> Iterator[TimelineEntry]:
    whom = named(leg.to) if leg.to else f"the {leg.role}"
    if leg.started_at is not None:
        yield TimelineEntry(leg.started_at, f"{whom[0].upper()}{whom[1:]} was rung.")
    if leg.answered_at is not None:
        yield TimelineEntry(leg.answered_at, f"{whom[0].upper()}{whom[1:]} answered.")
    if leg.ended_at is not None:
        how = f" ({_spaced(leg.how)})" if leg.how else ""
        yield TimelineEntry(leg.ended_at, f"The call to {whom} ended{how}.")


def _spaced(code: object) -> str:
    """A word of the carrier's, such as `no-answer`, as people write it."""
    return str(code).replace("-", " ")


def _event(event: CallEvent, named: Named) -> TimelineEntry:
    shown = {name: value for name, value in event.facts.items() if name != OTHER_CALL}
    facts = ", ".join(f"{name} {named(str(value))}" for name, value in shown.items())
    who = f" by {named(event.who)}" if event.who else ""
    what = f"{event.what[:1].upper()}{event.what[1:]}"
    other = event.facts.get(OTHER_CALL)
    return TimelineEntry(
        event.at,
        f"{what}{who}{f' ({facts})' if facts else ''}.",
        call=str(other) if other else None,
    )


def _message(message: Message) -> Iterator[TimelineEntry]:
    text = f"A message for {message.recipient.name} was kept ({message.kind})."
    yield TimelineEntry(message.received_at, text, message=message.id)


def _recording(recording: ConversationRecording) -> Iterator[TimelineEntry]:
    """Its beginning, and what became of it; who wrote it down is said by the transcripts."""
    yield TimelineEntry(recording.began_at, "The conversation began to be recorded.")
    if recording.stored_at is not None:
        length = round(recording.seconds)
        yield TimelineEntry(recording.stored_at, f"The recording was fetched, {length} seconds.")
    if recording.state is MessageState.SET_ASIDE and recording.settled_at is not None:
        yield TimelineEntry(recording.settled_at, f"The recording needs review: {recording.reason}")


def _delivery(delivery: DeliverySummary, named: Named) -> Iterator[TimelineEntry]:
    what = (
        f"{_CHANNELS.get(delivery.channel, delivery.channel.capitalize())} to {named(delivery.to)}"
    )
    if delivery.ended_at is None:
        tried = f", after {delivery.attempts} tries" if delivery.attempts else ""
        yield TimelineEntry(delivery.began_at, f"{what} is to go out{tried}.")
    elif delivery.given_up:
        yield TimelineEntry(delivery.ended_at, f"{what} was given up: {delivery.error}")
    else:
        yield TimelineEntry(delivery.ended_at, f"{what} was passed on.")
    if delivery.read_at is not None:
        yield TimelineEntry(
            delivery.read_at, f"{delivery.read_by or delivery.to} said that they had it."
        )


_CHANNELS = {
    "email": "An e-mail",
    "sms": "A text",
    "webhook": "A post to the system",
    "digest": "The e-mail of the day",
}


def _act(job: Job, entry: Entry) -> str:
    what, owner = f"the job “{job.summary}”", entry.owner.name
    match entry.act:
        case Opened():
            return f"A job was opened for {owner}: {job.summary}."
        case Take():
            return f"{entry.by} took {what}."
        case Hand() | HandOn():
            return f"{entry.by} assigned {what} to {owner}."
        case Snooze():
            return f"{entry.by} snoozed {what}."
        case Note() | Plan():
            return f"{entry.by} wrote something down about {what}."
        case Close(outcome):
            return f"{entry.by} closed {what}: {outcome}."
    return f"{entry.by}: {entry.act.act.replace('_', ' ')} ({job.summary})."
