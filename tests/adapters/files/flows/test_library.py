"""The flows of a folder: the last good version answers, and a number stays where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivr.adapters.files.flows.folder import client_files
from ivr.adapters.files.flows.library import FolderLibrary, taken_numbers
from ivr.adapters.files.flows.load import load
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind
from ivr.errors import FlowError, UnknownClient

ONE, TWO = "+441632960001", "+441632960002"
AFTER = "schema: 1\ntemplate: after\nstart: a\nnodes: {a: {say: Closed., next: return}}\n"


def client(*numbers: str, words: str = "Hello.") -> str:
    """A client's file."""
    listed = ", ".join(f'"{number}"' for number in numbers)
    return (
        f"schema: 1\nclient: {{name: Acme, numbers: [{listed}]}}\nuse: templates/after.yaml\n"
        f"start: a\nnodes: {{a: {{say: {words}, next: b}}, b: {{call: after, next: c}}, "
        "c: {hangup: Bye.}}\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two clients, a template and the agency's own file."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "after.yaml").write_text(AFTER)
    (tmp_path / "bell.yaml").write_text(client(ONE))
    (tmp_path / "cole.yaml").write_text(client(TWO))
    (tmp_path / "agency.yaml").write_text("agency: {name: Larkfield}\n")
    return tmp_path


@pytest.fixture
def library(folder: Path) -> FolderLibrary[Kind]:
    """The library of that folder."""
    return FolderLibrary(folder, KINDS)


def owner(library: FolderLibrary[Kind], number: str) -> str | None:
    """The client who answers a number."""
    flow = library.answering(number)
    return flow.client_id if flow else None


def test_a_number_is_answered_by_its_client(library: FolderLibrary[Kind]) -> None:
    assert owner(library, ONE) == "bell"
    assert owner(library, TWO) == "cole"
    assert owner(library, "+441632960009") is None


def test_neither_the_agency_nor_a_template_nor_a_hidden_file_is_a_client(folder: Path) -> None:
    (folder / ".bell.yaml").write_text("an editor's copy")
    assert [path.name for path in client_files(folder)] == ["bell.yaml", "cole.yaml"]


def test_an_unknown_client_is_told_apart(library: FolderLibrary[Kind]) -> None:
    with pytest.raises(UnknownClient, match="no client 'dunn'"):
        library.flow("dunn")


def test_a_folder_that_is_not_there_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match="IVR_FLOWS"):
        FolderLibrary(tmp_path / "nowhere", KINDS)


def test_what_has_not_changed_is_not_read_again(library: FolderLibrary[Kind]) -> None:
    assert not library.refresh()


def test_a_changed_file_goes_live(folder: Path, library: FolderLibrary[Kind]) -> None:
    before = library.flow("bell").version
    (folder / "bell.yaml").write_text(client(ONE, words="Good morning."))
    assert library.refresh()
    assert library.flow("bell").version != before


def test_a_file_put_in_place_with_its_old_time_is_noticed(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    old = (folder / "bell.yaml").stat()
    new = folder / "new"
    new.write_text(client(ONE, words="Howdy."))
    os.utime(new, ns=(old.st_atime_ns, old.st_mtime_ns))
    new.rename(folder / "bell.yaml")
    assert library.refresh()


def test_a_changed_template_changes_the_clients_that_use_it(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    before = {flow.client_id: flow.version for flow in library}
    (folder / "templates" / "after.yaml").write_text(AFTER.replace("Closed", "Shut"))
    assert library.refresh()
    after = {flow.client_id: flow.version for flow in library}
    assert all(after[client_id] != before[client_id] for client_id in before)


def test_a_broken_file_does_not_replace_the_one_that_works(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    before = library.flow("bell")
    (folder / "bell.yaml").write_text(client(ONE).replace("next: c}", "next: d}"))
    library.refresh()
    assert library.flow("bell") is before
    assert owner(library, ONE) == "bell"
    assert [finding.code for finding in library.errors] == ["unknown-node"]


def test_a_broken_template_changes_nothing_either(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    before = {flow.client_id: flow.version for flow in library}
    (folder / "templates" / "after.yaml").write_text("template: [")
    library.refresh()
    assert {flow.client_id: flow.version for flow in library} == before
    assert library.errors


def test_a_mended_file_goes_live_and_its_findings_go(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    (folder / "bell.yaml").write_text("client: [")
    library.refresh()
    (folder / "bell.yaml").write_text(client(ONE, words="Mended."))
    library.refresh()
    assert library.findings == ()


def test_a_client_whose_file_is_gone_is_answered_no_more(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    (folder / "bell.yaml").unlink()
    library.refresh()
    assert owner(library, ONE) is None
    with pytest.raises(UnknownClient):
        library.flow("bell")


def test_a_call_finds_the_version_that_it_began_with(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    before = library.flow("bell")
    (folder / "bell.yaml").write_text(client(ONE, words="Good morning."))
    library.refresh()
    assert library.flow("bell", before.version) is before
    assert library.flow("bell", "unheard-of").version == library.flow("bell").version


@pytest.mark.parametrize("newcomer", ["acme", "dunn"])
def test_a_number_stays_with_the_client_who_had_it(
    folder: Path, library: FolderLibrary[Kind], newcomer: str
) -> None:
    (folder / f"{newcomer}.yaml").write_text(client("+441632960003", ONE))
    library.refresh()
    assert owner(library, ONE) == "bell"
    assert owner(library, "+441632960003") == newcomer
    (finding,) = library.errors
    assert (Path(finding.file).name, finding.line, finding.column) == (f"{newcomer}.yaml", 2, 49)
    assert finding.message == f"{ONE} already belongs to 'bell', which goes on answering it"


def test_a_number_that_is_given_up_can_be_taken(folder: Path, library: FolderLibrary[Kind]) -> None:
    (folder / "acme.yaml").write_text(client(ONE))
    (folder / "bell.yaml").write_text(client("+441632960003"))
    library.refresh()
    assert owner(library, ONE) == "acme"
    assert library.findings == ()


def test_a_link_that_leads_nowhere_is_a_finding_and_stops_nobody(
    folder: Path, library: FolderLibrary[Kind]
) -> None:
    (folder / "dunn.yaml").symlink_to(folder / "nowhere")
    library.refresh()
    assert [finding.code for finding in library.errors] == ["unreadable"]
    assert owner(library, ONE) == "bell"


def test_claims_are_compared_even_where_a_file_has_other_faults(folder: Path) -> None:
    (folder / "acme.yaml").write_text(client(ONE).replace("next: c}", "next: d}"))
    loaded = [load(path, KINDS) for path in client_files(folder)]
    assert [Path(f.file).name for f in taken_numbers(loaded)] == ["bell.yaml"]
