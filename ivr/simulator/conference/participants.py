"""Participants as the REST interface adds and changes them.

https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from __future__ import annotations

import re

from flask import request

from ivr.errors import SimulatorError
from ivr.simulator.call import Call
from ivr.simulator.conference.conferences import Conference
from ivr.simulator.conference.events import ConferenceNotifier, EventCallback
from ivr.simulator.conference.recordings import ConferenceRecording
from ivr.simulator.conference.rooms import Member
from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.outgoing import outgoing
from ivr.simulator.rest.forms import (
    Refused,
    flag,
    leg_callback,
    not_found,
    note_unknown,
    ringing,
    words,
)
from ivr.simulator.targets import Target
from ivr.simulator.verbs.conference import RECORDS, waiting
from ivr.simulator.verbs.meeting import meet

CONFERENCE_SID = re.compile(r"CF[0-9a-f]{32}")
ATTRIBUTES = frozenset({"Muted", "EndConferenceOnExit", "Coaching", "CallSidToCoach"})
ADDING = ATTRIBUTES | {
    *("From", "To", "Label", "Timeout", "Beep", "EarlyMedia", "StartConferenceOnEnter"),
    *("WaitUrl", "WaitMethod", "MaxParticipants", "ConferenceRecord"),
    *("StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"),
    *("ConferenceStatusCallback", "ConferenceStatusCallbackMethod"),
    *("ConferenceStatusCallbackEvent", "ConferenceRecordingStatusCallback"),
    *("ConferenceRecordingStatusCallbackMethod", "ConferenceRecordingStatusCallbackEvent"),
}
CHANGING = ATTRIBUTES | {"Hold", "HoldUrl", "HoldMethod", "AnnounceUrl", "AnnounceMethod"}
LABEL_TAKEN, NOT_TO_BE_COACHED = 16025, 13240


def add_participant(exchange: CarrierAccount, room: str) -> tuple[Conference, Member]:
    """A call to somebody for the conference of this SID or name, not yet started; a conference of a
    new name is opened."""
    note_unknown(exchange.faults, ADDING)
    numbers = ringing()
    known = _known(exchange, room)
    label, coaches = _label(known), _coaches(known, None)
    wait_url = request.form.get("WaitUrl", "default")
    wait_method = request.form.get("WaitMethod", "POST")

    def attend(call: Call) -> None:
        if not conference.arrive(member):
            return
        call.note("joined", conference.name, sid=conference.sid)
        meet(call, conference, member, waiting(call, conference, member, wait_url, wait_method))

    call = outgoing(
        exchange,
        numbers,
        attend,
        otherwise=lambda: conference.give_up(member),
        callback=leg_callback(),
    )
    conference = known or exchange.conferences.open(room, lambda: _open(exchange, room, call))
    member = Member(
        call,
        starts=flag("StartConferenceOnEnter", True),
        ends=flag("EndConferenceOnExit", False),
        label=label,
        muted=flag("Muted", False),
        coaches=coaches,
    )
    conference.expect(member)
    return conference, member


def change_participant(exchange: CarrierAccount, conference: Conference, member: Member) -> None:
    """Do what the form asks for."""
    note_unknown(exchange.faults, CHANGING)
    form = request.form
    coaches = _coaches(conference, member.coaches)
    conference.modify(member, flag("EndConferenceOnExit", member.ends), coaches)
    conference.mute(member, flag("Muted", member.muted))
    if "Hold" in form:
        music = None
        if form.get("HoldUrl"):
            music = Target(form["HoldUrl"], form.get("HoldMethod", "GET"))
        conference.hold(member, flag("Hold", False), music)
    if form.get("AnnounceUrl"):
        target = Target(form["AnnounceUrl"], form.get("AnnounceMethod", "POST"))
        conference.announce([member], target, to_all=False)


def _known(exchange: CarrierAccount, room: str) -> Conference | None:
    """The running conference of this SID or name, if any. Raises `Refused` for a bad SID."""
    if not CONFERENCE_SID.fullmatch(room):
        return exchange.conferences.running(room)
    known = exchange.conferences.find(room)
    if known is None or known.over:
        raise not_found()
    return known


def _label(conference: Conference | None) -> str:
    label = request.form.get("Label", "")
    if label and conference and conference.find(label):
        raise Refused(400, LABEL_TAKEN, f"A participant is labelled {label!r} already")
    return label


def _coaches(conference: Conference | None, before: str | None) -> str | None:
    """Whom the participant is to coach: Coaching is true by default where a call is named."""
    sid = request.form.get("CallSidToCoach", before)
    if not flag("Coaching", sid is not None):
        return None
    if sid is None or conference is None or conference.find(sid) is None:
        raise Refused(400, NOT_TO_BE_COACHED, f"CallSidToCoach is not in the conference: {sid}")
    return sid


def _open(exchange: CarrierAccount, name: str, first: Call) -> Conference:
    """A new conference, whose first participant is being rung."""
    form = request.form
    recording = None
    if form.get("ConferenceRecord") in RECORDS:
        told = _callback("ConferenceRecordingStatusCallback", "completed")
        dual = exchange.options.conference_channels == 2
        recording = ConferenceRecording(
            exchange.recordings,
            exchange.account_url,
            told,
            dual,
            exchange.options.misbehaviour.recordings_become,
        )
    callback = _callback("ConferenceStatusCallback")
    teller = ConferenceNotifier(first.wire, exchange.options.account_sid, callback)
    capacity = form.get("MaxParticipants", "250")
    if not capacity.isdecimal():
        raise SimulatorError(f"MaxParticipants is {capacity!r}.")
    return Conference(name, teller, int(capacity), recording)


def _callback(name: str, *default: str) -> EventCallback | None:
    form = request.form
    if not form.get(name):
        return None
    wanted = words(f"{name}Event") or frozenset(default)
    return EventCallback(form[name], form.get(f"{name}Method", "POST"), wanted)
