"""A client's file from disk: read, parsed, built and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from ivr.flow.build import Builder
from ivr.flow.check import check
from ivr.flow.document import TemplateFile
from ivr.flow.findings import Finding, Severity
from ivr.flow.flow import Flow, NodeT
from ivr.flow.parse import Parsed, parse_client, parse_template
from ivr.flow.source import Refused, Source, read_source


@dataclass(frozen=True, slots=True)
class Loaded(Generic[NodeT]):
    """What came of a file: a flow if it has no errors, and everything found."""

    client_id: str
    flow: Flow[NodeT] | None
    findings: tuple[Finding, ...]


def load(path: Path, kinds: Mapping[str, type[NodeT]]) -> Loaded[NodeT]:
    """Load the client file at `path`, with the templates it uses. Never raises for its content."""
    findings: list[Finding] = []
    texts: list[str] = []
    flow = _flow(path, kinds, findings, texts)
    found = tuple(sorted(set(findings)))
    broken = any(finding.severity is Severity.ERROR for finding in found)
    return Loaded(path.stem, None if broken else flow, found)


def _flow(
    path: Path,
    kinds: Mapping[str, type[NodeT]],
    findings: list[Finding],
    texts: list[str],
) -> Flow[NodeT] | None:
    source = _read(path, findings, texts)
    file = parse_client(source, kinds, findings) if source else None
    if file is None:
        return None
    templates: dict[str, Parsed[TemplateFile, NodeT]] = {}
    for index, name in enumerate(file.head.use):
        inner = (path.parent / name).resolve()
        if not inner.is_relative_to(path.parent.resolve()) or not inner.is_file():
            message = f"there is no template file '{name}' beside this file"
            findings.append(file.source.finding(("use", index), "template", message))
            continue
        template_source = _read(path.parent / name, findings, texts)
        if template_source and (parsed := parse_template(template_source, kinds, findings)):
            templates[parsed.head.template] = parsed
    version = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    builder = Builder(path.stem, version, file, templates, kinds, findings)
    flow = builder.build()
    findings.extend(check(builder))
    return flow


def _read(path: Path, findings: list[Finding], texts: list[str]) -> Source | None:
    name = display_name(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        message = f"the file cannot be read: {reason}"
        findings.append(Finding(name, 1, 1, "unreadable", message))
        return None
    texts.append(text)
    try:
        return read_source(name, text)
    except Refused as refused:
        findings.append(refused.finding)
        return None


def display_name(path: Path) -> str:
    """`path` as findings show it: relative to the current folder where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
