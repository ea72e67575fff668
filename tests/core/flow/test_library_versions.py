"""Which version is live, on machines that share their records: any order of edits, breakages,
restarts, roll backs and plans."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import open_records
from ivr.adapters.sql.database import migrate
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.core.call.engine import CallFlow
from ivr.core.flow.publication import FlowText, How, Publication
from ivr.core.flow.version_store import FilesAlone
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind
from tests.flow_files import good, whole

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
NUMBER = "+441632960001"
BROKEN = "schema: 1\nstart: nowhere\n"


def file_text(word: str) -> str:
    return whole(f"start: bye\nnodes: {{bye: {{hangup: {word}}}}}\n")


class StoreThatComesAndGoes(FilesAlone):
    """A store with one version that is live, whose texts cannot always be had."""

    def __init__(self, flow: CallFlow) -> None:
        super().__init__()
        self.flow = flow
        self.away = False
        self.answers = {flow.client_id: flow.version}

    def publish_files(self, found: Iterable[tuple[str, str, Mapping[str, str], Path]]) -> bool:
        list(found)
        return not self.away

    def live(self) -> Mapping[str, str]:
        return self.answers

    def texts(self, client: str, version: str) -> Mapping[str, str] | None:
        known = (client, version) == (self.flow.client_id, self.flow.version)
        return self.flow.texts if known and not self.away else None


def test_a_version_that_could_not_be_had_is_served_once_it_can(tmp_path: Path) -> None:
    store = StoreThatComesAndGoes(good(tmp_path, file_text("elsewhere")))
    store.away = True
    good(tmp_path, file_text("here"))
    library = FolderLibrary(tmp_path, KINDS, store)
    assert "here" in library.flow("acme").texts["acme.yaml"]
    assert not library.refresh()
    store.away = False
    assert library.refresh()
    assert library.flow("acme").version == store.flow.version
    assert not library.refresh()


def test_a_call_whose_version_could_not_be_had_finds_it_later(tmp_path: Path) -> None:
    store = StoreThatComesAndGoes(good(tmp_path, file_text("elsewhere")))
    good(tmp_path, file_text("here"))
    store.answers, store.away = {}, True
    library = FolderLibrary(tmp_path, KINDS, store)
    assert library.flow("acme", store.flow.version).version != store.flow.version
    store.away = False
    assert not library.refresh()
    assert library.flow("acme", store.flow.version).version == store.flow.version


class Machines(RuleBasedStateMachine):
    """Two machines with folders of their own and one database; the model is a list of acts."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="tango-"))
        self.now = START
        url = f"sqlite:///{self.root / 'records.sqlite3'}"
        migrate(url)
        self.records = open_records(url)
        self.folders = [self.root / "one", self.root / "two"]
        for folder in self.folders:
            folder.mkdir()
        self.newest = ""
        self.versions: dict[str, str] = {}  # by the word that they say
        self.live: list[tuple[datetime, str]] = []  # from when on which word is said
        self.write("hello")
        self.libraries = [self.library(folder) for folder in self.folders]

    def library(self, folder: Path) -> FolderLibrary[Kind]:
        return FolderLibrary(folder, KINDS, RecordedVersions(self.records, lambda: self.now))

    def write(self, word: str) -> None:
        """Somebody writes the file on the first machine."""
        self.now += timedelta(minutes=1)
        self._put(self.folders[0], file_text(word), self.now)
        if word != self.newest:
            self.newest = word
            self.live.append((self.now, word))

    def _put(self, folder: Path, text: str, when: datetime) -> None:
        path = folder / "acme.yaml"
        path.write_text(text)
        os.utime(path, (when.timestamp(), when.timestamp()))

    def _refresh(self) -> None:
        for library in self.libraries:
            library.refresh()
        for library in self.libraries:
            library.refresh()  # what the other has published meanwhile

    @rule(word=st.sampled_from(["hello", "welcome", "ahoy"]))
    def edit(self, word: str) -> None:
        self.write(word)
        self._refresh()

    @rule()
    def disk_catches_up(self) -> None:
        """The second machine's copy of the folder comes to be as the first's."""
        shutil.copy2(self.folders[0] / "acme.yaml", self.folders[1] / "acme.yaml")
        self._refresh()

    @rule()
    def breaks_and_is_mended(self) -> None:
        """A file with errors changes nothing; put back as it was, it changes nothing either."""
        path = self.folders[0] / "acme.yaml"
        good, written = path.read_text(), path.stat().st_mtime_ns
        self._put(self.folders[0], BROKEN, self.now)
        self._refresh()
        assert self.libraries[0].errors
        self.agree()
        path.write_text(good)
        os.utime(path, ns=(written, written))
        self._refresh()

    @rule(which=st.integers(0, 1))
    def restart(self, which: int) -> None:
        if (self.folders[which] / "acme.yaml").exists():
            self.libraries[which] = self.library(self.folders[which])

    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        word = data.draw(st.sampled_from(sorted(self.versions)))
        self.now += timedelta(minutes=1)
        self._publish(word, self.now, "rollback")

    @rule(data=st.data(), minutes=st.integers(2, 20))
    def plan(self, data: st.DataObject, minutes: int) -> None:
        word = data.draw(st.sampled_from(sorted(self.versions)))
        self._publish(word, self.now + timedelta(minutes=minutes), "publish")

    @rule()
    def withdraw(self) -> None:
        self.records.versions.withdraw("acme", "ann", self.now)
        self.live = [act for act in self.live if act[0] <= self.now]
        self._refresh()

    @rule(minutes=st.integers(1, 30))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._refresh()

    def _publish(self, word: str, live_from: datetime, how: How) -> None:
        version = self.versions[word]
        publication = Publication(
            client="acme",
            version=version,
            live_from=live_from,
            published_at=self.now,
            by="ann",
            how=how,
        )
        texts = self.records.versions.texts("acme", version)
        assert texts is not None
        self.records.versions.publish(
            FlowText("acme", version, texts, self.now, "ann"), publication
        )
        self.live.append((live_from, word))
        self._refresh()

    @invariant()
    def agree(self) -> None:
        """Every machine that has the client answers with what was made live last."""
        begun = [act for act in enumerate(self.live) if act[1][0] <= self.now]
        _, (_, word) = max(begun, key=lambda act: (act[1][0], act[0]))
        for folder, library in zip(self.folders, self.libraries, strict=True):
            flow = library.answering(NUMBER)
            if not (folder / "acme.yaml").exists():
                assert flow is None
                continue
            assert flow is not None
            assert word in flow.texts["acme.yaml"]
            self.versions[word] = flow.version

    def teardown(self) -> None:
        self.records.close()
        shutil.rmtree(self.root)


class TestMachines(Machines.TestCase):  # type: ignore[misc,valid-type]  # hypothesis makes it
    """Any order of these acts."""

    settings = settings(max_examples=40, stateful_step_count=15)
