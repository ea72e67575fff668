"""The messages of a media stream → the sound in them.

The carrier adds events and fields as it likes, so what is not known is passed over, and what it
leaves out has its usual value. What is known and of the wrong kind is said in the log.
https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

import structlog

from ivr.errors import StreamUnusable

log = structlog.get_logger()

INBOUND = "inbound"

SOUND = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
"""The one format that the carrier has, by the fields of `mediaFormat` that matter to us."""

NOTHING = b""


def sound(messages: Iterator[str | bytes], call_sid: str) -> Iterator[bytes]:
    """The caller's μ-law in a stream's messages, until the stream ends.

    The carrier names the call and the format in the message `start`; sound before it is not
    heard. Raises `StreamUnusable` where that is another call, or no format that we can hear.
    """
    begun = False
    told = False
    for message in messages:
        event, content = _read(message)
        if event == "start":
            _check_start(content, call_sid)
            begun = True
        elif event == "media" and begun:
            frame = _frame(content)
            if frame is not None:
                yield frame
            elif not told:
                told = True
                log.warning("stream.not_understood", call_sid=call_sid, event_name=event)
        elif event == "stop":
            return


def _read(message: str | bytes) -> tuple[str, dict[str, Any]]:
    """The event's name, and what it says under that name; empty where it is not of that form."""
    try:
        read = json.loads(message)
    except (ValueError, RecursionError):
        return "", {}
    event = read.get("event") if isinstance(read, dict) else None
    if not isinstance(event, str):
        return "", {}
    content = read.get(event)
    return event, content if isinstance(content, dict) else {}


def _check_start(start: dict[str, Any], call_sid: str) -> None:
    named = start.get("callSid", call_sid)
    if named != call_sid:
        raise StreamUnusable("The stream is of another call.")
    form = start.get("mediaFormat")
    if not isinstance(form, dict | None):
        raise StreamUnusable("The stream's mediaFormat is not an object.")
    for name, value in SOUND.items():
        given = (form or {}).get(name)
        if given is not None and given != value:
            raise StreamUnusable(f"The stream's {name} is {given!r:.60}, and we can hear {value}.")


def _frame(media: dict[str, Any]) -> bytes | None:
    """The sound of a message; nothing of any track but the caller's, None where it has none."""
    if media.get("track") not in (None, INBOUND):
        return NOTHING
    payload = media.get("payload")
    if not isinstance(payload, str):
        return None
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):  # the second where there are letters beyond ASCII
        return None
