"""Twilio's table of each TwiML verb and noun: attributes, values, nesting.

Source: https://www.twilio.com/docs/voice/twiml and the page of each verb. Twilio itself warns
and goes on at many a mistake; here each is a refusal, because a document that depends on
Twilio's leniency is a document that means something else than its author thinks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ivr.simulator import values as v
from ivr.simulator.values import Allowed


class Text(Enum):
    """Whether an element holds text of its own."""

    NONE = "no text"
    OPTIONAL = "text or nothing"
    REQUIRED = "text"


@dataclass(frozen=True, slots=True)
class Spec:
    """One verb or noun: its attributes, the elements it may hold, its text."""

    attributes: Mapping[str, Allowed] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: Text = Text.NONE


RECORDING_CALLBACK = {
    "recordingStatusCallback": v.URL,
    "recordingStatusCallbackMethod": v.METHOD,
    "recordingStatusCallbackEvent": v.several_of("in-progress", "completed", "absent"),
}
TRIM = {"trim": v.one_of("trim-silence", "do-not-trim")}
LEG_CALLBACK = {
    "statusCallback": v.URL,
    "statusCallbackMethod": v.METHOD,
    "statusCallbackEvent": v.several_of("initiated", "ringing", "answered", "completed"),
}
MACHINE_DETECTION = {
    "machineDetection": v.one_of("Enable", "DetectMessageEnd"),
    "machineDetectionTimeout": v.whole(3, 59),
    "machineDetectionSpeechThreshold": v.whole(1000, 6000),
    "machineDetectionSpeechEndThreshold": v.whole(500, 5000),
    "machineDetectionSilenceTimeout": v.whole(2000, 10000),
    "amdStatusCallback": v.URL,
    "amdStatusCallbackMethod": v.METHOD,
}
PROMPTS = frozenset({"Say", "Play", "Pause"})
SSML = frozenset(
    {"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
    | {"amazon:effect", "amazon:domain"}
)

VERBS: Mapping[str, Spec] = {
    "Say": Spec(
        {"voice": v.VOICE, "language": v.LANGUAGE, "loop": v.whole(0, 1000)}, SSML, Text.REQUIRED
    ),
    "Play": Spec({"loop": v.whole(0, 1000), "digits": v.TONES}, text=Text.OPTIONAL),
    "Pause": Spec({"length": v.whole(1)}),
    "Gather": Spec(
        {
            "action": v.URL,
            "method": v.METHOD,
            "input": v.one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "timeout": v.whole(1, None, "auto"),
            "speechTimeout": v.whole(1, None, "auto"),
            "maxSpeechTime": v.whole(1, 60),
            "numDigits": v.whole(1),
            "finishOnKey": v.matching("one key, or nothing", r"[0-9*#]?"),
            "language": v.LANGUAGE,
            "hints": v.HINTS,
            "speechModel": v.TEXT,
            "enhanced": v.BOOLEAN,
            "profanityFilter": v.BOOLEAN,
            "bargeIn": v.BOOLEAN,
            "debug": v.BOOLEAN,
            "actionOnEmptyResult": v.BOOLEAN,
            "partialResultCallback": v.URL,
            "partialResultCallbackMethod": v.METHOD,
        },
        PROMPTS,
    ),
    "Record": Spec(
        {
            "action": v.URL,
            "method": v.METHOD,
            "timeout": v.whole(1),
            "finishOnKey": v.KEYS,
            "maxLength": v.whole(2, 14400),
            "playBeep": v.BOOLEAN,
            **TRIM,
            **RECORDING_CALLBACK,
            "transcribe": v.BOOLEAN,
            "transcribeCallback": v.URL,
        }
    ),
    "Dial": Spec(
        {
            "action": v.URL,
            "method": v.METHOD,
            "answerOnBridge": v.BOOLEAN,
            "callerId": v.PHONE_OR_CLIENT,
            "callReason": v.matching("at most 50 characters", r".{1,50}"),
            "hangupOnStar": v.BOOLEAN,
            "record": v.one_of(
                "do-not-record",
                "record-from-answer",
                "record-from-ringing",
                "record-from-answer-dual",
                "record-from-ringing-dual",
                "true",
                "false",
            ),
            "recordingTrack": v.one_of("inbound", "outbound", "both"),
            **RECORDING_CALLBACK,
            **TRIM,
            "referUrl": v.URL,
            "referMethod": v.METHOD,
            "ringTone": v.matching("automatic or a country's code", r"automatic|[a-z]{2}(-old)?"),
            "sequential": v.BOOLEAN,
            "timeLimit": v.whole(1, 86400),
            "timeout": v.whole(1, 600),
        },
        frozenset({"Number", "Client", "Sip", "Conference", "Queue"}),
        Text.OPTIONAL,
    ),
    "Enqueue": Spec(
        {
            "action": v.URL,
            "method": v.METHOD,
            "maxQueueSize": v.whole(1, 5000),
            "waitUrl": v.URL,
            "waitUrlMethod": v.METHOD,
        },
        text=Text.REQUIRED,
    ),
    "Start": Spec(children=frozenset({"Stream"})),
    "Leave": Spec(),
    "Hangup": Spec(),
    "Redirect": Spec({"method": v.METHOD}, text=Text.REQUIRED),
    "Reject": Spec({"reason": v.one_of("rejected", "busy")}),
}

NOUNS: Mapping[str, Spec] = {
    "Number": Spec(
        {
            "url": v.URL,
            "method": v.METHOD,
            "sendDigits": v.DIGITS_TO_SEND,
            "byoc": v.TEXT,
            **LEG_CALLBACK,
            **MACHINE_DETECTION,
        },
        text=Text.REQUIRED,
    ),
    "Client": Spec({"url": v.URL, "method": v.METHOD, **LEG_CALLBACK}, text=Text.REQUIRED),
    "Sip": Spec(
        {
            "url": v.URL,
            "method": v.METHOD,
            "username": v.TEXT,
            "password": v.TEXT,
            **LEG_CALLBACK,
            **MACHINE_DETECTION,
        },
        text=Text.REQUIRED,
    ),
    "Conference": Spec(
        {
            "muted": v.BOOLEAN,
            "beep": v.one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": v.BOOLEAN,
            "endConferenceOnExit": v.BOOLEAN,
            "participantLabel": v.matching("at most 128 characters", r".{1,128}"),
            "jitterBufferSize": v.one_of("small", "medium", "large", "off"),
            "waitUrl": v.URL_OR_EMPTY,
            "waitMethod": v.METHOD,
            "maxParticipants": v.whole(2, 250),
            "record": v.one_of("do-not-record", "record-from-start", "true", "false"),
            "region": v.one_of("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"),
            "coach": v.matching("a call's SID", r"CA[0-9a-f]{32}"),
            **TRIM,
            "statusCallback": v.URL,
            "statusCallbackMethod": v.METHOD,
            "statusCallbackEvent": v.several_of(
                "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"
            ),
            **RECORDING_CALLBACK,
        },
        text=Text.REQUIRED,
    ),
    "Queue": Spec({"url": v.URL, "method": v.METHOD}, text=Text.REQUIRED),
    "Stream": Spec(
        {
            "url": v.URL,
            "name": v.TEXT,
            "track": v.one_of("inbound_track", "outbound_track", "both_tracks"),
            "statusCallback": v.URL,
            "statusCallbackMethod": v.METHOD,
        }
    ),
}

# Attributes that are accepted but whose effect is not simulated; a note in the transcript says so.
NOT_SIMULATED: Mapping[str, frozenset[str]] = defaultdict(
    frozenset,
    {
        "Gather": frozenset({"partialResultCallback"}),
        "Record": frozenset({"transcribe", "transcribeCallback"}),
        "Dial": frozenset({"record", "referUrl"}),
        "Number": frozenset({"machineDetection", "amdStatusCallback", "byoc", "sendDigits"}),
        "Sip": frozenset({"machineDetection", "amdStatusCallback"}),
    },
)

# Which verbs each kind of document may hold at its top level.
CONTEXTS: Mapping[str, frozenset[str]] = {
    "call": frozenset(VERBS) - {"Leave"},
    # https://www.twilio.com/docs/voice/twiml/number#url: no other verbs are supported.
    "whisper": frozenset({"Say", "Play", "Gather", "Hangup"}),
    # https://www.twilio.com/docs/voice/twiml/conference#attributes-waitUrl
    "conference wait": frozenset({"Say", "Play", "Pause", "Redirect"}),
    # https://www.twilio.com/docs/voice/api/conference-participant-resource: HoldUrl, AnnounceUrl
    "hold music": frozenset({"Say", "Play", "Pause", "Redirect"}),
    "announcement": frozenset({"Say", "Play", "Pause", "Redirect"}),
    # https://www.twilio.com/docs/voice/twiml/enqueue#attributes-wait-url
    "queue wait": frozenset({"Say", "Play", "Pause", "Hangup", "Redirect", "Leave", "Gather"}),
    # https://www.twilio.com/docs/voice/twiml/queue#attributes-url: heard by the queued caller.
    "queue greeting": frozenset({"Say", "Play", "Pause", "Gather", "Redirect"}),
}
