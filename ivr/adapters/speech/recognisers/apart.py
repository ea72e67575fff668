"""Whisper in a process of its own, beside a worker: loaded once, for all of the worker's jobs.

A job is a fork of its worker, and a model that has threads does not outlive a fork. So the worker
keeps this process and its jobs ask it, through a socket that only our own user can reach. Should a
recording bring it down, that costs its job only: the worker starts another before the next one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from ivr.adapters.speech.audio.files import Audio
from ivr.adapters.speech.recognisers.whisper import WhisperRecogniser
from ivr.adapters.system.parent import end_with_supervisor, supervised
from ivr.core.records.message import Transcript
from ivr.errors import RecogniserDied, SpeechError


class WhisperApart:
    """The recogniser as the jobs see it. `keep_running` is for the worker."""

    name = WhisperRecogniser.name
    model = WhisperRecogniser.model
    language = WhisperRecogniser.language

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tango-whisper-")  # mode 0700
        self._socket = str(Path(self._folder.name) / "socket")
        self._process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        """Start the process, unless it runs. Raises `SpeechError` where it does not start."""
        if self._process is not None and self._process.poll() is None:
            return
        command = [sys.executable, "-m", "ivr.adapters.speech.recognisers.apart", self._socket]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            command, env=supervised(), stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None  # noqa: S101 - asked for in the line above
        with self._process.stdout as told:
            ready = told.readline()
        if not ready:
            raise SpeechError("The process of the recogniser Whisper ends at once; see its log.")

    def transcribe(self, audio: Audio) -> Transcript:
        """The words of `audio`, as `WhisperRecogniser` hears them.

        Raises what that raises, and `RecogniserDied` where the process ends meanwhile.
        """
        try:
            with Client(self._socket, "AF_UNIX") as connection:
                connection.send(audio)
                answer = connection.recv()
        except (EOFError, OSError) as error:
            message = "The recogniser's process ended in the middle of a recording."
            raise RecogniserDied(message) from error
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Transcript)  # noqa: S101 - nothing else is ever sent
        return answer

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        self._folder.cleanup()


def serve(socket: str) -> None:
    """Answer one recording after the other, for ever."""
    recogniser = WhisperRecogniser()
    Path(socket).unlink(missing_ok=True)  # left by one that died
    with Listener(socket, "AF_UNIX") as listener:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            with listener.accept() as connection:
                _answer(recogniser, connection)


def _answer(recogniser: WhisperRecogniser, connection: Connection) -> None:
    try:
        audio = connection.recv()
        answer: Transcript | Exception = recogniser.transcribe(audio)
    except (EOFError, ConnectionError):  # the job is no more
        return
    except Exception as error:
        answer = error
    try:
        connection.send(answer)
    except ConnectionError:
        return


if __name__ == "__main__":
    end_with_supervisor()
    serve(sys.argv[1])
