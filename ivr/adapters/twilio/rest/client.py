"""The carrier's REST client: where it listens, how long it may take, what its refusals become."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from ivr.errors import CallGone, CarrierBusy, CarrierError
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
    """The reply to one request, or to the several of a list.

    Raises `CarrierError` with Twilio's words, or the network's; `CarrierBusy` where the carrier
    wants to be asked later.
    """
    try:
        return request()
    except TwilioRestException as error:
        raise CarrierError(f"The carrier refused: {error.msg} (code {error.code}).") from error
    except requests.RequestException as error:
        raise CarrierError(
            f"The carrier's REST interface cannot be reached: {_network_error(error)}. "
            "See IVR_TWILIO_API_URL and the network."
        ) from error
    except TwilioException as error:
        raise CarrierError(_page_error(error)) from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        # The package takes whatever is JSON for a reply and stumbles over it.
        raise CarrierError(
            f"The carrier's answer has another form than its REST interface gives it ({error!r}). "
            "Is IVR_TWILIO_API_URL the right address?"
        ) from error


def _network_error(error: requests.RequestException) -> str:
    """What failed, without the address that was asked: it may name a caller's number."""
    if isinstance(error, requests.Timeout):
        return f"no answer within {TIMEOUT_SECONDS} seconds"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted, or it speaks no TLS"
    if isinstance(error, requests.ConnectionError):
        return "no connection, or one that broke"
    return type(error).__name__


def _page_error(error: TwilioException) -> str:
    """What became of a list: the package keeps the response, but has no words for it."""
    response = error.args[1] if len(error.args) > 1 else None
    if isinstance(response, Response) and response.status_code == requests.codes.not_found:
        return "A page of the carrier's list is missing (404); the rest of the list is not known."
    if isinstance(response, Response):
        return f"The carrier refused a page of its list ({response.status_code})."
    return f"The carrier's answer cannot be understood: {error}."


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
        response = super().request(
            method, url.replace(TWILIO_API_URL, self._base_url, 1), *args, **kwargs
        )
        return _judged(response)


def _judged(response: Response) -> Response:
    """The response, unless it says that nothing of this kind can be asked now or here."""
    status = response.status_code
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        said = _message(response)
        raise CarrierError(
            f"The carrier refuses the account's credentials ({status}{said}). See "
            "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and that the account is active."
        )
    if status == requests.codes.too_many_requests:
        raise CarrierBusy(
            "The carrier has had too many requests of this account (429). Ask again in a moment.",
            _retry_after(response),
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise CarrierBusy(
            f"The carrier's REST interface is out of order for the moment ({status}). Ask again in "
            "a moment.",
            _retry_after(response),
        )
    if status < requests.codes.bad_request and status != requests.codes.no_content:
        try:
            is_object = isinstance(json.loads(response.text), dict)
        except ValueError:
            is_object = False
        if not is_object:
            raise CarrierError(
                f"What answered ({status}) is not the carrier's REST interface: that answers with "
                "a JSON object. Is IVR_TWILIO_API_URL the right address?"
            )
    return response


def _message(response: Response) -> str:
    """What the carrier says of its refusal, if it says anything."""
    try:
        return f": {json.loads(response.text)['message']}"
    except (ValueError, TypeError, LookupError):
        return ""


def _retry_after(response: Response) -> float | None:
    """The seconds of `Retry-After` (RFC 9110, 10.2.3); a date is not worth the reading."""
    text = str((response.headers or {}).get("Retry-After", ""))
    return float(text) if text.isdecimal() else None
