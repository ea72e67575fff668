"""`<Record>`: a message. https://www.twilio.com/docs/voice/twiml/record"""

from __future__ import annotations

import time
from email.utils import format_datetime
from typing import TYPE_CHECKING

from ivr.simulator.caller import HANG_UP, Leave, Press
from ivr.simulator.interrupts import CallOver, Redirected
from ivr.simulator.recordings import Recording, seconds_of
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element

if TYPE_CHECKING:
    from ivr.simulator.call import Call

DEFAULT_TIMEOUT = 5
DEFAULT_MAX_LENGTH = 3600
ANY_KEY = "1234567890*#"
HUNG_UP = "hangup"
"""Instead of a key, where the caller ended it so."""


def record(call: Call, verb: Element) -> Target | None:
    """Record the caller, who leaves a file. An empty recording falls through."""
    act = call.ask("record", keys=True)
    if not isinstance(act, Leave):
        _nothing(call, verb, act)
        return None
    recording, ending = _keep(call, verb, act)
    misbehaviour = call.exchange.options.misbehaviour
    action = _action(call, verb, recording, ending)
    callback = call.address(verb.get("recordingStatusCallback"))
    if misbehaviour.recording_callback == "before":
        _call_back(call, verb, recording, callback)
    elif misbehaviour.recording_callback == "after":
        # The action is requested first, while the audio is still on its way.
        call.after_request(lambda: _call_back(call, verb, recording, callback))
    else:
        recording.settle(misbehaviour.recordings_become)
    if misbehaviour.drop_record_action:
        raise CallOver("carrier")
    if ending.get("Digits") == HUNG_UP:
        call.wire.report(action)
        raise CallOver("caller")
    return action


def _nothing(call: Call, verb: Element, act: object) -> None:
    """Silence or only a key: there is no recording, and no action is requested."""
    call.note("silent", f"nothing recorded, {act or 'silence'}")
    call.spend(0 if isinstance(act, Press) else verb.number("timeout", DEFAULT_TIMEOUT))
    if "absent" in verb.get("recordingStatusCallbackEvent").split():
        silence = Recording(call.sid, b"", 0)
        silence.settle("absent")
        form = _callback_form(call, silence)
        call.wire.tell(verb.get("recordingStatusCallback"), _callback_method(verb), form)


def _keep(call: Call, verb: Element, act: Leave) -> tuple[Recording, dict[str, str]]:
    """Record, until the caller is silent, presses a key or hangs up; returns how that was.

    Raises what interrupts it: a redirection, or an end by a request. What was recorded by then
    stays, and is told of like any other; the action is not requested, as the call is elsewhere.
    """
    seconds = act.seconds or seconds_of(act.path)
    seconds = min(seconds, verb.number("maxLength", DEFAULT_MAX_LENGTH))
    recording = Recording(call.sid, act.path.read_bytes(), seconds, state="in-progress")
    call.exchange.recordings.add(recording)
    began = time.monotonic()
    try:
        call.spend(seconds)
        ending = _ending(call, verb, act)
    except (CallOver, Redirected) as interruption:
        recording.seconds = min(seconds, _passed(call, began))
        by_caller = isinstance(interruption, CallOver) and interruption.by == "caller"
        if not by_caller or recording.seconds < 1:
            _break_off(call, verb, recording)
            raise
        ending = {"Digits": HUNG_UP}
    recording.state = None
    _note_kept(call, recording, act.path.name)
    return recording, ending


def _passed(call: Call, began: float) -> int:
    """Whole seconds of the call's clock since then; in virtual time all has been said at once."""
    speed = call.exchange.options.speed
    return DEFAULT_MAX_LENGTH if speed is None else int((time.monotonic() - began) * speed)


def _note_kept(call: Call, recording: Recording, what: str) -> None:
    call.recordings.append(recording)
    text = f"{what}, {recording.seconds} s, {recording.sid}"
    call.note("recorded", text, sid=recording.sid)


def _break_off(call: Call, verb: Element, recording: Recording) -> None:
    """Something else has begun for the caller. What is shorter than a second is no recording."""
    recording.state = None
    if recording.seconds < 1:
        call.exchange.recordings.delete(recording.sid)
        return
    _note_kept(call, recording, "broken off")
    misbehaviour = call.exchange.options.misbehaviour
    if misbehaviour.interrupted_recording == "listed":
        recording.settle(misbehaviour.recordings_become)
        return
    callback = call.address(verb.get("recordingStatusCallback"))
    call.after_request(lambda: _call_back(call, verb, recording, callback))


def _ending(call: Call, verb: Element, act: Leave) -> dict[str, str]:
    if act.then == HANG_UP:
        return {"Digits": HUNG_UP}
    if act.then and act.then in verb.get("finishOnKey", ANY_KEY):
        return {"Digits": act.then}
    call.spend(verb.number("timeout", DEFAULT_TIMEOUT))
    return {}


def _action(call: Call, verb: Element, recording: Recording, ending: dict[str, str]) -> Target:
    form = {
        "RecordingUrl": _recording_url(call, recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.seconds),
    }
    url = call.address(verb.get("action") or call.document_url)
    return Target(url, verb.get("method", "POST"), form | ending)


def _call_back(call: Call, verb: Element, recording: Recording, url: str) -> None:
    """Make the audio available, unless it comes to nothing, and say so if anybody asked."""
    misbehaviour = call.exchange.options.misbehaviour
    if misbehaviour.recording_delay_seconds:
        time.sleep(misbehaviour.recording_delay_seconds)
    become = misbehaviour.recordings_become
    recording.settle(become)
    events = verb.get("recordingStatusCallbackEvent", "completed").split()
    if verb.get("recordingStatusCallback") and (become in events or become == "failed"):
        call.wire.tell(url, _callback_method(verb), _callback_form(call, recording))


def _callback_form(call: Call, recording: Recording) -> dict[str, str]:
    return {
        "AccountSid": call.exchange.options.account_sid,
        "CallSid": call.sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": _recording_url(call, recording),
        "RecordingStatus": recording.status,
        "RecordingDuration": str(recording.seconds),
        "RecordingChannels": "1",
        "RecordingStartTime": format_datetime(recording.started),
        "RecordingSource": recording.source,
        "ErrorCode": str(recording.error_code or 0),
    }


def _callback_method(verb: Element) -> str:
    return verb.get("recordingStatusCallbackMethod", "POST")


def _recording_url(call: Call, recording: Recording) -> str:
    return f"{call.exchange.account_url}/Recordings/{recording.sid}"
