"""A place at the listener: sound goes there, words come back (see `ivr.processes.listener`)."""

from __future__ import annotations

import json
import select
import socket
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import SpeechError

PATIENCE_SECONDS = 1.0
"""The listener may load a model for seconds; so much sound lies in the socket meanwhile."""


@dataclass(frozen=True, slots=True)
class RecognisedUtterance:
    """Words that were heard; `others` says that there were some between that are not expected.

    `confidence` is the least sure word's, 0 to 1.
    """

    words: str
    others: bool
    confidence: float


class ListenerSession:
    """One caller's place. Every method raises `SpeechError` where the listener has gone."""

    def __init__(self, path: Path, language: str, phrases: tuple[str, ...], pause: float) -> None:
        """Take a place at the listener's socket, for `phrases` in a language (BCP 47)."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE_SECONDS)
        self._unread = b""
        request = {"language": language, "phrases": phrases, "pause": pause}
        try:
            self._socket.connect(str(path))
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            self._socket.close()
            raise _gone(error) from error

    def hear(self, sound: bytes) -> list[RecognisedUtterance]:
        """Give μ-law; returns what has been said by now, utterance by utterance."""
        try:
            self._socket.sendall(sound)
            while select.select([self._socket], [], [], 0)[0]:
                came = self._socket.recv(4096)
                if not came:
                    raise SpeechError("The listener has closed the connection; see its log.")
                self._unread += came
        except OSError as error:
            raise _gone(error) from error
        *lines, self._unread = self._unread.split(b"\n")
        return [RecognisedUtterance(**json.loads(line)) for line in lines]

    def close(self) -> None:
        """Give the place up."""
        self._socket.close()


def _gone(error: OSError) -> SpeechError:
    return SpeechError(f"The listener cannot be reached: {error}.")
