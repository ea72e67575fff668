"""Which version is live, on machines that share their records: any order of edits, breakages,
restarts, roll backs and plans."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flow_files import whole
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ivr.flow.library import Library
from ivr.nodes import KINDS
from ivr.nodes.base import Kind
from ivr.records import open_records
from ivr.records.database import migrate
from ivr.records.recorded_versions import RecordedVersions
from ivr.records.versions import FlowText, How, Publication

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
NUMBER = "+441632960001"
BROKEN = "schema: 1\nstart: nowhere\n"


def file_text(word: str) -> str:
    return whole(f"start: bye\nnodes: {{bye: {{hangup: {word}}}}}\n")


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

    def library(self, folder: Path) -> Library[Kind]:
        return Library(folder, KINDS, RecordedVersions(self.records, lambda: self.now))

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
        self.now += timedelta(minutes=1)
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
        self.records.withdraw("acme", "ann", self.now)
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
        texts = self.records.flow_texts("acme", version)
        assert texts is not None
        self.records.publish(FlowText("acme", version, texts, self.now, "ann"), publication)
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


class TestMachines(Machines.TestCase):
    """Any order of these acts."""

    settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
