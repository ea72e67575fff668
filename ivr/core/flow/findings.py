"""What is wrong, or looks wrong, in a flow file: one `Finding` per fault, with a stable code."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice


class Severity(StrEnum):
    """An error keeps a file from going live; a warning does not. A note only tells something."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


MAX_MESSAGE = 400
"""Characters of a message."""

MAX_NAME, MAX_COMPARED = 40, 100
"""Characters of a name, and number of names, that a hint compares: it must not take long."""

CODES: dict[str, str] = {
    "yaml": "The file is not one plain YAML document.",
    "missing-space": "A name and its value stand together without a space.",
    "cut-text": "Words end at a comma or a #, as they stand without quotes.",
    "quotes": "Quotes are missing, or are not straight ones.",
    "odd-space": "A space that is none, or a character that cannot be seen.",
    "duplicate-key": "One key stands twice in the same place.",
    "too-large": "The file is larger, deeper or repeats more than a flow file may.",
    "unreadable": "The file or folder cannot be read.",
    "file-name": "A file is not read because of its name.",
    "schema": "A value is missing, unknown or of the wrong form.",
    "unknown-key": "A setting of this name does not exist here.",
    "no-verb": "A node has no kind, or more than one.",
    "unknown-node": "A way out leads to a node that does not exist.",
    "unknown-name": "A person, calendar, rota or kind of job is not declared.",
    "unknown-variable": "Text or a condition names something that is neither declared nor known.",
    "condition": "A condition cannot be understood.",
    "fixed-condition": "A condition can never be true, or always is.",
    "missing-exit": "A node does not say where the call goes next.",
    "endless-loop": "The call could go round without the caller doing anything.",
    "same-key": "Two choices of a menu are taken by the same key or word.",
    "template": "A template is missing, unknown, or uses itself.",
    "input": "A template's input or output is missing, unknown or of the wrong type.",
    "wrong-type": "A variable is given a value that is not of its type.",
    "number-taken": "Two clients claim one number.",
    "client-renamed": "A client's file has a new name, and what is kept has the old one.",
    "owner-unreached": "Somebody owns jobs of whom nobody could tell them.",
    "own-number": "A call would come back to the client's own number.",
    "markup": "Markup stands in words, and would be read out.",
    "text-segments": "How long a text message is, and what makes it longer than it need be.",
    "unreachable": "No call can come to this node.",
    "rota-gap": "Nobody is on call on a day soon to come, though the rota is used.",
    "rota-overlap": "Two entries of a rota name the same day, and neither is the more specific.",
    "expired-date": "Every date given here is past.",
    "unknown-audio": "An audio file is missing, too large or too long, or cannot be played.",
    "unknown-voice": "The carrier has no voice of this name.",
    "voice-language": "The voice speaks another language than the client's.",
    "no-phrases": "Tango has no sentences of its own in the client's language.",
    "holiday-regions": "The country's regions have public holidays of their own.",
    "clock-change": "A change of the clocks leaves a time out, or repeats it.",
    "not-yet": "The node is told to do something that Tango cannot do yet.",
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault, where it stands. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    code: str
    message: str
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        """Keep the message one short line: it quotes the file, which may hold anything."""
        object.__setattr__(self, "message", _one_line(self.message))

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.severity}: {self.message} [{self.code}]"

    def as_dict(self) -> dict[str, str | int]:
        """The finding for tools, as `check --json` prints it."""
        return asdict(self)


def _one_line(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text[: MAX_MESSAGE + 1])
    return f"{shown[: MAX_MESSAGE - 1]}…" if len(shown) > MAX_MESSAGE else shown


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint naming the known name nearest to `name`, or nothing where none is near."""
    compared, asked = list(islice(known, MAX_COMPARED)), name[:MAX_NAME]
    near = difflib.get_close_matches(asked, compared, n=1)
    words = asked.lower().split()
    near = near or [one for one in compared if one.lower() in words]  # `go to main`
    if not near and "," in name:
        several = [part.strip() for part in name.split(",")]
        if all(part in compared for part in several):
            return f"; several stand in brackets: [{', '.join(several)}]"
    return f"; did you mean '{near[0]}'?" if near else ""
