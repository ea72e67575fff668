"""A person at a terminal plays the caller."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from ivr.errors import SimulatorError
from ivr.simulator.call import Call
from ivr.simulator.caller import Act, HangUp, Leave, Moment, Press, Speak
from ivr.simulator.carrier import Carrier
from ivr.simulator.transcript import Entry

HELP = "Digits are keys, other text is speech, an empty line is silence; /hang, /wav FILE."
RECORDING = "You are being recorded: /wav FILE leaves an audio file, /hang hangs up."
NOT_TYPED = "Only sound can be recorded here. Leave an audio file with /wav FILE."
CONNECTED = "(You are connected. Press Ctrl-C to hang up.)"
KEYS = frozenset("0123456789*#")
SHOWN = {
    "heard": "Tango: {}",
    "played": "(plays {})",
    "dialled": "(rings {})",
    "joined": "(joins {})",
    "connected": "(connected: {})",
    "held": "(on hold in {})",
    "resumed": "(back in {})",
    "recorded": "(recorded: {})",
    "hung up": "(hung up, {})",
}

Read = Callable[[str], str]
Write = Callable[[str], object]


def run_terminal_call(
    carrier: Carrier,
    to: str,
    from_: str,
    read: Read = input,
    write: Write | None = None,
) -> Call:
    """Place a call and let the person at the terminal be the caller; returns the ended call.

    `read` asks for a line and `write` shows one. The end of input, and Ctrl-C, hang up. Raises
    as `Call.join` does.
    """
    show = write or _print
    show(HELP)
    carrier.on_text(lambda text: show(f"(text to {text.to}: {text.body})"))
    with tempfile.TemporaryDirectory(prefix="caller-") as folder:
        caller = TerminalCaller(read, show, Path(folder))
        call = carrier.place(to, from_, caller, listener=caller.listen)
        try:
            caller.serve()
        except KeyboardInterrupt:
            caller.leave()
            call.hang_up()
        return call.join()


@dataclass
class TerminalCaller:
    """Asks a person what the caller does.

    The call runs in a thread of its own; the questions go to the thread of `serve`, so that
    Ctrl-C reaches the person's prompt. `folder` is where speech made from text is kept.
    """

    read: Read
    write: Write
    folder: Path
    _questions: SimpleQueue[Moment | None] = field(default_factory=SimpleQueue)
    _answers: SimpleQueue[Act | None] = field(default_factory=SimpleQueue)

    def listen(self, entry: Entry) -> None:
        """Show what happens, as far as a caller notices it."""
        if entry.kind in SHOWN:
            self.write(SHOWN[entry.kind].format(entry.text))
        if entry.kind == "hung up":
            self._questions.put(None)

    def choose(self, moment: Moment) -> Act | None:
        """Ask the person, where the carrier listens."""
        if moment.kind == "connected":
            self.write(CONNECTED)
        if moment.kind not in ("gather", "record"):
            return None
        self._questions.put(moment)
        return self._answers.get()

    def finish(self, moment: Moment) -> None:
        """A person expects nothing."""

    def serve(self) -> None:
        """Put the questions to the person until the call is over."""
        while (moment := self._questions.get()) is not None:
            try:
                act = self._ask(moment)
            except EOFError:
                act = HangUp()
            self._answers.put(act)

    def leave(self) -> None:
        """Answer whatever is being asked by hanging up."""
        self._answers.put(HangUp())

    def _ask(self, moment: Moment) -> Act | None:
        if moment.kind == "record":
            self.write(RECORDING)
        while True:
            line = self.read("> ").strip()
            try:
                return self._understand(line, moment)
            except SimulatorError as error:
                self.write(str(error))

    def _understand(self, line: str, moment: Moment) -> Act | None:
        if not line:
            return None
        if line == "/hang":
            return HangUp()
        if line.startswith("/wav"):
            return self._file(line.removeprefix("/wav").strip(), moment)
        if line.startswith("/"):
            raise SimulatorError(f"{line} is not a command. {HELP}")
        if set(line) <= KEYS:
            return Press(line)
        if moment.kind == "record":
            return self._spoken_file(line)
        if not moment.speech:
            raise SimulatorError("Only keys are listened for here, such as 1 or #.")
        return Speak(line)

    def _file(self, name: str, moment: Moment) -> Leave:
        if moment.kind != "record":
            raise SimulatorError("Nothing is being recorded now; keep the file for the tone.")
        path = Path(name).expanduser()
        if not path.is_file():
            raise SimulatorError(f"There is no file {name or '(no name given)'}.")
        return Leave(path)

    def _spoken_file(self, text: str) -> Leave:
        """Make speech of typed text, where espeak-ng is installed."""
        program = shutil.which("espeak-ng")
        if program is None:
            raise SimulatorError(NOT_TYPED)
        path = self.folder / "message.wav"
        subprocess.run([program, "-w", str(path), "--stdin"], input=text.encode(), check=True)  # noqa: S603
        return Leave(path)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
