"""Fetching a recording from the carrier that made it, and from nobody else."""

from __future__ import annotations

import time
from typing import IO
from urllib.parse import urlsplit

import requests

from ivr.errors import AudioRefused, CarrierError
from ivr.settings import TWILIO_API_URL, Settings

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

    The account's credentials go to the configured carrier only: a redirect to anywhere else is
    followed without them. Raises `AudioRefused` for an address that is not the carrier's and
    for more bytes than a recording can have, `CarrierError` for whatever may pass: the file may
    not exist yet (Twilio, `<Record>`), or the carrier may be out of reach.
    """
    if _origin(url) not in (_origin(settings.twilio_api_url), _origin(TWILIO_API_URL)):
        raise AudioRefused(
            f"The recording is said to be at {urlsplit(url).hostname}, which is not the carrier; "
            "nothing was fetched from there."
        )
    with requests.Session() as session:
        session.auth = (settings.account_sid, settings.auth_token)
        session.max_redirects = _REDIRECTS
        try:
            with _asked(session, url, channels) as response:
                _refuse_failure(response)
                _copy(response, file)
        except requests.RequestException as error:
            raise CarrierError(
                f"The carrier did not hand over the recording ({type(error).__name__}); it will "
                "be asked again."
            ) from error


def _asked(session: requests.Session, url: str, channels: int | None) -> requests.Response:
    if channels is not None:
        wish = {"RequestedChannels": str(channels)}
        response = session.get(url, params=wish, stream=True, timeout=_TIMEOUT)
        if not 400 <= response.status_code < 500 or response.status_code in _OTHERWISE:
            return response
        response.close()
    return session.get(url, stream=True, timeout=_TIMEOUT)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default


def _refuse_failure(response: requests.Response) -> None:
    if response.status_code == requests.codes.not_found:
        raise CarrierError("The carrier does not have the recording yet; it will be asked again.")
    if response.status_code != requests.codes.ok:
        raise CarrierError(
            f"The carrier answered {response.status_code} for the recording; it will be asked "
            "again. Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN if this stays."
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
