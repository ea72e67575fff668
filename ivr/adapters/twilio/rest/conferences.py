"""The carrier's conferences, where caller, operator and third parties meet.

https://www.twilio.com/docs/voice/api/conference-resource,
https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any
from urllib.parse import quote

from twilio.rest.api.v2010.account.conference.participant import ParticipantContext

from ivr.adapters.twilio.rest.client import asked, asked_of_call, rest_client
from ivr.errors import CallGone
from ivr.settings import Settings

RING_SECONDS = 20
NEWEST = 20
GOING_ON = ("init", "in-progress")
MOST_GOING_ON = 1000
CONFERENCE_SID = re.compile(r"CF[0-9a-f]{32}")
CURRENT_RECORDING = "Twilio.CURRENT"
LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]


class TwilioConferences:
    """Conferences that we steer.

    A `room` is a conference's name, or its SID where we have been told it, which spares a
    request. `call_sid` is a participant's call, or their label. Every method may raise
    `CarrierError`; those that steer raise `CallGone` where the conference or the participant is
    there no more.
    """

    def __init__(self, settings: Settings) -> None:
        self._client = rest_client(settings)

    def conference_sid(self, room: str) -> str | None:
        """The SID of the conference of this name that is going on; None if none is."""
        found = asked(lambda: self._client.conferences.list(friendly_name=room, limit=NEWEST))
        return next((str(one.sid) for one in found if one.status != "completed"), None)

    def going_on(self) -> dict[str, str]:
        """The names of all conferences that go on, by their SID.

        https://www.twilio.com/docs/voice/api/conference-resource#read-multiple-conference-resources
        """
        found: dict[str, str] = {}
        for status in GOING_ON:
            listed = partial(self._client.conferences.list, status=status, limit=MOST_GOING_ON)
            found |= {str(one.sid): str(one.friendly_name) for one in asked(listed)}
        return found

    def present(self, room: str) -> dict[str, str] | None:
        """The call SID of everybody in the room, by their label; None where it does not go on.

        https://www.twilio.com/docs/voice/api/conference-participant-resource#read-multiple-participant-resources
        """
        sid = self.conference_sid(room)
        if sid is None:
            return None
        found = asked(self._client.conferences(sid).participants.list)
        return {
            str(one.label): str(one.call_sid)
            for one in found
            if one.label and one.status == "connected"
        }

    def add(
        self,
        room: str,
        to: str,
        from_: str,
        label: str,
        ring_seconds: int = RING_SECONDS,
        *,
        status_url: str | None = None,
        ends_room: bool = False,
        muted: bool = False,
        coaching: str | None = None,
    ) -> str:
        """Ring somebody, and let them into the room as they answer; returns their call's SID.

        `to` and `from_` are E.164, or `client:…` for somebody in a browser. `status_url` is told
        each step of their call (initiated, ringing, answered, completed), absolute. With
        `ends_room` the conference ends when they leave. `coaching` is a participant's call SID:
        only they hear the one who is added. They hear no beep, and no early media.
        https://www.twilio.com/docs/voice/api/conference-participant-resource#create-a-participant
        """
        options: dict[str, Any] = {
            "to": to,
            "from_": from_,
            "label": label,
            "timeout": ring_seconds,
            "end_conference_on_exit": ends_room,
            "muted": muted,
            "beep": "false",
            "early_media": False,
        }
        if status_url is not None:
            options |= {"status_callback": status_url, "status_callback_event": LEG_EVENTS}
        if coaching is not None:
            options |= {"coaching": True, "call_sid_to_coach": coaching}
        participants = self._client.conferences(_in_path(room)).participants
        added = asked_of_call(lambda: participants.create(**options))
        return str(added.call_sid)

    def hold(self, room: str, call_sid: str, held: bool, hold_url: str | None = None) -> None:
        """Put a participant on hold, or take them back.

        They hear what `hold_url` plays, absolute (None: the carrier's own music), and nobody
        hears them.
        """
        changes: dict[str, Any] = {"hold": held}
        if held and hold_url is not None:
            changes |= {"hold_url": hold_url, "hold_method": "POST"}
        self._change(room, call_sid, **changes)

    def mute(self, room: str, call_sid: str, muted: bool) -> None:
        """Let a participant be heard, or not; they hear the others in either case."""
        self._change(room, call_sid, muted=muted)

    def ends_room(self, room: str, call_sid: str, ends: bool) -> None:
        """Let the conference end when this participant leaves, or outlast them."""
        self._change(room, call_sid, end_conference_on_exit=ends)

    def coach(self, room: str, call_sid: str, coached: str | None) -> None:
        """Let only `coached`, another's call SID, hear this participant; None: everybody."""
        changes: dict[str, Any] = {"coaching": coached is not None}
        if coached is not None:
            changes["call_sid_to_coach"] = coached
        self._change(room, call_sid, **changes)

    def announce(self, room: str, call_sid: str, url: str) -> None:
        """Let one participant alone hear what the document at `url`, absolute, says."""
        self._change(room, call_sid, announce_url=url, announce_method="POST")

    def remove(self, room: str, call_sid: str) -> None:
        """Take a participant out; their call ends unless its document goes on."""
        asked_of_call(self._participant(room, call_sid).delete)

    def pause_recording(self, room: str, paused: bool) -> None:
        """Pause the recording, without a trace of the time between, or go on with it.

        Raises `CallGone` where nothing is recorded.
        https://www.twilio.com/docs/voice/api/recording#update-a-recording-resource
        """
        recording = self._client.conferences(self._sid(room)).recordings(CURRENT_RECORDING)
        if paused:
            asked_of_call(lambda: recording.update(status="paused", pause_behavior="skip"))
        else:
            asked_of_call(lambda: recording.update(status="in-progress"))

    def end(self, room: str) -> None:
        """End the conference for everybody in it.

        Twilio calls it a bad request where it has ended:
        https://github.com/twilio/twilio-node/issues/663
        """
        conference = self._client.conferences(self._sid(room))
        asked_of_call(lambda: conference.update(status="completed"), gone=frozenset({400, 404}))

    def _change(self, room: str, call_sid: str, **changes: Any) -> None:
        participant = self._participant(room, call_sid)
        asked_of_call(lambda: participant.update(**changes))

    def _participant(self, room: str, call_sid: str) -> ParticipantContext:
        return self._client.conferences(self._sid(room)).participants(_in_path(call_sid))

    def _sid(self, room: str) -> str:
        """Only a participant may be added by the conference's name; all else wants its SID."""
        if CONFERENCE_SID.fullmatch(room):
            return room
        sid = self.conference_sid(room)
        if sid is None:
            raise CallGone(f"No conference {room!r} is going on at the carrier.")
        return sid


def _in_path(name: str) -> str:
    """The package puts names into an address as they are."""
    return quote(name, safe="")
