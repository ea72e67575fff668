"""Form fields of Twilio's webhooks → values of our own.

Fields: https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.adapters.twilio.addresses import recording_sid
from ivr.adapters.twilio.withheld import is_withheld
from ivr.core.call.call_leg import CallLeg
from ivr.core.call.events import (
    Continued,
    Dialled,
    DialOutcome,
    Event,
    Pressed,
    Recorded,
    Silence,
    Spoke,
)
from ivr.core.records.message import Missing, RecordingReport
from ivr.core.whole_numbers import whole_number
from ivr.services.calls.links import After

Form = Mapping[str, str]

_NUMBER = re.compile(r"\+\d{5,15}")
_SIP_NUMBER = re.compile(r"sips?:(\+?\d{5,15})@")
_OUTCOMES = {
    "completed": DialOutcome.ANSWERED,
    "answered": DialOutcome.ANSWERED,
    "busy": DialOutcome.BUSY,
    "no-answer": DialOutcome.NO_ANSWER,
}


def call_leg(form: Form) -> CallLeg:
    """The call a webhook is about."""
    return CallLeg(form.get("CallSid", ""), caller(form.get("From", "")), called(form))


def caller(text: str) -> str | None:
    """The caller's number or SIP address; None for `anonymous`, `Restricted` and the like."""
    if is_withheld(text):
        return None
    return text if _NUMBER.fullmatch(text) or text.startswith("sip:") else None


def called(form: Form) -> str:
    """The number that was dialled, also where it was dialled as a SIP address."""
    to = form.get("To", "")
    match = _SIP_NUMBER.match(to)
    return match[1] if match else to


def event(form: Form, after: After | None = None, accepted: bool = False) -> Event:
    """What a request to an action URL says has happened.

    `after` is what the URL says it follows; `accepted` says whether the person who was rung
    pressed the key to take the call. Digits win over words: a caller who presses a key means it.
    """
    if "DialCallStatus" in form:
        return _dialled(form, accepted or after is not After.SCREENED_DIAL)
    if after is After.ROOM:
        return Dialled(DialOutcome.ANSWERED)
    if "RecordingSid" in form:
        return _recorded(form)
    digits = form.get("Digits", "")
    if digits == "hangup":
        return Silence()
    if digits:
        return Pressed(digits)
    if words := form.get("SpeechResult", "").strip():
        return Spoke(words, _confidence(form.get("Confidence")))
    return Silence() if after in (After.LISTEN, After.EMPTY_RECORDING) else Continued()


def _recorded(form: Form) -> Event:
    seconds = whole(form.get("RecordingDuration"))
    hung_up = form.get("Digits") == "hangup"
    return Recorded(form["RecordingSid"], seconds, recording_url(form), hung_up)


def recording_url(form: Form) -> str | None:
    """Where the carrier keeps the recording of a webhook; None for any address that is not that of
    the account's own recording.

    https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file
    """
    url = form.get("RecordingUrl", "")
    known = recording_sid(url, form.get("AccountSid", ""))
    return url if known is not None and known == form.get("RecordingSid") else None


def missing_recording(form: Form) -> Missing | None:
    """Why there is no recording and never will be; None where there is one."""
    status = form.get("RecordingStatus")
    return Missing(status) if status in set(Missing) else None


def recording_report(form: Form) -> RecordingReport:
    """What a recording callback says.

    https://www.twilio.com/docs/voice/twiml/record#attributes-recording-status-callback
    """
    missing = missing_recording(form)
    return RecordingReport(
        recording_sid=form["RecordingSid"],
        call_sid=form["CallSid"],
        recording_url=None if missing else form["RecordingUrl"],
        seconds=whole(form.get("RecordingDuration")),
        missing=missing,
    )


def _dialled(form: Form, accepted: bool) -> Dialled:
    outcome = _OUTCOMES.get(form["DialCallStatus"], DialOutcome.FAILED)
    bridged = form.get("DialBridged")
    talked = accepted if bridged is None else bridged.lower() == "true"
    if outcome is DialOutcome.ANSWERED and not talked:
        outcome = DialOutcome.NO_ANSWER
    return Dialled(outcome, whole(form.get("DialCallDuration")), form.get("DialCallSid"))


def whole(text: str | None) -> int:
    """A whole number as the carrier sends it; 0 where there is none that we can keep."""
    return whole_number(text) or 0


def _confidence(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
