"""A client's file from disk: read, parsed, built and checked."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Generic

import structlog

from ivr.adapters.files.flows.audio import client_audio, shelf
from ivr.adapters.files.flows.files import read_bytes, real, shown, why_missing
from ivr.core.flow.ahead import ahead
from ivr.core.flow.audio import AudioIndex
from ivr.core.flow.build import Builder
from ivr.core.flow.check import check, unreachable
from ivr.core.flow.check_texts import text_lengths
from ivr.core.flow.document import ClientFile, TemplateFile
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.flow import Flow, NodeT
from ivr.core.flow.parse import Parsed, parse_client, parse_template
from ivr.core.flow.source import MAX_BYTES, Source, read_source
from ivr.core.flow.staff import Staff
from ivr.core.flow.tree import Refused
from ivr.core.flow.types import AudioName, names_in

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReadTemplate(Generic[NodeT]):
    """What came of a template file: its source, its parts, what was found in it."""

    source: Source | None
    parts: Parsed[TemplateFile, NodeT] | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Loaded(Generic[NodeT]):
    """What came of a file: a flow if it has no errors, and everything found.

    `numbers` are the numbers that the file claims, with the line and column of each; `notes` tell
    what is good to know and no fault.
    """

    client_id: str
    file: str
    flow: Flow[NodeT] | None
    findings: tuple[Finding, ...]
    numbers: Mapping[str, tuple[int, int]]
    notes: tuple[Finding, ...] = ()


def load(
    path: Path,
    kinds: Mapping[str, type[NodeT]],
    now: datetime | None = None,
    templates: dict[Path, ReadTemplate[NodeT]] | None = None,
    folder: Path | None = None,
    staff: Staff | None = None,
) -> Loaded[NodeT]:
    """Load the client file at `path`, with the templates it uses. Never raises for its content.

    Templates and audio files lie in `folder`, by default beside the file. With `now` (aware), the
    days to come are looked at too, in the client's time zone. `templates` are those that were read
    already; give one mapping to all loads of a run, so that a template which many clients use is
    read once. `staff` are the agency's operators; without them, names of theirs are not compared.
    """
    read_templates = {} if templates is None else templates
    loading = _Loading(path, kinds, now, read_templates, folder or path.parent)
    loading.staff = staff
    try:
        return loading.load()
    except Exception as error:  # a defect of ours that one file meets must not stop the others
        name = display_name(path)
        log.exception("flow.load_failed", file=name)
        message = f"Tango failed to read this file ({type(error).__name__}); please report it"
        return Loaded(path.stem, name, None, (Finding(name, 1, 1, "unreadable", message),), {})


def rebuild(
    client_id: str,
    version: str,
    texts: Mapping[str, str],
    folder: Path,
    kinds: Mapping[str, type[NodeT]],
) -> Flow[NodeT] | None:
    """A flow again from the `texts` that it was made of, which lay in `folder`, by their paths.

    None where this Tango can no longer read them.
    """
    path = folder / f"{client_id}.yaml"
    flow = _Loading(path, kinds, None, {}, folder, texts).load().flow
    return replace(flow, version=version) if flow else None


class _Loading(Generic[NodeT]):
    """The loading of one file: what was read and found so far."""

    def __init__(
        self,
        path: Path,
        kinds: Mapping[str, type[NodeT]],
        now: datetime | None,
        templates: dict[Path, ReadTemplate[NodeT]],
        folder: Path,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self._path = path
        self._folder = folder
        self._texts = texts
        self._kinds = kinds
        self._now = now
        self._read_templates = templates
        self.staff: Staff | None = None
        self._sources: dict[str, Source] = {}
        self._findings: list[Finding] = []
        self._notes: list[Finding] = []

    def load(self) -> Loaded[NodeT]:
        name = display_name(self._path)
        if not _CLIENT_ID.fullmatch(self._path.stem):
            message = "rename the file: small letters, digits and -, such as rainbow-frost.yaml"
            found = (Finding(name, 1, 1, "schema", message),)
            return Loaded(self._path.stem, name, None, found, {})
        source = self._client_source()
        if source is not None:
            self._sources[self._path.name] = source
        file = parse_client(source, self._kinds, self._findings) if source else None
        flow = self._build(file) if file else None
        findings = tuple(sorted(set(self._findings)))
        numbers = _numbers(file) if file else {}
        good = None if _broken(findings) else flow
        return Loaded(self._path.stem, name, good, findings, numbers, tuple(self._notes))

    def _client_source(self) -> Source | None:
        if self._texts is None:
            return read(self._path, self._findings)
        return read_source(display_name(self._path), self._texts[self._path.name])

    def _build(self, file: Parsed[ClientFile, NodeT]) -> Flow[NodeT]:
        templates, complete = self._templates(file)
        audio = self._audio([file, *templates.values()])
        parts = [source.text for source in self._sources.values()]
        parts += [file.digest for file in audio.files.values()]
        version = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
        builder = Builder(
            self._path.stem, version, file, templates, complete, self._kinds, self._findings, audio
        )
        builder.staff = self.staff
        texts = {name: source.text for name, source in self._sources.items()}
        flow = replace(builder.build(), texts=texts)
        self._findings.extend(check(builder))
        if not _broken(self._findings):
            self._findings.extend(unreachable(builder))
            self._notes.extend(text_lengths(builder))
            if self._now is not None:
                today = self._now.astimezone(flow.client.timezone).date()
                self._findings.extend(ahead(builder, today))
        return flow

    def _audio(self, parts: Iterable[Parsed[Any, NodeT]]) -> AudioIndex:
        """The audio files that the client's file and its templates play."""
        models = [model for part in parts for model in (part.head.defaults, *part.nodes.values())]
        names = [name for model in models for _, name in names_in(model)]
        folder = client_audio(self._folder, self._path.stem)
        return shelf(folder, (name for name in names if isinstance(name, AudioName)))

    def _templates(
        self, file: Parsed[ClientFile, NodeT]
    ) -> tuple[dict[str, Parsed[TemplateFile, NodeT]], bool]:
        """The templates that the file uses, by name, and whether all of them could be read."""
        templates: dict[str, Parsed[TemplateFile, NodeT]] = {}
        complete = bool(file.head.use) or file.source.data.get("use") is None
        for index, name in enumerate(file.head.use):
            parsed = self._template(name, file.source, ("use", index))
            if parsed is None:
                complete = False
            elif parsed.head.template in templates:
                message = f"there is another template '{parsed.head.template}' in 'use'"
                self._findings.append(file.source.finding(("use", index), "template", message))
            else:
                templates[parsed.head.template] = parsed
        return templates, complete

    def _template(
        self, name: str, source: Source, place: tuple[str, int]
    ) -> Parsed[TemplateFile, NodeT] | None:
        found = self._found_template(name)
        if found is None:
            message = self._why_no_template(name)
            self._findings.append(source.finding(place, "template", message))
            return None
        self._findings.extend(found.findings)
        if found.source is not None:
            self._sources[name] = found.source
        return found.parts

    def _found_template(self, name: str) -> ReadTemplate[NodeT] | None:
        path = self._folder / name
        if self._texts is not None:
            text = self._texts.get(name)
            source = None if text is None else read_source(display_name(path), text)
            return _parsed_template(source, [], self._kinds) if source else None
        inner, folder = real(path), self._folder.resolve()
        if inner is None or not inner.is_relative_to(folder):
            return None
        found = self._read_templates.get(inner)
        if found is None:
            found = self._read_templates[inner] = read_template(path, self._kinds)
        return found

    def _why_no_template(self, name: str) -> str:
        inside = ".." not in Path(name).parts and not Path(name).is_absolute()
        why = why_missing(self._folder / name) if inside and self._texts is None else None
        if why is None:
            return f"there is no template file '{name}' beside this file"
        return f"the template file '{name}' cannot be read: {why}"


