"""What Twilio publishes of its webhooks: which parameters each has, and where that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DOCS = "https://www.twilio.com/docs"


def _places(*roles: str) -> frozenset[str]:
    return frozenset(f"{role}{part}" for role in roles for part in PARTS)


PARTS = ("City", "State", "Zip", "Country")
CALL_STATUSES = (
    *("queued", "initiated", "ringing", "in-progress"),
    *("completed", "busy", "failed", "no-answer", "canceled"),
)
CALL = frozenset(
    {"CallSid", "AccountSid", "From", "To", "CallStatus", "ApiVersion", "Direction"}
    | {"Caller", "Called"}  # the names of From and To in an older version, still sent
)
ABOUT_CALLS = (
    _places("From", "To", "Caller", "Called")
    | frozenset({"ForwardedFrom", "CallerName", "ParentCallSid", "CallToken"})
    | frozenset({"StirVerstat", "StirPassportToken", "CalledVia"})
)
LEG = {
    "CallStatus": CALL_STATUSES,
    "Direction": ("inbound", "outbound-api", "outbound-dial"),
    "StirVerstat": tuple(
        f"TN-Validation-{result}"
        for result in (
            *("Passed-A", "Passed-B", "Passed-C"),
            *("Failed-A", "Failed-B", "Failed-C", "Failed"),
        )
    ),
}
RECORDING_STATUSES = ("in-progress", "completed", "absent", "failed")
RECORDING_SOURCES = (
    *("DialVerb", "Conference", "OutboundAPI", "Trunking", "RecordVerb"),
    *("StartCallRecordingAPI", "StartConferenceRecordingAPI"),
)


@dataclass(frozen=True)
class Published:
    """One webhook: the page, the parameters that are always there, those that may be, and all
    values of those that have only some."""

    page: str
    always: frozenset[str]
    sometimes: frozenset[str] = frozenset()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def faults(self, form: Mapping[str, str]) -> list[str]:
        """How a request differs from what is published."""
        lacks = sorted(self.always - form.keys())
        unknown = sorted(form.keys() - self.always - self.sometimes)
        odd = [
            f"{name} is {form[name]!r}"
            for name, values in self.values.items()
            if name in form and form[name] not in values
        ]
        return [f"lacks {name}" for name in lacks] + [f"has {name}" for name in unknown] + odd


def _of_call(page: str, *more: str, **values: tuple[str, ...]) -> Published:
    """A request about a running call, with parameters of its own that may be there."""
    return Published(f"{DOCS}/{page}", CALL, ABOUT_CALLS | frozenset(more), LEG | values)


PUBLISHED: Mapping[str, Published] = {
    "voice": _of_call("voice/twiml#request-parameters"),
    "gather": _of_call(
        "voice/twiml/gather#action", "Digits", "FinishedOnKey", "SpeechResult", "Confidence", "msg"
    ),
    "record": _of_call(
        *("voice/twiml/record#action", "RecordingUrl", "RecordingDuration", "Digits"),
        "RecordingSid",
    ),
    "dial": _of_call(
        "voice/twiml/dial#action",
        *("DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged", "RecordingUrl"),
        DialCallStatus=("completed", "answered", "busy", "no-answer", "failed", "canceled"),
        DialBridged=("true", "false"),
    ),
    "enqueue": _of_call(
        "voice/twiml/enqueue#action",
        *("QueueResult", "QueueSid", "QueueTime"),
        QueueResult=(
            *("bridged", "bridging-in-process", "error", "hangup", "leave", "redirected"),
            *("redirected-from-bridged", "queue-full", "system-error"),
        ),
    ),
    "queue wait": _of_call(
        "voice/twiml/enqueue#waitUrl",
        *("QueuePosition", "QueueSid", "QueueTime", "AvgQueueTime", "CurrentQueueSize"),
        "MaxQueueSize",
    ),
    "fallback": _of_call("voice/twiml#fallbackurl", "ErrorCode", "ErrorUrl"),
    "call status": Published(
        f"{DOCS}/voice/api/call-resource#statuscallback",
        CALL | {"Timestamp", "CallbackSource", "SequenceNumber"},
        ABOUT_CALLS
        | {"CallDuration", "Duration", "SipResponseCode"}
        | {"RecordingUrl", "RecordingSid", "RecordingDuration"},
        LEG | {"CallbackSource": ("call-progress-events",)},
    ),
    "recording status": Published(
        f"{DOCS}/voice/twiml/record#recordingstatuscallback",
        frozenset(
            {"AccountSid", "CallSid", "RecordingSid", "RecordingUrl", "RecordingStatus"}
            | {"RecordingDuration", "RecordingChannels", "RecordingStartTime", "RecordingSource"}
        ),
        frozenset({"RecordingTrack", "ErrorCode"}),
        {"RecordingStatus": RECORDING_STATUSES, "RecordingSource": RECORDING_SOURCES},
    ),
    "conference status": Published(
        f"{DOCS}/voice/twiml/conference#attributes-statusCallback",
        frozenset(
            {"ConferenceSid", "FriendlyName", "AccountSid", "SequenceNumber", "Timestamp"}
            | {"StatusCallbackEvent"}
        ),
        frozenset(
            {"CallSid", "Muted", "Hold", "Coaching", "CallSidToCoach", "EndConferenceOnExit"}
            | {"StartConferenceOnEnter", "ParticipantLabel", "ParticipantCallStatus"}
            | {"ReasonParticipantLeft", "CallSidEndingConference", "EventName"}
            | {"ParticipantLabelEndingConference", "ReasonConferenceEnded", "Reason"}
            | {"RequestedRegion", "AnnounceUrl", "ReasonAnnouncementFailed"}
            | {"AnnounceUrlAnnouncementFailed"}
        ),
        {
            "StatusCallbackEvent": (
                *("conference-start", "conference-end", "announcement-end", "announcement-fail"),
                *("participant-join", "participant-leave", "participant-modify"),
                *("participant-mute", "participant-unmute"),
                *("participant-hold", "participant-unhold"),
                *("participant-speech-start", "participant-speech-stop"),
            ),
            "ParticipantCallStatus": CALL_STATUSES,
        },
    ),
    "conference recording status": Published(
        f"{DOCS}/voice/twiml/conference#attributes-recording-status-callback",
        frozenset(
            {"AccountSid", "ConferenceSid", "RecordingSid", "RecordingUrl", "RecordingStatus"}
            | {"RecordingDuration", "RecordingChannels", "RecordingStartTime", "RecordingSource"}
        ),
        frozenset({"ErrorCode"}),
        {"RecordingStatus": RECORDING_STATUSES, "RecordingSource": RECORDING_SOURCES},
    ),
    "incoming text": Published(
        f"{DOCS}/messaging/guides/webhook-request",
        frozenset(
            {"MessageSid", "SmsSid", "SmsMessageSid", "AccountSid", "From", "To", "Body"}
            | {"NumMedia", "NumSegments", "SmsStatus", "ApiVersion"}
        ),
        _places("From", "To") | {"MessagingServiceSid", "OptOutType"},
        {"SmsStatus": ("received",)},
    ),
    "text status": Published(
        f"{DOCS}/messaging/guides/outbound-message-status-in-status-callbacks",
        frozenset(
            {"MessageSid", "SmsSid", "MessageStatus", "SmsStatus", "AccountSid", "From", "To"}
            | {"ApiVersion"}
        ),
        frozenset({"ErrorCode", "ErrorMessage", "MessagingServiceSid", "RawDlrDoneDate"}),
        {
            "MessageStatus": (
                *("accepted", "scheduled", "queued", "sending", "sent", "delivered"),
                *("undelivered", "failed", "read", "canceled"),
            )
        },
    ),
}
"""Every webhook that the simulated carrier sends, by a name of ours."""
