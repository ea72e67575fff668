"""The parser's events → a tree of boxes, each with its place, without recursion.

What is YAML and was hardly meant so (slips.py) is found on the way, and mended where it is plain
what was meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import yaml

from ivr.core.flow import odd_spaces, slips
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.not_yaml import LINE_END

MAX_DEPTH = 20


class Refused(Exception):
    """The text is not a document that can be read; carries its finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


@dataclass(slots=True, eq=False)
class TreeBox:
    """A value under construction, with its place in the file."""

    value: Any
    line: int
    column: int
    key: tuple[str, int, int] | None = None
    key_marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    behind: str = ""
    """The rest of the line behind a value without quotes."""
    flow: bool = False
    """Whether it is a mapping in braces."""
    key_span: tuple[int, int] = (0, 0)
    """Where the name that waits for its value begins and ends in the text."""
    words: tuple[str, int] | None = None
    """In braces: the name of the last value without quotes, and where that begins."""
    cut: int | None = None
    """Which finding says that these words are cut off."""


class TreeBuilder:
    """Puts the parser's events together, one at a time."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._text = text
        self.root_box = TreeBox(None, 1, 1)
        self._stack: list[TreeBox] = []
        self._anchors: dict[str, TreeBox] = {}
        self._unused: dict[str, tuple[str, int]] = {}
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
            case yaml.DocumentEndEvent():
                for words, start in self._unused.values():
                    self._slip(slips.cut_by_ampersand(words), start, Severity.ERROR)
            case yaml.ScalarEvent():
                self._check_tag(event)
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._open(event, {})
            case yaml.SequenceStartEvent():
                self._open(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._stack.pop()
            case yaml.AliasEvent():
                self._unused.pop(str(event.anchor), None)
                box = self._anchors.get(str(event.anchor))
                if box is None or box in self._stack:
                    self._refuse(event, "yaml", f"'*{event.anchor}' names no finished value")
                self._add(box, event)

    def _open(self, event: Any, value: Any) -> None:
        self._check_tag(event)
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, "too-large", f"values are nested deeper than {MAX_DEPTH} levels")
        box = self._box(event, value)
        box.flow = bool(event.flow_style)
        self._add(box, event)
        self._stack.append(box)

    def _scalar(self, event: Any) -> None:
        """A text, or nothing where one could stand; as a name or as a value."""
        parent = self._stack[-1] if self._stack else None
        is_key = parent is not None and isinstance(parent.value, dict) and parent.key is None
        plain = not event.style  # a plain scalar has style ''
        start, end = event.start_mark.index, event.end_mark.index
        raw = self._text[start:end]
        if plain and event.anchor:
            self._unused[str(event.anchor)] = raw, start
        if plain and not is_key and parent and parent.flow and self._is_cut(parent, start, end):
            return
        if plain and is_key and odd_spaces.ODD.match(raw) and parent and not parent.flow:
            what = odd_spaces.advice(raw[0])
            self._refuse(event, "yaml", f"this is not YAML: the line begins with {what}")
        value, found = slips.read(event.value, raw, plain)
        for slip in found:
            self._slip(slip, start, Severity.ERROR if is_key else Severity.WARNING)
        box = self._box(event, value if value or event.style else None)
        if plain and not is_key:
            box.behind = self._text[end : self._text.find("\n", end) + 1 or None].rstrip()
            self._stuck_together(parent, box, raw, start)
        if parent and is_key:
            parent.key_span = start, end
        elif parent and parent.flow and parent.key:
            parent.words, parent.cut = (parent.key[0], start) if plain and raw else None, None
        self._add(box, event)

    def _is_cut(self, parent: TreeBox, start: int, end: int) -> bool:
        """Whether the last name in braces is none, but the rest of the words before a comma, or a
        name with its value. Then it is put where it belongs."""
        began, ended = parent.key_span
        name = self._text[began:ended]
        has_colon = ":" in self._text[ended : max(start, ended)] or start > ended
        if parent.key is None or not name:
            return False
        if not has_colon and (mended := slips.missing_space(name)):
            key, value, slip = mended
            self._slip(slip, began, Severity.ERROR)
            parent.value[key] = TreeBox(value, *parent.key[1:])
            parent.key_marks[key] = parent.key[1:]
        elif parent.words and (not has_colon or " " in name.strip()):
            key, first = parent.words
            slip = slips.cut_by_comma(key, self._text[first:end])
            if parent.cut is None:
                parent.cut = len(self.findings)
                self._slip(slip, began, Severity.ERROR)
            else:  # it goes on
                self.findings[parent.cut] = replace(self.findings[parent.cut], message=slip.message)
        elif not has_colon and not parent.value and self._text[end:].lstrip(" ")[:1] == "}":
            placeholder = slips.bare_placeholder(name)
            if placeholder is None:
                return False
            self._slip(placeholder, self._text.rfind("{", 0, began), Severity.ERROR)
            parent.value = f"{{{name}}}"
        else:
            return False
        parent.key = None
        return True

    def _stuck_together(self, parent: TreeBox | None, box: TreeBox, raw: str, start: int) -> None:
        """A value that should have been a name and a value: `say:Hello` on a line of its own."""
        own_line = parent is not None and (
            isinstance(parent.value, list) or (parent.key is not None and parent.key[1] < box.line)
        )
        if own_line and raw[:1].islower() and (found := slips.missing_space(raw)):
            self._slip(found[2], start, Severity.ERROR)

    def _slip(self, slip: slips.Slip, start: int, severity: Severity = Severity.WARNING) -> None:
        """Note a slip in what begins at `start`."""
        before = LINE_END.split(self._text[: start + slip.at])
        place = (self.name, len(before), len(before[-1]) + 1)
        self.findings.append(Finding(*place, slip.code, slip.message, severity))

    def _box(self, event: Any, value: Any) -> TreeBox:
        mark = event.start_mark
        box = TreeBox(value, mark.line + 1, mark.column + 1)
        if event.anchor:
            self._anchors[event.anchor] = box
        return box

    def _add(self, box: TreeBox, event: Any) -> None:
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

    def _begin_key(self, parent: TreeBox, box: TreeBox, event: Any) -> None:
        name = box.value
        if not isinstance(name, str):
            twice = parent.flow and box.flow and isinstance(name, dict)
            why = "one brace is enough; write { … }" if twice else "a name is missing before ':'"
            self._refuse(event, "yaml", why)
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
