"""Recordings that are fetched from the server by their links."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO

import requests

from ivr.adapters.files.nameless import nameless_file
from ivr.errors import LinkLapsed, RecordingMissing, StorageError
from ivr.services.recording_links import PATH

LARGEST_BYTES = 256 << 20
"""More than an hour of two channels at 16 bits and 16 kHz."""

_TIMEOUT = (5, 30)  # seconds to connect, and without a byte
_WHOLE_SECONDS = 600
_PIECE = 1 << 18


class LinkedRecordings:
    """Fetches recordings from the server at `public_url`."""

    def __init__(self, public_url: str) -> None:
        self._url = public_url + PATH

    @contextmanager
    def local(self, token: str) -> Iterator[Path]:
        """A copy without a name, which is gone with the block, also where the process is killed.

        Raises `LinkLapsed` where the link does not hold any more, `RecordingMissing` where there
        is no recording or it is not wanted any more, and `StorageError` where the server cannot be
        reached or breaks off.
        """
        with nameless_file() as (file, path):
            try:
                self._fetch(token, file)
            except requests.RequestException as error:
                raise StorageError(
                    f"The recording could not be fetched from {self._url} "
                    f"({type(error).__name__}); check that this machine reaches the server there, "
                    "or set IVR_PUBLIC_URL on this machine."
                ) from error
            file.flush()
            yield path

    def _fetch(self, token: str, file: IO[bytes]) -> None:
        end = time.monotonic() + _WHOLE_SECONDS
        with requests.get(
            self._url + token, stream=True, timeout=_TIMEOUT, allow_redirects=False
        ) as response:
            _refuse(response.status_code)
            for piece in response.iter_content(_PIECE):
                file.write(piece)
                if file.tell() > LARGEST_BYTES or time.monotonic() > end:
                    raise StorageError("The recording is too long, or comes too slowly.")


def _refuse(status: int) -> None:
    if status == HTTPStatus.FORBIDDEN:
        raise LinkLapsed("The link to the recording is too old; the next job has a new one.")
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise RecordingMissing("The server has no such recording, or wants no words of it.")
    if status != HTTPStatus.OK:
        raise StorageError(f"The server did not hand over the recording ({status}).")
