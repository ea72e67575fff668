"""Conferences and participants as the REST interface shows them."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime

from ivr.simulator.call import Call
from ivr.simulator.conference.conferences import Conference
from ivr.simulator.conference.rooms import Member
from ivr.simulator.options import API_VERSION

_STANDINGS = {
    "queued": "queued",
    "initiated": "connecting",
    "ringing": "ringing",
    "in-progress": "connected",
    "completed": "complete",
}
"""How a participant stands, by their call; whose call was never answered has failed."""


def page_json(key: str, found: Sequence[object]) -> dict[str, object]:
    """A list, all of it on its first page. https://www.twilio.com/docs/usage/twilios-response"""
    return {
        key: found,
        "first_page_uri": "",
        "next_page_uri": None,
        "previous_page_uri": None,
        "page": 0,
        "page_size": 1000,
        "start": 0,
        "end": max(0, len(found) - 1),
        "uri": "",
    }


def conference_json(conference: Conference, account_sid: str) -> dict[str, object]:
    """https://www.twilio.com/docs/voice/api/conference-resource#conference-properties"""
    uri = _uri(conference, account_sid)
    date = format_datetime(conference.began)
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid_ending_conference": conference.ended_by and conference.ended_by.call.sid,
        "date_created": date,
        "date_updated": date,
        "friendly_name": conference.name,
        "reason_conference_ended": conference.reason_ended,
        "region": "ie1",
        "sid": conference.sid,
        "status": conference.status,
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
        "uri": f"{uri}.json",
    }


def participant_json(conference: Conference, member: Member, account_sid: str) -> dict[str, object]:
    """https://www.twilio.com/docs/voice/api/conference-participant-resource#participant-properties"""
    date = format_datetime(member.call.began)
    sid = member.call.sid
    status = _STANDINGS.get(member.call.status, "failed")
    return {
        "account_sid": account_sid,
        "call_sid": sid,
        "call_sid_to_coach": member.coaches,
        "coaching": member.coaches is not None,
        "conference_sid": conference.sid,
        "date_created": date,
        "date_updated": date,
        "end_conference_on_exit": member.ends,
        "hold": member.held,
        "label": member.label or None,
        "muted": member.muted,
        "queue_time": "0",
        "start_conference_on_enter": member.starts,
        "status": status,
        "uri": f"{_uri(conference, account_sid)}/Participants/{sid}.json",
    }


def _uri(conference: Conference, account_sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}/Conferences/{conference.sid}"


def call_json(call: Call) -> dict[str, object]:
    """https://www.twilio.com/docs/voice/api/call-resource#call-properties"""
    account = call.exchange.options.account_sid
    began = format_datetime(call.began)
    uri = f"/{API_VERSION}/Accounts/{account}/Calls/{call.sid}"
    return {
        "account_sid": account,
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": call.parameters().get("CallerName"),
        "date_created": began,
        "date_updated": began,
        "direction": call.direction,
        "duration": str(call.seconds) if call.is_over else None,
        "end_time": format_datetime(call.now) if call.is_over else None,
        "forwarded_from": call.parameters().get("ForwardedFrom"),
        "from": call.from_,
        "from_formatted": call.from_,
        "group_sid": None,
        "parent_call_sid": call.parent.sid if call.parent else None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": began if call.answered_at is not None else None,
        "status": "queued" if call.status == "initiated" else call.status,
        "stir_verstat": call.parameters().get("StirVerstat"),
        "subresource_uris": {
            name: f"{uri}/{name.title().replace('_', '')}.json"
            for name in ("notifications", "recordings", "streams", "transcriptions")
        },
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }
