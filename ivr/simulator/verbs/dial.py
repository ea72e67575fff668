"""`<Dial>`: somebody else. https://www.twilio.com/docs/voice/twiml/dial

How long people talk is their own affair: `timeLimit` is checked, but cuts nobody off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.simulator.interrupts import CallOver
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element
from ivr.simulator.verbs import conference, enqueue, ringing

if TYPE_CHECKING:
    from ivr.simulator.call import Call


def dial(call: Call, verb: Element) -> Target | None:
    """Connect the caller, and go on with the action, or without one with the next verb.

    If the caller hangs up meanwhile, the action is still requested, and nobody hears it.
    """
    action = call.address(verb.get("action")) if verb.get("action") else None
    method = verb.get("method", "POST")
    result: dict[str, str] = {}
    try:
        _connect(call, verb, result)
    except CallOver:
        if action:
            call.wire.report(Target(action, method, result))
        raise
    return Target(action, method, result) if action else None


def _connect(call: Call, verb: Element, result: dict[str, str]) -> None:
    """Do the connecting; `result` holds the action's parameters, also when it breaks off."""
    noun = verb.children[0] if verb.children else Element("Number", {}, verb.text, ())
    if noun.name == "Conference":
        conference.attend(call, verb, noun, result)
    elif noun.name == "Queue":
        enqueue.serve(call, verb, noun, result)
    else:
        ringing.ring(call, verb, verb.children or (noun,), result)
