"""`<Redirect>`, `<Hangup>`, `<Reject>`: where the call goes.

https://www.twilio.com/docs/voice/twiml/redirect, …/hangup, …/reject
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.simulator.interrupts import CallOver
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element

if TYPE_CHECKING:
    from ivr.simulator.call import Call


def redirect(call: Call, verb: Element) -> Target:
    """Go on with another document.

    After a pause or music that nobody could answer to, the caller is on hold, and is asked
    whether they stay.
    """
    names = {element.name for element in call.document}
    if names & {"Pause", "Play"} and "Gather" not in names:
        call.ask("waiting" if call.room else "hold")
    call.pass_silent_turn()
    return Target(call.address(verb.text), verb.get("method", "POST"))


def hangup(call: Call, verb: Element) -> None:
    """End the call."""
    raise CallOver("server")


def reject(call: Call, verb: Element) -> None:
    """Refuse the call. One that has been answered is simply ended."""
    if call.answered_at is None:
        reason = verb.get("reason", "rejected")
        call.note("note", f"rejected: {reason}")
        call.wire.tell_the_end("busy" if reason == "busy" else "no-answer")
    raise CallOver("server")
