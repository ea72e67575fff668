"""All clients' flows: which client answers a number, in which version.

The folder says which clients there are. Which version of a client is live, and what earlier
versions were, a `VersionStore` knows; without one the file's last good version is live. A file that
fails its check never replaces the one that works, and a call keeps the version that it began with.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic, Protocol

from ivr.errors import FlowError, UnknownClient
from ivr.flow.audio import audio_files
from ivr.flow.findings import Finding, Severity, nearest
from ivr.flow.flow import Flow, NodeT
from ivr.flow.load import Loaded, load, rebuild

AGENCY_FILE = "agency.yaml"
Stamp = tuple[int, int, int]


class VersionStore(Protocol):
    """Keeps versions for all processes and machines. No method raises: what cannot be had is not
    there, and what cannot be kept is tried again."""

    def publish_files(self, found: Iterable[tuple[str, str, Mapping[str, str], Path]]) -> bool:
        """Publish what is new in client files: client, version, texts, the client's file. Whether
        the store could be used."""

    def live(self) -> Mapping[str, str]:
        """The live version of each client; the same object while nothing has changed."""

    def texts(self, client: str, version: str) -> Mapping[str, str] | None:
        """The files of a version, by path."""


class Library(Generic[NodeT]):
    """The flows of a folder. Safe to use from several threads."""

    def __init__(
        self, folder: Path, kinds: Mapping[str, type[NodeT]], store: VersionStore | None = None
    ) -> None:
        self._folder = folder
        self._kinds = kinds
        self._store = store
        self._lock = threading.Lock()
        self._loaded: list[Loaded[NodeT]] = []
        self._files: dict[str, Flow[NodeT]] = {}
        self._live: Mapping[str, str] = {}
        self._unpublished = False
        self._lost: set[tuple[str, str]] = set()
        self._stamps: dict[Path, Stamp] = {}
        self._current: dict[str, Flow[NodeT]] = {}
        self._versions: dict[tuple[str, str], Flow[NodeT]] = {}
        self._numbers: dict[str, str] = {}
        self.findings: tuple[Finding, ...] = ()
        self.refresh()

    def refresh(self) -> bool:
        """Look for changed files, and for other versions that are live now; whether there were any.

        Raises `FlowError` where there is no such folder.
        """
        if not self._folder.is_dir():
            raise FlowError(f"There is no folder of client files at {self._folder}; set IVR_FLOWS.")
        with self._lock:
            stamps = dict(_stamps(self._folder))
            changed = stamps != self._stamps
            if changed:
                self._read()
                self._stamps = stamps
            if self._store is not None and (changed or self._unpublished):
                self._unpublished = not self._publish(self._store)
            live = self._store.live() if self._store else self._live
            if not changed and live is self._live and not self._lost:
                return False
            changed = changed or live is not self._live
            self._lost.clear()  # the store may have been away, or a file has been put back
            before, self._live = self._current, live
            self._serve()
            return changed or self._current != before

    def _read(self) -> None:
        """Read the files; where one is broken, its last good version stays."""
        self._loaded = [load(path, self._kinds) for path in client_files(self._folder)]
        files: dict[str, Flow[NodeT]] = {}
        for each in self._loaded:
            flow = each.flow or self._files.get(each.client_id)
            if flow is not None:
                files[each.client_id] = flow
        self._files = files
        self._versions |= {(flow.client_id, flow.version): flow for flow in files.values()}

    def _publish(self, store: VersionStore) -> bool:
        good = [each.flow for each in self._loaded if each.flow is not None]
        return store.publish_files(
            (flow.client_id, flow.version, flow.texts, self._folder / f"{flow.client_id}.yaml")
            for flow in good
        )

    def _serve(self) -> None:
        """Put the live versions in service; where one is unknown, the file's."""
        current: dict[str, Flow[NodeT]] = {}
        for each in self._loaded:
            version = self._live.get(each.client_id)
            known = self._known(each.client_id, version) if version else None
            flow = known or self._files.get(each.client_id)
            if flow is not None:
                current[each.client_id] = flow
        numbers = self._owners(current)
        findings = [finding for each in self._loaded for finding in each.findings]
        findings.extend(taken_numbers(self._loaded, numbers))
        self._current = current
        self._numbers = numbers
        self.findings = tuple(sorted(findings))

    def _known(self, client_id: str, version: str) -> Flow[NodeT] | None:
        """A version from memory, else from the store; what is not there is looked for again at the
        next `refresh` only."""
        key = (client_id, version)
        found = self._versions.get(key)
        if found is not None or self._store is None or key in self._lost:
            return found
        texts = self._store.texts(client_id, version)
        if texts is not None:
            found = rebuild(client_id, version, texts, self._folder, self._kinds)
        if found is None:
            self._lost.add(key)
        else:
            self._versions[key] = found
        return found

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
        found = self._known(client_id, version) if version else None
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
