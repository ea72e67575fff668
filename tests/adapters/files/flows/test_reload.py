"""Live reload: good files serve new calls, broken ones change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.flows.reload import look
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind

NUMBER = "+441632960000"
FILE = """\
schema: 1
client: {{name: {name}, numbers: "{number}"}}
start: bye
nodes: {{bye: {{hangup: Goodbye.}}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.yaml").write_text(FILE.format(name="Acme", number=NUMBER))
    return tmp_path


@pytest.fixture
def library(folder: Path) -> FolderLibrary[Kind]:
    return FolderLibrary(folder, KINDS)


def name_of(library: FolderLibrary[Kind]) -> str:
    flow = library.answering(NUMBER)
    assert flow is not None
    return flow.client.name


def test_a_changed_file_serves_new_calls_and_calls_in_progress_keep_theirs(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    before = library.flow("acme").version
    (folder / "acme.yaml").write_text(FILE.format(name="Acme Limited", number=NUMBER))
    assert look(library)
    assert name_of(library) == "Acme Limited"
    assert library.flow("acme", before).client.name == "Acme"


def test_a_broken_file_leaves_the_last_good_version_and_is_loud(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    (folder / "acme.yaml").write_text("client: [")
    assert look(library)
    assert name_of(library) == "Acme"
    assert [finding.code for finding in library.errors] == ["yaml"]


def test_nothing_is_read_again_while_nothing_changes(library: FolderLibrary[Kind]) -> None:
    assert not look(library)


def test_a_folder_that_has_gone_changes_nothing(folder: Path, library: FolderLibrary[Kind]) -> None:
    (folder / "acme.yaml").unlink()
    folder.rmdir()
    look(library)
    assert name_of(library) == "Acme"
    assert not look(library), "it is said once"