def read_template(path: Path, kinds: Mapping[str, type[NodeT]]) -> ReadTemplate[NodeT]:
    """The template at `path`. Never raises for its content."""
    findings: list[Finding] = []
    return _parsed_template(read(path, findings), findings, kinds)


def _parsed_template(
    source: Source | None, findings: list[Finding], kinds: Mapping[str, type[NodeT]]
) -> ReadTemplate[NodeT]:
    parts = parse_template(source, kinds, findings) if source else None
    return ReadTemplate(source, parts, tuple(findings))


def read(path: Path, findings: list[Finding]) -> Source | None:
    """The document at `path`; what keeps it from being read is added to `findings`."""
    name = display_name(path)
    try:
        return read_source(name, _text(path))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        findings.append(Finding(name, 1, 1, "unreadable", message))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = "the file cannot be read: it is not UTF-8 text; save it as UTF-8"
        findings.append(Finding(name, line, 1, "unreadable", message))
    except Refused as refused:
        findings.append(refused.finding)
    return None


_CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


def _text(path: Path) -> str:
    """The text of a file, or as much as shows that it is too large; a byte-order mark is let go."""
    content = read_bytes(path, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:  # may be cut within a character
        return content.decode("utf-8-sig", errors="replace")
    return content.decode("utf-8-sig")


def _numbers(file: Parsed[ClientFile, NodeT]) -> dict[str, tuple[int, int]]:
    path = ("client", "numbers")
    if path not in file.source.marks:
        return {}
    claimed: dict[str, tuple[int, int]] = {}
    for index, number in enumerate(file.head.client.numbers):
        place = file.source.finding((*path, index), "number-taken", "")
        claimed.setdefault(number, (place.line, place.column))
    return claimed


def _broken(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def display_name(path: Path) -> str:
    """`path` as findings show it: relative to the current folder where it lies below it."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - links are not followed: see files.py
    here = Path.cwd()
    return shown(whole.relative_to(here) if whole.is_relative_to(here) else path)
