"""The carrier's REST client: where it listens, how long it may take, what its refusals become."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.errors import CallGone, CarrierError
from ivr.settings import TWILIO_API_URL, Settings

TIMEOUT_SECONDS = 5
NOT_IN_PROGRESS = 21220  # https://www.twilio.com/docs/api/errors/21220
GONE = frozenset({404})

ReplyT = TypeVar("ReplyT")


def rest_client(settings: Settings) -> Client:
    """The account's REST client, at the configured base URL."""
    return Client(
        settings.account_sid,
        settings.auth_token,
        http_client=_HttpClient(settings.twilio_api_url),
    )


def asked(request: Callable[[], ReplyT]) -> ReplyT:
    """The reply to one request. Raises `CarrierError` with Twilio's words, or the network's."""
    try:
        return request()
    except TwilioRestException as error:
        raise CarrierError(f"The carrier refused: {error.msg} (code {error.code}).") from error
    except (TwilioException, requests.RequestException) as error:
        raise CarrierError(
            f"The carrier's REST interface cannot be reached: {error}. "
            "See IVR_TWILIO_API_URL and the network."
        ) from error


def asked_of_call(request: Callable[[], ReplyT], gone: frozenset[int] = GONE) -> ReplyT:
    """As `asked`, about a call that may have ended: `CallGone` if it has.

    `gone` are the HTTP statuses by which the carrier says so, beside its error 21220.
    """
    try:
        return asked(request)
    except CarrierError as error:
        cause = error.__cause__
        if isinstance(cause, TwilioRestException) and (
            cause.code == NOT_IN_PROGRESS or cause.status in gone
        ):
            raise CallGone(str(error)) from error
        raise


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """The package's own client, pointed at the configured base URL."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(
            method, url.replace(TWILIO_API_URL, self._base_url, 1), *args, **kwargs
        )
