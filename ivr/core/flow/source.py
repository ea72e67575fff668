"""YAML text → plain data in which every value knows its line.

Every scalar is text, whatever it looks like: `+44…`, `17:30`, `no`, `012` and dates mean what
they look like, and the models give them their types. The tree is built from the parser's
events without recursion, so that depth, repetition and size are bounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from ivr.core.flow import not_yaml, slips
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.tree import MAX_DEPTH, Refused, TreeBox, TreeBuilder

Path = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_VALUES = 10_000
MAX_CHARACTERS = 1024 * 1024
"""Characters of all values together, after aliases have put some of them in several places."""


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML document: its text, its data, and the line and column of each value by its path."""

    name: str
    text: str
    data: dict[str, Any]
    marks: dict[Path, tuple[int, int]]
    keys: dict[Path, tuple[int, int]]
    findings: tuple[Finding, ...] = ()

    def finding(self, path: Path, code: str, message: str, **more: Any) -> Finding:
        """A finding at the value at `path`, or at the nearest place around it."""
        return self._at(self.marks, path, code, message, more)

    def key_finding(self, path: Path, code: str, message: str, **more: Any) -> Finding:
        """A finding at the key that leads to `path`."""
        marks = self.keys if self._standing(path) in self.keys else self.marks
        return self._at(marks, path, code, message, more)

    def _standing(self, path: Path) -> Path:
        """`path` as it stands in the file, where one value may stand for a list of one."""
        found: Path = ()
        for step in path:
            if step != 0 or (*found, step) in self.marks:
                found = (*found, step)
        return found

    def _at(
        self, marks: dict[Path, tuple[int, int]], path: Path, code: str, message: str, more: Any
    ) -> Finding:
        path = self._standing(path)
        while path and path not in marks:
            path = path[:-1]
        line, column = marks.get(path, (1, 1))
        return Finding(self.name, line, column, code, message, **more)


def read_source(name: str, text: str) -> Source:
    """Parse `text`; `name` is the file's name in findings. Raises `Refused`."""
    if len(text.encode()) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024} kB"
        raise Refused(Finding(name, 1, 1, "too-large", f"the file is larger than {limit}"))
    builder = TreeBuilder(name, text)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise Refused(not_yaml.finding(name, text, error)) from None
    if not isinstance(builder.root, dict):
        raise Refused(Finding(name, 1, 1, "yaml", "the file must hold names and values"))
    marks: dict[Path, tuple[int, int]] = {}
    keys: dict[Path, tuple[int, int]] = {}
    budget = _Budget(name)
    data = _plain(builder.root_box, (), marks, keys, budget)
    found = dict.fromkeys([*builder.findings, *budget.findings])
    return Source(name, text, data, marks, keys, tuple(found))


class _Budget:
    """Bounds the number and the size of values, so that repeated aliases cannot swell."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = MAX_VALUES
        self._characters = MAX_CHARACTERS
        self.findings: list[Finding] = []
        """What else came up on the way through the values."""

    def spend(self, box: TreeBox) -> None:
        self._values -= 1
        if isinstance(box.value, str):
            self._characters -= len(box.value)
        if self._values < 0 or self._characters < 0:
            message = f"the file holds more than {MAX_VALUES} values, or too long ones"
            raise Refused(Finding(self.name, box.line, box.column, "too-large", message))


def _plain(
    box: TreeBox,
    path: Path,
    marks: dict[Path, tuple[int, int]],
    keys: dict[Path, tuple[int, int]],
    budget: _Budget,
) -> Any:
    """Boxes → plain data; depth is bounded by the builder, aliases by the budget."""
    budget.spend(box)
    marks[path] = (box.line, box.column)
    if len(path) > MAX_DEPTH:
        message = f"values are nested deeper than {MAX_DEPTH} levels"
        raise Refused(Finding(budget.name, box.line, box.column, "too-large", message))
    if box.behind and (slip := slips.cut_by_hash(path, box.value, box.behind)):
        severity = Severity.ERROR if box.value is None else Severity.WARNING
        column = box.column + slip.at
        finding = Finding(budget.name, box.line, column, slip.code, slip.message, severity)
        budget.findings.append(finding)
    if isinstance(box.value, dict):
        for name, mark in box.key_marks.items():
            keys[(*path, name)] = mark
        return {k: _plain(v, (*path, k), marks, keys, budget) for k, v in box.value.items()}
    if isinstance(box.value, list):
        return [_plain(v, (*path, i), marks, keys, budget) for i, v in enumerate(box.value)]
    return box.value
