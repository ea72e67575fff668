"""All clients' flows: which client answers a number, in which version.

The folder says which clients there are. Which version of a client is live, what earlier versions
were and who has which number, a `VersionStore` knows; without one the file's last good version is
live. A file that fails its check never replaces the one that works, and a call keeps the version
that it began with. Where the folder itself is away, those who were in it go on being answered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Generic

from ivr.adapters.files.flows.files import Stamp, shown, stamps
from ivr.adapters.files.flows.folder import client_files, nearly_client_files, unreadable_folders
from ivr.adapters.files.flows.load import Loaded, ReadTemplate, display_name, load, rebuild
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.flow import Flow, NodeT
from ivr.core.flow.holders import NumberHold
from ivr.core.flow.version_store import FilesAlone, VersionStore
from ivr.errors import FlowError, UnknownClient

GRACE_SECONDS = 10.0
"""A number that somebody else waits for is kept so long after its holder's file has gone: editors
and deployments take a file away for a moment."""


class FolderLibrary(Generic[NodeT]):
    """The flows of a folder. Safe to use from several threads. `clock` tells seconds."""

    def __init__(
        self,
        folder: Path,
        kinds: Mapping[str, type[NodeT]],
        store: VersionStore | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._kinds = kinds
        self._store = store or FilesAlone()
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: tuple[str, ...] | None = None
        self._loaded: list[Loaded[NodeT]] = []
        self._files: dict[str, Flow[NodeT]] = {}
        self._live: Mapping[str, str] = {}
        self._holds: Mapping[str, NumberHold] = {}
        self._unpublished = self._unsettled = False
        self._lost: set[tuple[str, str]] = set()
        self._stamps: dict[Path, Stamp] = {}
        self.away: str | None = None
        """Why the folder itself cannot be read; who was in it goes on being answered."""
        self._unread: dict[Path, str] = {}
        self._near: tuple[Finding, ...] = ()
        self._arrived: set[str] = set()
        self._left: dict[str, float] = {}
        self._contested: set[str] = set()
        self._current: dict[str, Flow[NodeT]] = {}
        self._versions: dict[tuple[str, str], Flow[NodeT]] = {}
        self._numbers: dict[str, str] = {}
        self.findings: tuple[Finding, ...] = ()
        self.refresh()

    def refresh(self) -> bool:
        """Look for changed files, and for other versions that are live now; whether there were any.

        Raises `FlowError` at first, where there is no such folder and nobody to answer for.
        """
        with self._lock:
            changed = self._look()
            if changed or self._unpublished:
                self._unpublished = not self._publish()
            live, holds = self._store.live(), self._store.holds()
            same = live is self._live and holds is self._holds
            if not (changed or self._lost or self._unsettled or self._grace_over()) and same:
                return False
            changed = changed or not same
            self._lost.clear()  # the store may have been away, or a file has been put back
            before, self._live = (self._current, self._numbers), live
            self._serve()
            return changed or (self._current, self._numbers) != before

    def _look(self) -> bool:
        """Read the folder if it has changed; whether it has."""
        unread: dict[Path, str] = {}
        try:
            found = dict(stamps(self._folder, unread))
            files = client_files(self._folder)
            away = self._emptied(found)
        except FlowError as error:
            away = str(error)
        if away is not None:
            return self._go_on_without(away)
        if (found, unread) == (self._stamps, self._unread) and self.away is None:
            return False
        self._stamps, self._unread, self.away = found, unread, None
        self._near = tuple(nearly_client_files(self._folder))
        self._read(files)
        return True

    def _emptied(self, found: Mapping[Path, Stamp]) -> str | None:
        """Why a folder without anything in it is not believed: it is where a disk was mounted."""
        known = self._clients or {hold.client for hold in self._store.holds().values()}
        if found or len(known) < 2:
            return None
        return (
            f"The folder of client files {self._folder} is empty, and there were {len(known)} "
            "clients in it. Put them back; if they have all left, leave agency.yaml there."
        )

    def _go_on_without(self, why: str) -> bool:
        """The folder is away: whoever was in it last stays, with what was live last."""
        if self.away == why:
            return False
        if self._clients is None:
            self._clients = tuple(sorted({h.client for h in self._store.holds().values()}))
            if not self._clients:
                raise FlowError(why)
        self.away = why
        return True

    def _read(self, files: Iterable[Path]) -> None:
        """Read the files; where one is broken, its last good version stays."""
        templates: dict[Path, ReadTemplate[NodeT]] = {}
        self._loaded = [load(path, self._kinds, templates=templates) for path in files]
        good: dict[str, Flow[NodeT]] = {}
        for each in self._loaded:
            flow = each.flow or self._files.get(each.client_id)
            if flow is not None:
                good[each.client_id] = flow
        self._files = good
        self._versions |= {(flow.client_id, flow.version): flow for flow in good.values()}
        before = set(self._clients or ())
        self._clients = tuple(each.client_id for each in self._loaded)
        self._arrived |= set(self._clients) - before
        left = {client: self._clock() for client in before.difference(self._clients)}
        self._left = {c: at for c, at in (left | self._left).items() if c not in self._clients}

    def _publish(self) -> bool:
        good = [each.flow for each in self._loaded if each.flow is not None]
        return self._store.publish_files(
            (flow.client_id, flow.version, flow.texts, self._folder / f"{flow.client_id}.yaml")
            for flow in good
        )

    def _grace_over(self) -> bool:
        return any(self._clock() - at >= GRACE_SECONDS for at in self._left.values())

    def _serve(self) -> None:
        """Put the live versions in service; where one is unknown, the file's."""
        current: dict[str, Flow[NodeT]] = {}
        claims: dict[str, frozenset[str] | None] = {}
        for client_id in self._clients or ():
            version = self._live.get(client_id)
            known = self._known(client_id, version) if version else None
            flow = known or self._files.get(client_id)
            told = flow is not None and (known is not None or version is None)
            claims[client_id] = frozenset(flow.client.numbers) if flow and told else None
            if flow is not None:
                current[client_id] = flow
        self._settle(claims)
        self._current = current
        self._numbers = {
            number: hold.client
            for number, hold in self._holds.items()
            if hold.client in current and number in current[hold.client].client.numbers
        }
        self.findings = tuple(sorted(self._found()))

    def _settle(self, claims: dict[str, frozenset[str] | None]) -> None:
        """Settle who has which number."""
        now = self._clock()
        self._left = {c: at for c, at in self._left.items() if now - at < GRACE_SECONDS}
        waited_for = {h.client for number, h in self._holds.items() if number in self._contested}
        for client_id in self._left.keys() & waited_for:
            claims[client_id] = None
        self._unsettled = not self._store.settle(claims, self._arrived)
        if not self._unsettled:
            self._arrived.clear()
        self._holds = self._store.holds()
        self._contested = {
            number
            for client_id, numbers in claims.items()
            for number in numbers or ()
            if number in self._holds and self._holds[number].client != client_id
        }

    def _found(self) -> Iterator[Finding]:
        """What is wrong with the folder and the files in it."""
        if self.away is not None:
            yield Finding(display_name(self._folder), 1, 1, "unreadable", self.away)
            return
        yield from self._near
        yield from unreadable_folders(self._unread)
        for each in self._loaded:
            yield from each.findings
        yield from taken_numbers(self._loaded, {n: h.client for n, h in self._holds.items()})
        yield from self._renamed()

    def _renamed(self) -> Iterator[Finding]:
        """A finding for each file that is another's, which is gone, under a new name."""
        gone = {client: v for client, v in self._live.items() if client not in self._current}
        for each in self._loaded:
            flow = each.flow
            old = next((c for c, v in gone.items() if flow and self._same(flow, c, v)), None)
            if old is not None:
                message = (
                    f"this is '{old}' under a new name: its history, messages and jobs are still "
                    f"under '{old}'; `python -m ivr rename {old} {each.client_id}` moves them"
                )
                yield Finding(each.file, 1, 1, "client-renamed", message, Severity.WARNING)

    def _same(self, flow: Flow[NodeT], client_id: str, version: str) -> bool:
        if flow.version == version:
            return True
        other = self._known(client_id, version)
        return (
            other is not None
            and other.client.name == flow.client.name
            and not set(other.client.numbers).isdisjoint(flow.client.numbers)
        )

    def _known(self, client_id: str, version: str) -> Flow[NodeT] | None:
        """A version from memory, else from the store; what is not there is looked for again at the
        next `refresh` only."""
        key = (client_id, version)
        found = self._versions.get(key)
        if found is not None or key in self._lost:
            return found
        texts = self._store.texts(client_id, version)
        if texts is not None:
            found = rebuild(client_id, version, texts, self._folder, self._kinds)
        if found is None:
            self._lost.add(key)
        else:
            self._versions[key] = found
        return found

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that kept a file from going live."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def clients(self) -> frozenset[str]:
        """Every client that has a file, good or not, by names that can be shown."""
        return frozenset(map(shown, self._clients or ()))

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
                message = (
                    f"{number} already belongs to '{shown(owner)}', which goes on answering it"
                )
                yield Finding(each.file, line, column, "number-taken", message)
