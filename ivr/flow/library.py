"""All clients' flows: which client answers a number, in which version.

A file that fails its check never replaces the one that works. A call keeps the version that it
began with, so earlier versions stay known for as long as the process lives.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic

from ivr.errors import FlowError, UnknownClient
from ivr.flow.audio import audio_files
from ivr.flow.findings import Finding, Severity, nearest
from ivr.flow.flow import Flow, NodeT
from ivr.flow.load import Loaded, load

AGENCY_FILE = "agency.yaml"
Stamp = tuple[int, int, int]


class Library(Generic[NodeT]):
    """The flows of a folder. Safe to use from several threads."""

    def __init__(self, folder: Path, kinds: Mapping[str, type[NodeT]]) -> None:
        self._folder = folder
        self._kinds = kinds
        self._lock = threading.Lock()
        self._stamps: dict[Path, Stamp] = {}
        self._current: dict[str, Flow[NodeT]] = {}
        self._versions: dict[tuple[str, str], Flow[NodeT]] = {}
        self._numbers: dict[str, str] = {}
        self.findings: tuple[Finding, ...] = ()
        self.refresh()

    def refresh(self) -> bool:
        """Read the folder again if a file in it has changed; whether it had.

        Raises `FlowError` where there is no such folder.
        """
        if not self._folder.is_dir():
            raise FlowError(f"There is no folder of client files at {self._folder}; set IVR_FLOWS.")
        with self._lock:
            stamps = dict(_stamps(self._folder))
            if stamps == self._stamps:
                return False
            self._take([load(path, self._kinds) for path in client_files(self._folder)])
            self._stamps = stamps
            return True

    def _take(self, loaded: list[Loaded[NodeT]]) -> None:
        """Put the good flows in service; where one is broken, its last good version stays."""
        findings = [finding for each in loaded for finding in each.findings]
        current: dict[str, Flow[NodeT]] = {}
        for each in loaded:
            flow = each.flow or self._current.get(each.client_id)
            if flow is not None:
                current[each.client_id] = flow
        numbers = self._owners(current)
        findings.extend(taken_numbers(loaded, numbers))
        self._current = current
        self._versions |= {(flow.client_id, flow.version): flow for flow in current.values()}
        self._numbers = numbers
        self.findings = tuple(sorted(findings))

    def _owners(self, current: Mapping[str, Flow[NodeT]]) -> dict[str, str]:
        """Which client answers each number: whoever had it already, else the first in order."""
        claims = {client_id: flow.client.numbers for client_id, flow in current.items()}
        owners = {
            number: owner
            for number, owner in self._numbers.items()
            if number in claims.get(owner, ())
        }
        for client_id, numbers in claims.items():
            for number in numbers:
                owners.setdefault(number, client_id)
        return owners

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that kept a file from going live."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    def __iter__(self) -> Iterator[Flow[NodeT]]:
        return iter(self._current.values())

    def answering(self, number: str) -> Flow[NodeT] | None:
        """The flow of the client whose number this is (E.164), or None."""
        client_id = self._numbers.get(number)
        return self._current.get(client_id) if client_id else None

    def plays(self, client_id: str, audio: str, digest: str) -> bool:
        """Whether a version of the client's flow plays an audio file with this content."""
        return any(
            (found := flow.audio.get(audio)) is not None and found.digest == digest
            for (owner, _), flow in list(self._versions.items())
            if owner == client_id
        )

    def flow(self, client_id: str, version: str | None = None) -> Flow[NodeT]:
        """A client's flow, in `version` where that is still known, else the current one.

        Raises `UnknownClient`.
        """
        found = self._versions.get((client_id, version)) if version else None
        found = found or self._current.get(client_id)
        if found is None:
            raise UnknownClient(f"There is no client '{client_id}' in {self._folder}.")
        return found


def client_files(folder: Path) -> list[Path]:
    """The client files of a folder, in order of their names; hidden files are none."""
    return sorted(path for path in folder.glob("[!.]*.yaml") if path.name != AGENCY_FILE)


def client_file(folder: Path, name: str) -> Path:
    """The file of the client `name`, or the file of that name. Raises `UnknownClient`."""
    files = {path.stem: path for path in client_files(folder)}
    if name in files:
        return files[name]
    path = Path(name)
    if path.suffix == ".yaml" and path.is_file():
        return path
    raise UnknownClient(f"There is no client '{name}' in {folder}{nearest(name, files)}.")


def taken_numbers(
    loaded: Iterable[Loaded[NodeT]], owners: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """A finding for each number that a file claims and another client has.

    `owners` says which client has a number; by default it is the first file that claims it.
    """
    known = dict(owners or {})
    for each in loaded:
        for number, (line, column) in each.numbers.items():
            owner = known.setdefault(number, each.client_id)
            if owner != each.client_id:
                message = f"{number} already belongs to '{owner}', which goes on answering it"
                yield Finding(each.file, line, column, "number-taken", message)


def _stamps(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    """What tells one content of a file from another, of every file of the folder."""
    for path in (*folder.rglob("[!.]*.yaml"), *audio_files(folder)):
        try:
            found = path.stat()
        except OSError:  # it has just been renamed, or leads nowhere: reading it will tell
            yield path, (0, 0, 0)
        else:
            yield path, (found.st_mtime_ns, found.st_size, found.st_ino)
