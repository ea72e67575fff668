"""`<Start>`: a stream beside the call. https://www.twilio.com/docs/voice/twiml/stream"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.simulator.twiml import Element

if TYPE_CHECKING:
    from ivr.simulator.call import Call


def start(call: Call, verb: Element) -> None:
    """Begin the stream, and go on at once."""
    for stream in verb.children:
        call.streams.start(stream.get("url"))
