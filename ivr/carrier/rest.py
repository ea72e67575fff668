"""The carrier's REST interface: ring an operator, fetch a caller out of the hold loop, text.

https://www.twilio.com/docs/voice/api/call-resource, /docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import requests
import structlog
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.errors import CallGone, CarrierError, CarrierRefused
from ivr.operators.ticket import Reservation
from ivr.settings import TWILIO_API_URL, Settings

log = structlog.get_logger()

TIMEOUT_SECONDS = 5
RING_SECONDS = 20
NOT_IN_PROGRESS = 21220  # https://www.twilio.com/docs/api/errors/21220
NOT_FOUND, BAD_REQUEST = 404, 400

ReplyT = TypeVar("ReplyT")


class Telephone:
    """Calls that we make, and calls that we steer. Every method may raise `CarrierError`."""

    def __init__(self, settings: Settings) -> None:
        self._public_url = settings.public_url
        self._client = Client(
            settings.account_sid,
            settings.auth_token,
            http_client=_HttpClient(settings.twilio_api_url),
        )

    def ring_operator(self, phone: str, reservation: Reservation) -> str:
        """Ring an operator for a reserved caller, showing the number that the caller dialled.

        Returns the SID of the operator's call.
        """
        query = f"?reservation={quote(reservation.id)}"
        leg = _asked(
            lambda: self._client.calls.create(
                to=phone,
                from_=reservation.ticket.called,
                url=f"{self._public_url}/twilio/operator{query}",
                status_callback=f"{self._public_url}/twilio/operator/status{query}",
                status_callback_event=["completed"],
                timeout=RING_SECONDS,
            )
        )
        return str(leg.sid)

    def redirect_caller(self, call_sid: str, reservation: Reservation) -> None:
        """Fetch a waiting caller to the operator at once. Raises `CallGone` after a hang-up."""
        url = f"{self._public_url}/twilio/claimed?reservation={quote(reservation.id)}"
        try:
            _asked(lambda: self._client.calls(call_sid).update(url=url, method="POST"))
        except CarrierError as error:
            cause = error.__cause__
            if isinstance(cause, TwilioRestException) and (
                cause.code == NOT_IN_PROGRESS or cause.status == NOT_FOUND
            ):
                raise CallGone(str(error)) from error
            raise

    def fetch_on(self, call_sid: str, turn: int) -> None:
        """Fetch a caller who is being listened to on to what follows: `turn` has been taken."""
        url = f"{self._public_url}/twilio/turn/{turn}/taken"
        _asked(lambda: self._client.calls(call_sid).update(url=url, method="POST"))

    def send_text(self, to: str, from_: str, body: str) -> str:
        """Send a text message; returns its SID. Numbers are E.164.

        Raises `CarrierRefused` where the carrier will never send it, such as to a landline or to
        somebody who has asked for no more texts.
        """
        try:
            sent = _asked(lambda: self._client.messages.create(to=to, from_=from_, body=body))
        except CarrierError as error:
            cause = error.__cause__
            if isinstance(cause, TwilioRestException) and cause.status == BAD_REQUEST:
                raise CarrierRefused(str(error)) from error
            raise
        return str(sent.sid)


def _asked(request: Callable[[], ReplyT]) -> ReplyT:
    try:
        return request()
    except TwilioRestException as error:
        raise CarrierError(f"The carrier refused: {error.msg} (code {error.code}).") from error
    except (TwilioException, requests.RequestException) as error:
        raise CarrierError(
            f"The carrier's REST interface cannot be reached: {error}. "
            "See IVR_TWILIO_API_URL and the network."
        ) from error


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """The package's own client, pointed at the configured base URL."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(
            method, url.replace(TWILIO_API_URL, self._base_url, 1), *args, **kwargs
        )
