"""`<Dial><Conference>`. https://www.twilio.com/docs/voice/twiml/conference"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.errors import SimulatorError
from ivr.simulator.conference.conferences import Conference
from ivr.simulator.conference.events import ConferenceNotifier, EventCallback
from ivr.simulator.conference.recordings import ConferenceRecording
from ivr.simulator.conference.rooms import Member
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element
from ivr.simulator.verbs.meeting import HOLD_MUSIC_SECONDS, Waiting, meet

if TYPE_CHECKING:
    from ivr.simulator.call import Call

RECORDS = ("record-from-start", "true")


def attend(call: Call, verb: Element, noun: Element, result: dict[str, str]) -> None:
    """Be in the conference until it ends or the caller leaves."""
    room, member = _enter(call, noun)
    result |= {"DialCallStatus": "answered", "DialBridged": "true"}
    call.note("joined", room.name, sid=room.sid, beep=noun.get("beep", "true"))
    url, method = noun.get("waitUrl", "default"), noun.get("waitMethod", "POST")
    wait = waiting(call, room, member, url, method)
    meet(call, room, member, wait, star_ends=verb.flag("hangupOnStar"))


def waiting(call: Call, room: Conference, member: Member, url: str, method: str) -> Waiting:
    """One turn of being alone in a conference; `url` may be empty or `default`."""
    document = Target(call.address(url), method, {"ConferenceSid": room.sid})

    def turn() -> None:
        if url in ("", "default"):
            call.spend(HOLD_MUSIC_SECONDS)
        else:
            call.run(document, "conference wait", lambda: room.live or room.gone(member))

    return turn


def _enter(call: Call, noun: Element) -> tuple[Conference, Member]:
    member = Member(
        call,
        starts=noun.flag("startConferenceOnEnter", default=True),
        ends=noun.flag("endConferenceOnExit"),
        label=noun.get("participantLabel"),
        muted=noun.flag("muted"),
        coaches=noun.get("coach") or None,
    )
    while True:
        room = call.exchange.conferences.open(noun.text, lambda: _open(call, noun))
        check(room, member)
        if room.join(member):
            return room, member
        if not room.over:
            raise SimulatorError(f"The conference {noun.text!r} is full ({room.capacity}).")


def check(room: Conference, member: Member) -> None:
    """Raises `SimulatorError` where Twilio would not let the participant in."""
    if member.label and room.find(member.label):
        raise SimulatorError(
            f"Somebody in the conference {room.name!r} is labelled {member.label!r} already "
            "(Twilio error 16025)."
        )
    if member.coaches and room.find(member.coaches) is None:
        raise SimulatorError(
            f"{member.coaches}, to be coached, is not in the conference {room.name!r} "
            "(Twilio error 13240)."
        )


def _open(first: Call, noun: Element) -> Conference:
    """A new conference. Its first participant decides for all what is told and recorded."""
    exchange = first.exchange
    recording = None
    if noun.get("record") in RECORDS:
        told = _callback(first, noun, "recordingStatusCallback", "completed")
        dual = exchange.options.conference_channels == 2
        recording = ConferenceRecording(
            exchange.recordings,
            exchange.account_url,
            told,
            dual,
            exchange.options.misbehaviour.recordings_become,
        )
    callback = _callback(first, noun, "statusCallback", "")
    teller = ConferenceNotifier(first.wire, exchange.options.account_sid, callback)
    return Conference(noun.text, teller, noun.number("maxParticipants", 250), recording)


def _callback(call: Call, noun: Element, name: str, default: str) -> EventCallback | None:
    if not noun.get(name):
        return None
    wanted = frozenset(noun.get(f"{name}Event", default).split())
    return EventCallback(call.address(noun.get(name)), noun.get(f"{name}Method", "POST"), wanted)
