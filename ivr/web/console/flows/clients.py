"""What the console shows of the clients: how each one's file stands, and its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.files.flows.files import read_bytes
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.flows.load import display_name
from ivr.core.call.engine import CallFlow
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.source import MAX_BYTES
from ivr.core.nodes.base import Kind


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client in the list. `flow` is the version that answers calls, or None."""

    id: str
    flow: CallFlow | None
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The client's name, or its short one where the file was never good."""
        return self.flow.client.name if self.flow else self.id

    @property
    def broken(self) -> bool:
        """Whether the file as it stands now has errors."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def state(self) -> tuple[str, str]:
        """The state as a style's class, and in words."""
        if self.flow is None:
            return "bad", "broken: nobody answers"
        if self.broken:
            return "bad", "broken: the last good version answers"
        if self.findings:
            return "warned", "good, with warnings"
        return "good", "good"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as text. `anchor` begins the names of its lines in a page (`L`, `t1L`)."""

    name: str
    anchor: str
    lines: tuple[str, ...]


def client_rows(library: FolderLibrary[Kind], folder: Path) -> list[ClientRow]:
    """Every client that has a file or is answered, in order of names."""
    flows = {flow.client_id: flow for flow in library}
    ids = {*flows, *library.clients}
    rows = [client_row(library, folder, client_id, flows.get(client_id)) for client_id in ids]
    return sorted(rows, key=lambda row: (row.name.lower(), row.id))


def client_row(
    library: FolderLibrary[Kind], folder: Path, client_id: str, flow: CallFlow | None
) -> ClientRow:
    """One client, with what was found in its file and in the templates that it uses."""
    names = set(file_names(folder, client_id, flow))
    findings = tuple(finding for finding in library.findings if finding.file in names)
    return ClientRow(client_id, flow, findings)


def file_names(folder: Path, client_id: str, flow: CallFlow | None) -> list[str]:
    """The names of a client's files, as findings show them: its own, then its templates'."""
    own = display_name(folder / f"{client_id}.yaml")
    places = flow.places.values() if flow else ()
    return list(dict.fromkeys([own, *(place.file for place in places)]))


def anchors(names: Iterable[str]) -> dict[str, str]:
    """What begins the names of lines, by file."""
    return {name: f"t{index}L" if index else "L" for index, name in enumerate(names)}


def live_text(row: ClientRow, folder: Path) -> list[SourceFile]:
    """The text of a client's files: of the version that answers calls, or, where the files as they
    stand now have errors, of these, for whoever mends them. A file that is gone is left out."""
    live = row.flow.texts if row.flow and not row.broken else {}
    kept = {display_name(folder / path): text for path, text in live.items()}
    found = []
    for name, anchor in anchors(file_names(folder, row.id, row.flow)).items():
        text = kept[name] if name in kept else _on_disk(Path(name))
        if text is not None:
            found.append(SourceFile(name, anchor, tuple(text.splitlines())))
    return found


def version_text(client_id: str, texts: Mapping[str, str]) -> list[SourceFile]:
    """The texts of one version, by path in the folder of client files; the client's own first."""
    names = sorted(texts, key=lambda name: (name != f"{client_id}.yaml", name))
    return [SourceFile(name, f"{name}:", tuple(texts[name].splitlines())) for name in names]


def _on_disk(path: Path) -> str | None:
    try:
        return read_bytes(path, MAX_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:
        return None
