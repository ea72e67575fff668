"""Conferences in the carrier's REST interface, their participants and recordings.

https://www.twilio.com/docs/voice/api/conference-resource, …/conference-participant-resource,
…/recording
"""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from ivr.simulator.conference.conferences import Conference
from ivr.simulator.conference.participants import add_participant, change_participant
from ivr.simulator.conference.rooms import Member
from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.recordings import Recording
from ivr.simulator.rest.forms import BASE, Refused, not_found
from ivr.simulator.rest.shown import conference_json, page_json, participant_json
from ivr.simulator.targets import Target

CURRENT = "Twilio.CURRENT"
ONE = f"{BASE}/Conferences/<sid>"
PARTICIPANT = f"{ONE}/Participants/<name>.json"


def add_conferences(app: Flask, exchange: CarrierAccount) -> None:
    """Let the REST interface answer about conferences."""
    account_sid = exchange.options.account_sid

    @app.get(f"{BASE}/Conferences.json")
    def list_conferences(account: str) -> Response:
        name, status = request.args.get("FriendlyName"), request.args.get("Status")
        found = [
            conference_json(one, account_sid)
            for one in reversed(exchange.conferences.all)
            if name in (None, one.name) and status in (None, one.status)
        ]
        return jsonify(page_json("conferences", found))

    @app.get(f"{ONE}.json")
    def fetch_conference(account: str, sid: str) -> Response:
        return jsonify(conference_json(_find(exchange, sid), account_sid))

    @app.post(f"{ONE}.json")
    def update_conference(account: str, sid: str) -> Response:
        conference = _find(exchange, sid)
        _update_conference(conference)
        return jsonify(conference_json(conference, account_sid))

    @app.get(f"{ONE}/Participants.json")
    def list_participants(account: str, sid: str) -> Response:
        conference = _find(exchange, sid)
        found = [participant_json(conference, one, account_sid) for one in conference.participants]
        return jsonify(page_json("participants", found))

    @app.post(f"{ONE}/Participants.json")
    def create_participant(account: str, sid: str) -> tuple[Response, int]:
        conference, member = add_participant(exchange, sid)
        answer = jsonify(participant_json(conference, member, account_sid))
        member.call.start()
        return answer, 201

    @app.get(PARTICIPANT)
    def fetch_participant(account: str, sid: str, name: str) -> Response:
        conference = _find(exchange, sid)
        return jsonify(participant_json(conference, _member(conference, name), account_sid))

    @app.post(PARTICIPANT)
    def update_participant(account: str, sid: str, name: str) -> Response:
        conference = _find(exchange, sid)
        member = _member(conference, name)
        change_participant(exchange, conference, member)
        return jsonify(participant_json(conference, member, account_sid))

    @app.delete(PARTICIPANT)
    def delete_participant(account: str, sid: str, name: str) -> tuple[str, int]:
        conference = _find(exchange, sid)
        conference.remove(_member(conference, name))
        return "", 204

    @app.get(f"{ONE}/Recordings.json")
    def list_recordings(account: str, sid: str) -> Response:
        recording = _find(exchange, sid).recording
        kept = recording.recording if recording else None
        found = [kept.as_json(account_sid)] if kept else []
        return jsonify(page_json("recordings", found))

    @app.post(f"{ONE}/Recordings/<recording_sid>.json")
    def update_recording(account: str, sid: str, recording_sid: str) -> Response:
        conference = _find(exchange, sid)
        recording = _recording(conference, recording_sid)
        status = _update_recording(conference)
        return jsonify(recording.as_json(account_sid) | {"status": status})


def _find(exchange: CarrierAccount, sid: str) -> Conference:
    conference = exchange.conferences.find(sid)
    if conference is None:
        raise not_found()
    return conference


def _member(conference: Conference, name: str) -> Member:
    member = conference.find(name)
    if member is None:
        raise not_found()
    return member


def _update_conference(conference: Conference) -> None:
    form = request.form
    if form.get("Status") not in (None, "completed"):
        raise Refused(400, 20001, "Status must be completed")
    if form.get("Status") and not conference.end():
        raise Refused(400, 20001, "Bad request: the conference has ended")
    if form.get("AnnounceUrl"):
        target = Target(form["AnnounceUrl"], form.get("AnnounceMethod", "POST"))
        conference.announce(conference.members, target, to_all=True)


def _recording(conference: Conference, sid: str) -> Recording:
    """The recording of this SID, or of whatever is being recorded now."""
    made = conference.recording
    if made is None or made.recording is None:
        raise not_found()
    if sid == CURRENT and not made.running:
        raise not_found()
    if sid not in (CURRENT, made.recording.sid):
        raise not_found()
    return made.recording


def _update_recording(conference: Conference) -> str:
    status = request.form.get("Status", "")
    behavior = request.form.get("PauseBehavior", "silence")
    if status not in ("paused", "in-progress", "stopped") or behavior not in ("skip", "silence"):
        raise Refused(400, 20001, f"Invalid Status or PauseBehavior: {status}, {behavior}")
    if not conference.record(status, behavior):
        raise Refused(400, 21220, "Recording is not in-progress. Cannot update.")
    return status
