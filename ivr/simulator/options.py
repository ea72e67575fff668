"""How the simulated carrier is set up, and how it may misbehave on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ivr.simulator.recordings import Fate

API_VERSION = "2010-04-01"


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """What Twilio may do on a bad day, one switch each.

    `deliver_twice`: every webhook twice, one after the other or both at once; answers that
    differ are a fault. `redeliver_late`: after each document, the webhook before it arrives
    again. `status_out_of_order`: a call's status callbacks come in reverse, and before the
    action of a recording that ended with the call. `lose_status`: they do not come at all.
    `drop_record_action`: the call breaks
    after a recording, and its action is never requested. `recording_callback`: when the
    recording's callback comes, relative to the action; `recording_delay_seconds` is real
    time that passes before it. `interrupted_recording`: what becomes of one that a redirection or
    a request breaks off: the server is told as usual, or it is only listed. `recordings_become`:
    the action is requested as ever, and then there is no audio, as it was silent (absent), or as
    it could not be stored (failed). `streams`: they cannot be connected, or break after half a
    second.
    """

    deliver_twice: Literal["no", "in turn", "at once"] = "no"
    redeliver_late: bool = False
    status_out_of_order: bool = False
    lose_status: bool = False
    drop_record_action: bool = False
    recording_callback: Literal["after", "before", "lost"] = "after"
    recording_delay_seconds: float = 0.0
    interrupted_recording: Literal["told", "listed"] = "told"
    recordings_become: Fate = "completed"
    streams: Literal["as told", "refused", "broken"] = "as told"


@dataclass(frozen=True, slots=True)
class Options:
    """The carrier's set-up.

    `speed`: None runs a call in virtual time; 1 is real time, 10 is ten times faster.
    `hold_turn_seconds` is the real time of one turn in which a caller only waits.
    `answer_seconds` is how long the server may be silent before a webhook counts as failed;
    `patience_seconds` of real time bounds any waiting for somebody else, `max_documents`
    the documents of one call. Recordings of conferences have `conference_channels`. The paths
    are those of a number that `python -m ivr numbers point` has set up, with the status callback
    asked for again where it fails
    (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
    """

    server_url: str
    public_url: str
    account_sid: str
    auth_token: str
    speed: float | None = None
    hold_turn_seconds: float = 0.2
    patience_seconds: float = 60.0
    answer_seconds: float = 15.0
    max_documents: int = 200
    conference_channels: Literal[1, 2] = 2
    voice_path: str = "/twilio/voice"
    fallback_path: str = "/twilio/fallback"
    status_path: str = "/twilio/status#rc=3&rp=all"
    sms_path: str = "/twilio/sms"
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
