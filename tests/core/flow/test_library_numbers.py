"""Which client has a number, over any history of edits, removals and restarts on two machines."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ivr.adapters.files.flows.library import GRACE_SECONDS, FolderLibrary
from ivr.adapters.files.known_versions import KnownVersionsFile
from ivr.adapters.sql import SqlRecords, open_records
from ivr.adapters.sql.database import migrate
from ivr.adapters.sql.flows.read_versions import ReadVersions
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
NUMBERS = ("+441632960601", "+441632960602")
CLIENTS = ("acme", "harwood", "northgate")


def text(*numbers: str, words: str = "Hello.") -> str:
    listed = ", ".join(f'"{number}"' for number in numbers)
    head = f"schema: 1\nclient: {{name: A, numbers: [{listed}]}}\n"
    return f"{head}start: a\nnodes: {{a: {{hangup: {words}}}}}\n"


class Agency:
    """One database, and machines with a folder of client files each. Their clock is ours."""

    def __init__(self, root: Path, machines: int = 1) -> None:
        self.root = root
        url = f"sqlite:///{root / 'records.sqlite3'}"
        migrate(url)
        self.records: SqlRecords = open_records(url)
        self.now = START
        self.folders = [root / str(number) for number in range(machines)]
        for folder in self.folders:
            folder.mkdir()
            (folder / "agency.yaml").write_text("agency: {name: Larkfield}\n")
        self.libraries = [self.started(number) for number in range(machines)]

    def started(self, machine: int) -> FolderLibrary[Kind]:
        file = KnownVersionsFile(self.root / f"versions-{machine}.json")
        store = RecordedVersions(self.records, lambda: self.now, f"machine {machine}", file)
        return FolderLibrary(self.folders[machine], KINDS, store, self.seconds)

    def seconds(self) -> float:
        return (self.now - START).total_seconds()

    def restart(self, machine: int = 0) -> None:
        self.libraries[machine] = self.started(machine)

    def write(self, client: str, content: str | None, machine: int = 0) -> None:
        path = self.folders[machine] / f"{client}.yaml"
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(content)
            os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    def look(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)
        for library in self.libraries:
            library.refresh()

    def answering(self, number: str, machine: int = 0) -> str | None:
        flow = self.libraries[machine].answering(number)
        return flow.client_id if flow else None


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    made = Agency(tmp_path)
    yield made
    made.records.close()


def copied(agency: Agency) -> None:
    """Northgate has a number; a copy of its file, made later, comes before it by name."""
    agency.write("northgate", text(NUMBERS[0]))
    agency.write("harwood", text(NUMBERS[1]))
    agency.look()
    agency.write("harwood", text(*reversed(NUMBERS)))
    agency.look()


def test_a_copied_file_is_refused_while_running_and_after_a_restart(agency: Agency) -> None:
    copied(agency)
    for _ in range(3):
        assert agency.answering(NUMBERS[0]) == "northgate"
        (finding,) = agency.libraries[0].errors
        assert finding.message.startswith(f"{NUMBERS[0]} already belongs to 'northgate'")
        agency.restart()


def test_who_only_looks_says_the_same_of_who_is_refused(agency: Agency) -> None:
    copied(agency)
    store = ReadVersions(agency.records, lambda: agency.now)
    looking = FolderLibrary(agency.folders[0], KINDS, store)
    assert looking.findings == agency.libraries[0].findings
    agency.write("northgate", text("+441632960609"))
    looking.refresh()
    assert looking.findings == ()
    assert agency.answering(NUMBERS[0]) == "northgate"  # looking has changed nothing


def test_records_from_before_holders_were_kept_give_it_to_who_has_named_it_longest(
    agency: Agency,
) -> None:
    copied(agency)
    agency.write("northgate", text(NUMBERS[0], words="Good morning."))
    agency.look()
    agency.records.versions.release(NUMBERS[0])
    agency.restart()
    assert agency.answering(NUMBERS[0]) == "northgate"


def test_a_broken_file_gives_nothing_up_even_over_a_restart(agency: Agency) -> None:
    copied(agency)
    agency.write("northgate", "client: [")
    agency.look()
    agency.restart()
    assert agency.answering(NUMBERS[0]) == "northgate"


def test_a_file_that_is_taken_away_for_a_moment_gives_nothing_up(agency: Agency) -> None:
    copied(agency)
    agency.write("northgate", None)
    agency.look()
    assert agency.answering(NUMBERS[0]) is None
    agency.write("northgate", text(NUMBERS[0]))
    agency.look()
    assert agency.answering(NUMBERS[0]) == "northgate"


def test_a_file_that_stays_away_gives_its_numbers_up(agency: Agency) -> None:
    copied(agency)
    agency.write("northgate", None)
    agency.look()
    agency.look(GRACE_SECONDS)
    assert agency.answering(NUMBERS[0]) == "harwood"
    assert agency.libraries[0].errors == ()


def test_a_file_under_a_new_name_has_its_number_at_once_and_it_is_said(agency: Agency) -> None:
    agency.write("northgate", text(NUMBERS[0]))
    agency.look()
    folder = agency.folders[0]
    (folder / "northgate.yaml").rename(folder / "northgate-ltd.yaml")
    agency.look()
    assert agency.answering(NUMBERS[0]) == "northgate-ltd"
    (finding,) = agency.libraries[0].findings
    assert "`python -m ivr rename northgate northgate-ltd`" in finding.message
    assert agency.libraries[0].errors == ()


@contextmanager
def folder_away(agency: Agency, how: str) -> Iterator[None]:
    folder = agency.folders[0]
    aside = folder.with_name("aside")
    folder.rename(aside)
    if how == "empty":
        folder.mkdir()
    yield
    if how == "empty":
        folder.rmdir()
    aside.rename(folder)


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_while_the_folder_is_away_everybody_is_answered_even_after_a_restart(
    how: str, agency: Agency
) -> None:
    copied(agency)
    with folder_away(agency, how):
        for _ in range(2):
            agency.look()
            assert agency.answering(NUMBERS[0]) == "northgate"
            assert agency.answering(NUMBERS[1]) == "harwood"
            (finding,) = agency.libraries[0].errors
            assert "folder of client files" in finding.message
            agency.restart()
    agency.look()
    assert [finding.code for finding in agency.libraries[0].errors] == ["number-taken"]
    assert agency.answering(NUMBERS[0]) == "northgate"


def test_a_restart_without_the_records_answers_every_number_as_before(agency: Agency) -> None:
    agency.write("harwood", text(NUMBERS[0]))
    agency.look()
    agency.write("acme", text(NUMBERS[0]))
    agency.look()
    agency.records.close()
    agency.records = open_records(f"sqlite:///{agency.root}/nothing/there.sqlite3")
    agency.restart()
    agency.look()
    assert agency.answering(NUMBERS[0]) == "harwood", "though acme comes first by name"


def test_without_the_records_no_number_moves(agency: Agency, tmp_path: Path) -> None:
    copied(agency)
    agency.records.close()  # so that the next query opens the file again
    for kept in tmp_path.glob("records.sqlite3*"):
        kept.unlink()
    (tmp_path / "records.sqlite3").mkdir()
    agency.write("northgate", text("+441632960609"))
    agency.write("acme", text("+441632960605", NUMBERS[0]))
    agency.look()
    assert agency.answering(NUMBERS[0]) == "northgate"
    assert agency.answering("+441632960605") == "acme"


class Histories(RuleBasedStateMachine):
    """Any history. The model knows the holder of each number by the rule alone."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="tango-"))
        self.agency = Agency(self.root, machines=2)
        self.files: dict[str, frozenset[str]] = {}
        self.had: dict[str, str] = {}

    @rule(
        client=st.sampled_from(CLIENTS), numbers=st.frozensets(st.sampled_from(NUMBERS), min_size=1)
    )
    def publish(self, client: str, numbers: frozenset[str]) -> None:
        """A file is written, and reaches both machines."""
        self.agency.now += timedelta(seconds=2)
        self.files[client] = numbers
        for machine in (0, 1):
            self.agency.write(client, text(*sorted(numbers)), machine)
        self._looked()

    @rule(client=st.sampled_from(CLIENTS))
    def remove(self, client: str) -> None:
        self.files.pop(client, None)
        for machine in (0, 1):
            self.agency.write(client, None, machine)
        self._looked()
        self.agency.look(GRACE_SECONDS)
        self._looked()

    @rule(client=st.sampled_from(CLIENTS))
    def break_and_mend(self, client: str) -> None:
        if client in self.files:
            self.agency.write(client, "client: [")
            self._looked()
            self.agency.write(client, text(*sorted(self.files[client])))
            self._looked()

    @rule(machines=st.sampled_from([(0,), (1,), (0, 1), (1, 0)]))
    def restart(self, machines: tuple[int, ...]) -> None:
        for machine in machines:
            self.agency.restart(machine)

    @rule(machine=st.sampled_from([0, 1]))
    def look_alone(self, machine: int) -> None:
        self.agency.libraries[machine].refresh()

    def _looked(self) -> None:
        for _ in range(2):
            self.agency.look()

    @invariant()
    def each_number_has_one_client_and_it_is_the_holder(self) -> None:
        for number in NUMBERS:
            named = {client for client, numbers in self.files.items() if number in numbers}
            answering = {self.agency.answering(number, machine) for machine in (0, 1)}
            assert len(answering) == 1, (number, answering)
            (holder,) = answering
            assert holder in named if named else holder is None
            if self.had.get(number) in named:
                assert holder == self.had[number]
            if holder is None:
                self.had.pop(number, None)
            else:
                self.had[number] = holder

    def teardown(self) -> None:
        self.agency.records.close()
        shutil.rmtree(self.root)


class TestHistories(Histories.TestCase):  # type: ignore[misc,valid-type]  # hypothesis makes it
    """Any order of these acts."""

    settings = settings(max_examples=8, stateful_step_count=8, deadline=None)
