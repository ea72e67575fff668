"""A carrier and a caller: the ground truth of every end-to-end test.

It knows Tango by HTTP only, and speaks to it as Twilio does: signed form posts, TwiML, status
and recording callbacks, a REST interface. It is stricter than Twilio: what Twilio would put up
with is a failure here.

::

    with Carrier(server_url, public_url, account_sid, auth_token) as carrier:
        carrier.telephones["+447700900123"] = Answers(after=4, keys="1", talks_for=60)
        call = carrier.call("+441604529170", "+441632960001", [
            Hears("Rainbow Frost"), Press("1"), Leave(Path("message.wav")),
        ])
        print(call.transcript)
        carrier.check()

Conferences can be steered over REST, as docs/conferences.md says.

A call runs in virtual time: prompts, pauses and time-outs move its clock and take no real time.
"""

from ivr.simulator.call import Call
from ivr.simulator.caller import (
    HANG_UP,
    HangUp,
    Hears,
    Leave,
    Moment,
    Press,
    Script,
    Speak,
    Stay,
    Talk,
    WaitUntilConnected,
    WaitUntilHears,
)
from ivr.simulator.carrier import Carrier
from ivr.simulator.identity import ANONYMOUS, ANONYMOUS_NUMBER
from ivr.simulator.messages import TextFate
from ivr.simulator.options import Misbehaviour
from ivr.simulator.telephones import Answers, Busy, Decides, NoAnswer, Rings, Unobtainable
from ivr.simulator.transcript import Entry, Transcript

__all__ = [
    "ANONYMOUS",
    "ANONYMOUS_NUMBER",
    "HANG_UP",
    "Answers",
    "Busy",
    "Call",
    "Carrier",
    "Decides",
    "Entry",
    "HangUp",
    "Hears",
    "Leave",
    "Misbehaviour",
    "Moment",
    "NoAnswer",
    "Press",
    "Rings",
    "Script",
    "Speak",
    "Stay",
    "Talk",
    "TextFate",
    "Transcript",
    "Unobtainable",
    "WaitUntilConnected",
    "WaitUntilHears",
]
