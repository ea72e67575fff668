"""Files from the network that are fetched whole, or resumed until they are.

Nobody is waited for without end. Looking up a name, and a server that accepts and says nothing,
sends its head letter by letter, or drips the file, all heed no time-out of a socket: so the head of
an answer has a time by which it must be there, and the file a pace that it must keep.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, TypeVar

import requests
import urllib3

from ivr.errors import SpeechError

Report = Callable[[str], None]
"""Told now and then how far a long task is."""

T = TypeVar("T")

_CHUNK = 1 << 16
_CONNECT_SECONDS = 4.0
_REPORTS = 20


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for: `answer` seconds until it has begun to answer (with a small
    file: until that is here), `silence` seconds without a byte; and `pace`, the bytes a second that
    it must send, looked at every `looks` seconds."""

    answer: float
    silence: float
    pace: int
    looks: float = 5.0


PATIENT = Patience(answer=15, silence=60, pace=1_000)
"""Of somebody who has asked for a model and wants it."""

BRIEF = Patience(answer=5, silence=5, pace=100_000)
"""Of somebody who can do without: 40 MB take seven minutes at this pace."""


def fetch_small(url: str, most: int, patience: Patience) -> bytes:
    """The first `most` bytes of a small file. Raises `SpeechError` with the reason only."""

    def get() -> bytes:
        with closing(_asked(url, {}, patience)) as response:
            response.raise_for_status()
            return bytes(response.raw.read(most, decode_content=True))

    return _within(patience.answer, get)


@contextmanager
def claimed(part: Path) -> Iterator[IO[bytes]]:
    """The file `part`, for us alone. Raises `SpeechError` where another process has it."""
    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SpeechError(f"{part} is being fetched already; wait until that ends.") from error
        if os.fstat(file.fileno()).st_nlink == 0:
            raise SpeechError(f"{part} has just been fetched by another process; try again.")
        yield file


def download(
    url: str, part: Path, file: IO[bytes], size: int, md5: str, report: Report, patience: Patience
) -> None:
    """Fetch `url` into `file`, which is the claimed `part`, going on from what is there already.

    `size` in bytes and the hexadecimal `md5` are the publisher's. Where what was there does not
    fit the rest, all is fetched anew. Raises `SpeechError` where the connection fails or is too
    slow, in which case `part` is kept for the next try, and where the checksum is wrong, in which
    case it is removed, as it is where the disk takes no more (`OSError`).
    """
    try:
        resumed = file.tell() > 0
        if file.tell() < size:
            _fetch(url, file, size, report, patience)
        if resumed and not _is_right(part, size, md5):
            report("what was there already is of another file; fetching it anew")
            _empty(file)
            _fetch(url, file, size, report, patience)
    except OSError:  # the disk, not the network: what has come would only fill it
        part.unlink(missing_ok=True)
        raise
    if not _is_right(part, size, md5):
        part.unlink()
        raise SpeechError(
            f"{url} is not the file that its publisher lists: the checksum differs. It was "
            "removed; run the command again, and if that does not help, try another mirror."
        )


def _fetch(url: str, file: IO[bytes], size: int, report: Report, patience: Patience) -> None:
    """Raises `SpeechError` as `download`, and `OSError` of the disk only."""
    try:
        have = file.tell()
        response = _open(url, have, patience)
        if have and not _goes_on(response, have):
            _empty(file)
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            response.close()
            response = _open(url, 0, patience)
        with closing(response):
            _refuse_bad_status(response)
            _write(response, file, size, report, patience)
    except SpeechError as error:
        raise SpeechError(
            f"{url} cannot be fetched ({error}). What has come is kept: run the command again and "
            "it goes on from there."
        ) from error


def _open(url: str, have: int, patience: Patience) -> requests.Response:
    # Compressed on the way, a range would count other bytes than those of the file.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    return _within(patience.answer, lambda: _asked(url, headers, patience))


def _asked(url: str, headers: dict[str, str], patience: Patience) -> requests.Response:
    timeout = (min(_CONNECT_SECONDS, patience.answer), patience.silence)
    return requests.get(url, headers=headers, stream=True, timeout=timeout)


def _within(seconds: float, get: Callable[[], T]) -> T:
    """What `get` returns; a thread that takes longer is left to itself. Raises `SpeechError`."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(get())
        except Exception as error:
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    try:
        return future.result(seconds)
    except requests.RequestException as error:
        raise SpeechError(_reason(error)) from error
    except TimeoutError as error:
        raise SpeechError("the server does not answer") from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise SpeechError("the connection failed") from error


def _refuse_bad_status(response: requests.Response) -> None:
    try:
        response.raise_for_status()
    except requests.RequestException as error:
        raise SpeechError(_reason(error)) from error


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "the server does not answer"
    return "the connection failed"


def _goes_on(response: requests.Response, have: int) -> bool:
    """Whether what was fetched before may stay: what comes goes on from byte `have` (RFC 9110,
    section 14.4), or is an error."""
    if response.status_code == requests.codes.partial_content:
        return response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
    return response.status_code not in (
        requests.codes.ok,
        requests.codes.requested_range_not_satisfiable,
    )


def _write(
    response: requests.Response, file: IO[bytes], size: int, report: Report, patience: Patience
) -> None:
    looked, had = time.monotonic(), file.tell()
    told = file.tell() * _REPORTS // size
    for chunk in _chunks(response):
        file.write(chunk)
        if file.tell() > size:
            break  # not the listed file; the checksum will say so
        if file.tell() * _REPORTS // size > told:
            told = file.tell() * _REPORTS // size
            report(f"{file.tell() / 1e6:.0f} of {size / 1e6:.0f} MB")
        took = time.monotonic() - looked
        if took >= patience.looks:
            if (file.tell() - had) / took < patience.pace:
                file.flush()
                raise SpeechError(f"only {(file.tell() - had) / took / 1000:.1f} kB a second come")
            looked, had = time.monotonic(), file.tell()
    file.flush()


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """What comes, as soon as it comes. Raises `SpeechError` where that ends too early."""
    while True:
        try:
            chunk = response.raw.read1(_CHUNK, decode_content=False)
        except urllib3.exceptions.ReadTimeoutError as error:
            raise SpeechError("the server sends nothing more") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise SpeechError("the connection failed") from error
        if not chunk:
            return
        yield chunk


def _empty(file: IO[bytes]) -> None:
    file.seek(0)
    file.truncate()


def _is_right(path: Path, size: int, md5: str) -> bool:
    if path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return found == md5.lower()
