"""Files from the network that are fetched whole, or resumed until they are."""

from __future__ import annotations

import fcntl
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import requests

from ivr.errors import SpeechError

Report = Callable[[str], None]
"""Told, at most once a second, how far a long task is."""

TIMEOUT = (10, 60)  # seconds to connect, and without a byte
_CHUNK = 1 << 16


def download(url: str, part: Path, size: int, md5: str, report: Report) -> None:
    """Fetch `url` into the file `part`, going on from what is there already.

    `size` in bytes and the hexadecimal `md5` are the publisher's. Raises `SpeechError` where
    the connection fails, in which case `part` is kept for the next try; where another process
    is fetching the same file; and where the checksum is wrong, in which case `part` is removed, as
    it is where the disk takes no more (`OSError`).
    """
    with _locked(part) as file:
        if part.stat().st_size < size:
            try:
                _fetch(url, file, size, report)
            except OSError:  # the disk, not the network: what has come would only fill it
                part.unlink(missing_ok=True)
                raise
        if part.stat().st_size != size or _md5(part) != md5:
            part.unlink()
            raise SpeechError(
                f"{url} is not the file that its publisher lists: the checksum differs. It was "
                "removed; run the command again, and if that does not help, try another mirror."
            )


@contextmanager
def _locked(part: Path) -> Iterator[IO[bytes]]:
    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SpeechError(f"{part} is being fetched already; wait until that ends.") from error
        yield file


def _fetch(url: str, file: IO[bytes], size: int, report: Report) -> None:
    have = file.tell()
    # Compressed on the way, a range would count other bytes than those of the file.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            response.raise_for_status()
            if have and not _continues(response, have):
                file.truncate(0)
            _write(response, file, size, report)
    except requests.RequestException as error:
        raise SpeechError(
            f"{url} cannot be fetched ({unreachable(error)}). What has come is kept: run the "
            "command again and it goes on from there."
        ) from error


def _continues(response: requests.Response, have: int) -> bool:
    """Whether the answer goes on from byte `have` (RFC 9110, section 14.4)."""
    if response.status_code != requests.codes.partial_content:
        return False
    return re.match(rf"bytes {have}-", response.headers.get("Content-Range", "")) is not None


def _write(response: requests.Response, file: IO[bytes], size: int, report: Report) -> None:
    told = time.monotonic()
    for chunk in response.iter_content(_CHUNK):
        file.write(chunk)
        if file.tell() > size:
            break  # not the listed file; the checksum will say so
        if time.monotonic() - told >= 1:
            told = time.monotonic()
            report(f"{file.tell() / 1e6:.0f} of {size / 1e6:.0f} MB")
    file.flush()


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def unreachable(error: requests.RequestException) -> str:
    """Why a request failed, in few words."""
    if error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "the server does not answer"
    return "the connection failed"
