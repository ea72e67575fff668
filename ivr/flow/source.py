"""YAML text → plain data in which every value knows its line.

Every scalar is text, whatever it looks like: `+44…`, `17:30`, `no`, `012` and dates mean what
they look like, and the models give them their types. The tree is built from the parser's
events without recursion, so that depth, repetition and size are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from ivr.flow.findings import Finding

Path = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
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


class Refused(Exception):
    """The text is not a document that can be read; carries its finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def read_source(name: str, text: str) -> Source:
    """Parse `text`; `name` is the file's name in findings. Raises `Refused`."""
    if len(text.encode()) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024} kB"
        raise Refused(Finding(name, 1, 1, "too-large", f"the file is larger than {limit}"))
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise Refused(_yaml_finding(name, text, error)) from None
    if not isinstance(builder.root, dict):
        raise Refused(Finding(name, 1, 1, "yaml", "the file must hold names and values"))
    marks: dict[Path, tuple[int, int]] = {}
    keys: dict[Path, tuple[int, int]] = {}
    data = _plain(builder.root_box, (), marks, keys, _Budget(name))
    return Source(name, text, data, marks, keys, tuple(builder.findings))


_HINTS = {
    "mapping values are not allowed in this context": "put words with a colon in quotes",
    "found character that cannot start any token": "use spaces, not tabs, and quote % @ and `",
    "found a tab character that violates indentation": "use spaces, not tabs",
    "did not find expected key": "check the quotes and how far the lines are indented",
    "found unexpected end of stream": "a closing quote is missing",
}


def _yaml_finding(name: str, text: str, error: yaml.YAMLError) -> Finding:
    if isinstance(error, yaml.reader.ReaderError):
        before = text.encode()[: error.position].decode(errors="ignore")  # counted in bytes
        lines = _LINE_END.split(before)
        line, column = len(lines), len(lines[-1]) + 1
        problem = str(error.reason)
    else:
        mark = getattr(error, "problem_mark", None)
        line, column = _inside(text, mark.line, mark.column) if mark else (1, 1)
        problem = getattr(error, "problem", None) or str(error)
    hint = f"; {_HINTS[problem]}" if problem in _HINTS else ""
    return Finding(name, line, column, "yaml", f"this is not YAML: {problem}{hint}")


_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def _inside(text: str, line: int, column: int) -> tuple[int, int]:
    """A place that the parser counts from 0, from 1; at the end where it lies past the end."""
    lines = _LINE_END.split(text)
    if line >= len(lines):
        return len(lines), len(lines[-1]) + 1
    return line + 1, min(column, len(lines[line])) + 1


@dataclass(slots=True, eq=False)
class _Box:
    """A value under construction, with its place in the file."""

    value: Any
    line: int
    column: int
    key: tuple[str, int, int] | None = None
    key_marks: dict[str, tuple[int, int]] = field(default_factory=dict)


class _Builder:
    """Puts the parser's events together, one at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root_box = _Box(None, 1, 1)
        self._stack: list[_Box] = []
        self._anchors: dict[str, _Box] = {}
        self._documents = 0
        self.findings: list[Finding] = []

    @property
    def root(self) -> Any:
        return self.root_box.value

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._refuse(event, "yaml", "the file must hold one document; remove '---'")
            case yaml.ScalarEvent():
                self._check_tag(event)
                empty = event.value == "" and not event.style  # a plain scalar has style ''
                self._add(self._box(event, None if empty else event.value), event)
            case yaml.MappingStartEvent():
                self._open(event, {})
            case yaml.SequenceStartEvent():
                self._open(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._stack.pop()
            case yaml.AliasEvent():
                box = self._anchors.get(str(event.anchor))
                if box is None or box in self._stack:
                    self._refuse(event, "yaml", f"'*{event.anchor}' names no finished value")
                self._add(box, event)

    def _open(self, event: Any, value: Any) -> None:
        self._check_tag(event)
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, "too-large", f"values are nested deeper than {MAX_DEPTH} levels")
        box = self._box(event, value)
        self._add(box, event)
        self._stack.append(box)

    def _box(self, event: Any, value: Any) -> _Box:
        mark = event.start_mark
        box = _Box(value, mark.line + 1, mark.column + 1)
        if event.anchor:
            self._anchors[event.anchor] = box
        return box

    def _add(self, box: _Box, event: Any) -> None:
        if not self._stack:
            self.root_box = box
            return
        parent = self._stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(box)
        elif parent.key is None:
            self._begin_key(parent, box, event)
        else:
            name, line, column = parent.key
            parent.value[name] = box
            parent.key_marks[name] = (line, column)
            parent.key = None

    def _begin_key(self, parent: _Box, box: _Box, event: Any) -> None:
        name = box.value
        if not isinstance(name, str):
            self._refuse(event, "yaml", "a name is missing before ':'")
        if name == "<<":
            self._refuse(event, "yaml", "'<<' is not used here; share parts through a template")
        mark = event.start_mark
        if name in parent.value:
            first = parent.key_marks[name][0]
            message = f"'{name}' stands here a second time (first: line {first})"
            self.findings.append(
                Finding(self.name, mark.line + 1, mark.column + 1, "duplicate-key", message)
            )
        parent.key = (name, mark.line + 1, mark.column + 1)

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            self._refuse(event, "yaml", f"the tag '{event.tag}' is not used here; remove it")

    def _refuse(self, event: Any, code: str, message: str) -> NoReturn:
        mark = event.start_mark
        raise Refused(Finding(self.name, mark.line + 1, mark.column + 1, code, message))


class _Budget:
    """Bounds the number and the size of values, so that repeated aliases cannot swell."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = MAX_VALUES
        self._characters = MAX_CHARACTERS

    def spend(self, box: _Box) -> None:
        self._values -= 1
        if isinstance(box.value, str):
            self._characters -= len(box.value)
        if self._values < 0 or self._characters < 0:
            message = f"the file holds more than {MAX_VALUES} values, or too long ones"
            raise Refused(Finding(self.name, box.line, box.column, "too-large", message))


def _plain(
    box: _Box,
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
    if isinstance(box.value, dict):
        for name, mark in box.key_marks.items():
            keys[(*path, name)] = mark
        return {k: _plain(v, (*path, k), marks, keys, budget) for k, v in box.value.items()}
    if isinstance(box.value, list):
        return [_plain(v, (*path, i), marks, keys, budget) for i, v in enumerate(box.value)]
    return box.value
