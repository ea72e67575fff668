"""The carrier's REST interface: ring an operator, fetch a caller out of the hold loop, text.

https://www.twilio.com/docs/voice/api/call-resource, /docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from twilio.base.exceptions import TwilioRestException

from ivr.adapters.twilio.rest.client import ReplyT, asked, asked_of_call, rest_client
from ivr.core.carrier import ENDED
from ivr.core.costly_numbers import costly
from ivr.core.queue.entry import Reservation
from ivr.errors import CarrierError, CarrierRefused
from ivr.metrics import OUTGOING_REFUSED
from ivr.services.calls.links import RETRY, RETRY_RECORDING
from ivr.settings import Settings

RING_SECONDS = 20
LISTED_TEXTS = 100
"""How far back a text is looked for, among those between the same two numbers."""
LISTED_RECORDINGS = 20
BEING_MADE = frozenset({"in-progress", "paused"})
CLOCKS_DIFFER = timedelta(minutes=1)
BAD_REQUEST = 400
LEG_FALLBACK = f"/twilio/leg/fallback{RETRY}"
"""What is asked for where a document of a call that we make could not be had."""


class TwilioTelephone:
    """Calls that we make, and calls that we steer. Every method may raise `CarrierError`."""

    def __init__(self, settings: Settings) -> None:
        self._public_url = settings.public_url
        self._client = rest_client(settings)

    def ring_operator(self, phone: str, reservation: Reservation) -> str:
        """Ring an operator for a reserved caller, showing the number that the caller dialled.

        `phone` is E.164, or `client:…` for a browser. Returns the SID of the operator's call.
        Raises as `ring`.
        """
        query = f"?reservation={quote(reservation.id)}{RETRY}"
        answered, ended = f"/twilio/operator{query}", f"/twilio/operator/status{query}"
        return self.ring(phone, reservation.ticket.called, answered, ended)

    def ring(self, to: str, from_: str, answered: str, ended: str) -> str:
        """Ring somebody; returns the SID of their call.

        `to` is E.164, or `client:…`. `answered` is the path of the document with which their
        call goes on, `ended` of what is told once it is over. Raises `CarrierRefused` where the
        carrier will never ring them, as the number is none, or the number is costly.
        """
        _refuse_costly(to)
        leg = _never_if_bad(
            lambda: self._client.calls.create(
                to=to,
                from_=from_,
                url=f"{self._public_url}{answered}",
                status_callback=f"{self._public_url}{ended}",
                status_callback_event=["completed"],
                fallback_url=f"{self._public_url}{LEG_FALLBACK}",
                timeout=RING_SECONDS,
            )
        )
        return str(leg.sid)

    def redirect_caller(self, call_sid: str, reservation: Reservation) -> None:
        """Fetch a waiting caller to the operator at once. Raises `CallGone` after a hang-up."""
        url = f"{self._public_url}/twilio/claimed?reservation={quote(reservation.id)}{RETRY}"
        asked_of_call(lambda: self._client.calls(call_sid).update(url=url, method="POST"))

    def hang_up(self, call_sid: str) -> None:
        """End a call, also one that still rings. Raises `CallGone` if it has ended already.

        https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
        """
        asked_of_call(lambda: self._client.calls(call_sid).update(status="completed"))

    def has_ended(self, call_sid: str) -> bool:
        """Whether a call is over, or was never answered.

        https://www.twilio.com/docs/voice/api/call-resource#fetch-a-call-resource
        """
        call = asked(lambda: self._client.calls(call_sid).fetch())
        return call.status in ENDED

    def is_recorded_now(self, call_sid: str) -> bool:
        """Whether a recording of this call is being made, such as of a message.

        https://www.twilio.com/docs/voice/api/recording#read-multiple-recording-resources
        """
        made = asked(
            lambda: self._client.recordings.list(call_sid=call_sid, limit=LISTED_RECORDINGS)
        )
        return any(each.status in BEING_MADE for each in made)

    def fetch_on(self, call_sid: str, turn: int) -> None:
        """Fetch a caller who is being listened to on to what follows: `turn` has been taken."""
        url = f"{self._public_url}/twilio/turn/{turn}/taken{RETRY}"
        asked(lambda: self._client.calls(call_sid).update(url=url, method="POST"))

    def delete_recording(self, recording_sid: str) -> None:
        """Delete the carrier's copy of a recording. Raises `CallGone` where it has none."""
        asked_of_call(self._client.recordings(recording_sid).delete)

    def send_text(self, to: str, from_: str, body: str, about: str = "") -> str:
        """Send a text message; returns its SID. Numbers are E.164. What comes of it is told with
        `about`, a query such as `delivery=ID`, by which it is known before its SID is noted.

        Raises `CarrierRefused` where the carrier will never send it, such as to a landline or to
        somebody who has asked for no more texts, and where the number is costly.
        """
        _refuse_costly(to)
        told = f"{self._public_url}/twilio/sms/status?{about}{RETRY_RECORDING}"
        create = self._client.messages.create
        sent = _never_if_bad(lambda: create(to=to, from_=from_, body=body, status_callback=told))
        return str(sent.sid)

    def find_text(self, to: str, from_: str, body: str, since: datetime) -> str | None:
        """The SID of a text that was sent since then, if there is one: the last such.

        https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
        """
        listed = asked(lambda: self._client.messages.list(to=to, from_=from_, limit=LISTED_TEXTS))
        for text in listed:  # the newest first; a trial account's texts have words before ours
            fresh = text.date_created is None or text.date_created >= since - CLOCKS_DIFFER
            if fresh and str(text.body).endswith(body):
                return str(text.sid)
        return None


def _refuse_costly(number: str) -> None:
    """The last line, whoever asks. Raises `CarrierRefused`."""
    if reason := costly(number):
        OUTGOING_REFUSED.labels("call").inc()
        raise CarrierRefused(f"{reason}: Tango neither rings nor texts it.")


def _never_if_bad(request: Callable[[], ReplyT]) -> ReplyT:
    """As `asked`; raises `CarrierRefused` where the carrier calls the request itself bad."""
    try:
        return asked(request)
    except CarrierError as error:
        cause = error.__cause__
        if isinstance(cause, TwilioRestException) and cause.status == BAD_REQUEST:
            raise CarrierRefused(str(error)) from error
        raise
