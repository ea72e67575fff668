"""Fetching a recording from the carrier that made it, and from nobody else."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import IO
from urllib.parse import urlsplit

import requests

from ivr.adapters.twilio.addresses import addresses, is_carriers, same_origin
from ivr.errors import AudioRefused, CarrierError
from ivr.settings import Settings

LARGEST_BYTES = 256 << 20
"""More than an hour of two channels at 16 bits and 16 kHz."""

_TIMEOUT = (5, 30)  # seconds to connect, and without a byte
_WHOLE_SECONDS = 300
_REDIRECTS = 3


_OTHERWISE = frozenset({401, 403, 404, 408, 429})
"""4xx that have nothing to do with how many channels were asked for."""


def fetch_recording(
    url: str, settings: Settings, file: IO[bytes], channels: int | None = None
) -> None:
    """Write the recording at `url` to `file`, in so many `channels` if the carrier has them.

    Unasked, Twilio mixes the two channels of a conference's recording to one; a recording that
    was made with one cannot be had with two (error 16113).
    https://www.twilio.com/en-us/changelog/dual-channel-conference-recordings-as-default-is-now-ga

    The account's credentials go to the carrier's own hosts and to the configured one only: a
    redirect to anywhere else is followed without them. Raises `AudioRefused` for an address that
    is not the carrier's and for more bytes than a recording can have, `CarrierError` for whatever
    may pass: the file may not exist yet (Twilio, `<Record>`), or the carrier may be out of reach.
    """
    places = addresses(url, settings.account_sid, settings.twilio_api_url)
    if not places:
        raise AudioRefused(
            f"The recording is said to be at {urlsplit(url).hostname}, which is not the carrier; "
            "nothing was fetched from there."
        )
    with _Session(settings) as session:
        for place in places:
            try:
                with _asked(session, place, channels) as response:
                    _refuse_failure(response)
                    _copy(response, file)
                return
            except requests.ConnectionError as error:
                unreachable = error
                file.seek(0)
                file.truncate()
            except requests.RequestException as error:
                raise _not_handed_over(error) from error
        raise _not_handed_over(unreachable) from unreachable


def _not_handed_over(error: requests.RequestException) -> CarrierError:
    return CarrierError(
        f"The carrier did not hand over the recording ({type(error).__name__}); it will be asked "
        "again."
    )


class _Session(requests.Session):
    """Goes after redirects, and tells the account's credentials to nobody but the carrier."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.auth = (settings.account_sid, settings.auth_token)
        self.max_redirects = _REDIRECTS
        self._base_url = settings.twilio_api_url

    def should_strip_auth(self, old_url: str, new_url: str) -> bool:
        """Whether the credentials stay behind on the way to `new_url`."""
        return not (is_carriers(new_url) or same_origin(new_url, self._base_url))


def _asked(session: requests.Session, url: str, channels: int | None) -> requests.Response:
    if channels is not None:
        wish = {"RequestedChannels": str(channels)}
        response = session.get(url, params=wish, stream=True, timeout=_TIMEOUT)
        if not 400 <= response.status_code < 500 or response.status_code in _OTHERWISE:
            return response
        response.close()
    return session.get(url, stream=True, timeout=_TIMEOUT)


def _refuse_failure(response: requests.Response) -> None:
    status, kind = response.status_code, response.headers.get("Content-Type", "")
    if status == requests.codes.not_found:
        raise CarrierError("The carrier does not have the recording yet; it will be asked again.")
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        raise CarrierError(
            f"The carrier refuses the account's credentials ({status}) for the recording; it will "
            "be asked again. See TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
        )
    if status == requests.codes.too_many_requests:
        raise CarrierError(
            "The carrier has had too many requests of this account (429); it will be asked for the "
            "recording again."
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise CarrierError(
            f"The carrier is out of order for the moment ({status}); it will be asked for the "
            "recording again."
        )
    if status != requests.codes.ok:
        raise CarrierError(f"The carrier answered {status} for the recording; it is asked again.")
    if kind.startswith(("text/", "application/json", "application/xml")):
        raise CarrierError(
            f"Something answered with {kind.partition(';')[0]} in place of the recording; it will "
            "be asked again. Is IVR_TWILIO_API_URL the right address?"
        )


def _copy(response: requests.Response, file: IO[bytes]) -> None:
    deadline = time.monotonic() + _WHOLE_SECONDS
    written = 0
    for chunk in response.iter_content(1 << 16):
        written += file.write(chunk)
        if written > LARGEST_BYTES:
            raise AudioRefused(
                f"The recording is larger than {LARGEST_BYTES >> 20} MB, more than an hour of "
                "speech; the carrier still has it."
            )
        if time.monotonic() > deadline:
            raise CarrierError("The carrier is too slow to hand over the recording; asked again.")
