"""`<Dial>` of telephones: `<Number>`, `<Client>`, `<Sip>`.

https://www.twilio.com/docs/voice/twiml/number
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ivr.simulator.caller import Script
from ivr.simulator.conference.rooms import Member, Room
from ivr.simulator.interrupts import CallOver
from ivr.simulator.targets import Target
from ivr.simulator.telephones import Answers, Busy, NoAnswer, Rings, Telephone, person
from ivr.simulator.twiml import Element
from ivr.simulator.verbs.meeting import meet
from ivr.simulator.wire import Callback

if TYPE_CHECKING:
    from ivr.simulator.call import Call

DEFAULT_TIMEOUT = 30
BUSY_TONE_SECONDS = 2.0


def ring(call: Call, verb: Element, nouns: Sequence[Element], result: dict[str, str]) -> None:
    """Ring telephones, all at once or in sequence, and talk to whoever answers first.

    `result` holds the action's parameters and is kept up to date, also when it breaks off.
    """
    result |= {"DialCallStatus": "no-answer", "DialBridged": "false"}
    call.ask("ringing")
    groups = [(noun,) for noun in nouns] if verb.flag("sequential") else [tuple(nouns)]
    for group in groups:
        if _ring_at_once(call, verb, group, result):
            return


def _ring_at_once(
    call: Call, verb: Element, nouns: Sequence[Element], result: dict[str, str]
) -> bool:
    timeout = verb.number("timeout", DEFAULT_TIMEOUT)
    caller = verb.get("callerId", call.from_)
    found = [(noun, call.exchange.telephones.ring(noun.text, caller)) for noun in nouns]
    for noun, _ in found:
        call.note("dialled", noun.text, caller_id=caller)
    answered = [
        (noun, telephone)
        for noun, telephone in found
        if isinstance(telephone, Answers) and telephone.after <= timeout
    ]
    first = min(answered, key=lambda one: one[1].after, default=None)
    for noun, telephone in found:
        if first is None or noun is not first[0]:
            status = "canceled" if first else unanswered(telephone)
            result |= {"DialCallStatus": status, "DialCallSid": _miss(call, verb, noun, status)}
    if first:
        _connect(call, verb, *first, result)
        return True
    rang = any(isinstance(telephone, Answers | NoAnswer | Rings) for _, telephone in found)
    call.spend(timeout if rang else BUSY_TONE_SECONDS)
    return False


def unanswered(telephone: Telephone) -> str:
    """The final status of a call to a telephone that nobody answered in time."""
    if isinstance(telephone, Answers | NoAnswer | Rings):
        return "no-answer"
    return "busy" if isinstance(telephone, Busy) else "failed"


def _miss(call: Call, verb: Element, noun: Element, status: str) -> str:
    """A leg that nobody answers; returns its SID."""

    def life(leg: Call) -> None:
        leg.wire.progress("initiated", "initiated")
        leg.wire.progress("ringing", "ringing")
        leg.wire.tell_the_end(status)

    caller = verb.get("callerId", call.from_)
    leg = call.child(noun.text, caller, Script(()), life, _callback(call, noun))
    return leg.start().sid


def _connect(
    call: Call, verb: Element, noun: Element, telephone: Answers, result: dict[str, str]
) -> None:
    """Let somebody answer and hear the whisper, and then talk with them."""
    room = Room(f"bridge to {noun.text}", capacity=2)
    whisper = None
    if noun.get("url"):
        whisper = Target(call.address(noun.get("url")), noun.get("method", "POST"))

    def life(leg: Call) -> None:
        leg.wire.progress("initiated", "initiated")
        leg.wire.progress("ringing", "ringing")
        leg.spend(telephone.after)
        leg.answer()
        leg.run(whisper, "whisper")
        member = Member(leg, ends=True)
        joined = room.join(member)
        call.interrupts.nudge()
        if joined:
            meet(leg, room, member, lambda: None)

    caller = verb.get("callerId", call.from_)
    leg = call.child(noun.text, caller, person(telephone), life, _callback(call, noun))
    result |= {"DialCallStatus": "completed", "DialCallSid": leg.sid}
    leg.start()
    patience = call.exchange.options.patience_seconds
    try:
        call.interrupts.wait(lambda: bool(room.calls) or leg.is_over, patience)
        call.spend(max(0.0, leg.clock - call.clock))
        member = Member(call, ends=True)
        if room.calls and room.join(member):
            result["DialBridged"] = "true"
            call.answer()
            meet(call, room, member, lambda: None, star_ends=verb.flag("hangupOnStar"))
    except CallOver:
        if result["DialBridged"] == "false":
            result["DialCallStatus"] = "no-answer"
        raise
    finally:
        leg.interrupts.end("other party")
        leg.wait(patience)
        result["DialCallDuration"] = str(leg.seconds)


def _callback(call: Call, noun: Element) -> Callback | None:
    if not noun.get("statusCallback"):
        return None
    events = frozenset(noun.get("statusCallbackEvent", "completed").split())
    method = noun.get("statusCallbackMethod", "POST")
    return Callback(call.address(noun.get("statusCallback")), method, events)
