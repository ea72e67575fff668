"""What is wrong, or looks wrong, in a flow file: one `Finding` per fault, with a stable code."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a file from going live; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


CODES: dict[str, str] = {
    "yaml": "The file is not one plain YAML document.",
    "duplicate-key": "One key stands twice in the same place.",
    "too-large": "The file is larger, deeper or repeats more than a flow file may.",
    "unreadable": "The file cannot be read.",
    "schema": "A value is missing, unknown or of the wrong form.",
    "unknown-key": "A setting of this name does not exist here.",
    "no-verb": "A node has no kind, or more than one.",
    "unknown-node": "A way out leads to a node that does not exist.",
    "unknown-name": "A person, calendar, rota or template is not declared.",
    "unknown-variable": "Text or a condition names something that is neither declared nor known.",
    "condition": "A condition cannot be understood.",
    "missing-exit": "A node does not say where the call goes next.",
    "endless-loop": "The call could go round without the caller doing anything.",
    "same-key": "Two choices of a menu are taken by the same key or word.",
    "template": "A template is missing, unknown, or uses itself.",
    "input": "A template's input is missing, unknown or of the wrong type.",
    "number-taken": "Two clients claim one number.",
    "unreachable": "No call can come to this node.",
    "not-yet": "This kind of node takes its way out for nobody until it is built.",
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

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.severity}: {self.message} [{self.code}]"

    def as_dict(self) -> dict[str, str | int]:
        """The finding for tools, as `check --json` prints it."""
        return asdict(self)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint naming the known name nearest to `name`, or nothing where none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
