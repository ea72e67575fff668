"""Whatever lies in the folder of client files: one fault of one path is one finding, nobody waits,
and every other client is answered."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.adapters.files.agency import agency_here, load_agency
from ivr.adapters.files.flows.files import read_bytes, shown
from ivr.adapters.files.flows.folder import nearly_client_files
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.flows.load import load
from ivr.adapters.files.flows.reload import look
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind
from ivr.errors import FlowError
from tests.flow_files import HEAD

GOOD = HEAD + "start: bye\nnodes: {bye: {hangup: Bye.}}\n"
NUMBER = "+441632960001"
NOBODY = 65534


def endless(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def not_utf8(path: Path) -> None:
    path.write_bytes(b"schema: 1\nclient: Caf\xe9\n")


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to itself": (lambda path: path.symlink_to(path.name), "round in a circle"),
    "a link to nothing": (lambda path: path.symlink_to("nowhere"), "a link to something"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "a pipe, socket or device"),
    "a pipe": (os.mkfifo, "a pipe, socket or device"),
    "a socket": (bound, "a pipe, socket or device"),
    "a folder": (Path.mkdir, "a folder, not a file"),
    "a file without end": (endless, "larger than"),
    "no UTF-8": (not_utf8, "not UTF-8"),
}


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Makes the thing at `odd` in the current folder; returns what is said of it."""
    monkeypatch.chdir(tmp_path)
    make, words = ODD[request.param]
    make(tmp_path / "odd")
    return words


def test_as_a_clients_file_it_is_one_finding_and_the_others_are_answered(
    odd: str, tmp_path: Path
) -> None:
    (tmp_path / "odd").rename(tmp_path / "odd.yaml")
    if (tmp_path / "odd.yaml").is_symlink() and "circle" in odd:
        (tmp_path / "odd.yaml").unlink()
        (tmp_path / "odd.yaml").symlink_to("odd.yaml")
    (tmp_path / "acme.yaml").write_text(GOOD)
    library = FolderLibrary(tmp_path, KINDS)
    (finding,) = library.findings
    assert (Path(finding.file).name, odd in finding.message) == ("odd.yaml", True), finding
    assert library.answering(NUMBER) is not None


def test_as_a_template_it_is_one_finding_that_says_why(odd: str, tmp_path: Path) -> None:
    (tmp_path / "odd").rename(tmp_path / "odd.yaml")
    if "circle" in odd:
        (tmp_path / "odd.yaml").unlink()
        (tmp_path / "odd.yaml").symlink_to("odd.yaml")
    (tmp_path / "acme.yaml").write_text(HEAD + "use: odd.yaml\n" + GOOD.removeprefix(HEAD))
    (finding,) = load(tmp_path / "acme.yaml", KINDS).findings
    assert odd in finding.message, finding


def test_as_agency_file_it_is_an_error_that_says_why_and_calls_are_answered(
    odd: str, tmp_path: Path
) -> None:
    agency = tmp_path / "agency.yaml"
    (tmp_path / "odd").rename(agency)
    if "circle" in odd:
        agency.unlink()
        agency.symlink_to(agency.name)
    with pytest.raises(FlowError, match=odd):
        load_agency(tmp_path)
    assert agency_here(tmp_path).operators == {}


def test_as_an_audio_file_it_is_one_finding(odd: str, tmp_path: Path) -> None:
    audio = tmp_path / "audio" / "acme"
    audio.mkdir(parents=True)
    (tmp_path / "odd").rename(audio / "odd.wav")
    if "circle" in odd:
        (audio / "odd.wav").unlink()
        (audio / "odd.wav").symlink_to("odd.wav")
    text = HEAD + "start: a\nnodes: {a: {say: {audio: odd.wav}, next: b}, b: {hangup: Bye.}}\n"
    (tmp_path / "acme.yaml").write_text(text)
    (finding,) = load(tmp_path / "acme.yaml", KINDS).findings
    assert finding.code == "unknown-audio"


@pytest.fixture
def as_nobody(tmp_path: Path) -> Iterator[None]:
    """Only the rights of others, where we are root, whom no permission stops."""
    if os.geteuid() != 0:
        yield
        return
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == 0 and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    yield
    os.seteuid(0)


def give_up_rights() -> None:
    if os.geteuid() == 0:
        os.seteuid(NOBODY)


@pytest.mark.usefixtures("as_nobody")
def test_a_file_that_may_not_be_read_is_a_finding_until_it_may(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(GOOD)
    (tmp_path / "bell.yaml").write_text(GOOD.replace("960001", "960002"))
    (tmp_path / "bell.yaml").chmod(0)
    give_up_rights()
    library = FolderLibrary(tmp_path, KINDS)
    (finding,) = library.errors
    assert "may not read it" in finding.message
    assert library.answering(NUMBER) is not None
    if os.geteuid() == NOBODY:
        os.seteuid(0)
    (tmp_path / "bell.yaml").chmod(0o644)
    give_up_rights()
    assert library.refresh()
    assert library.findings == ()


@pytest.mark.usefixtures("as_nobody")
def test_a_folder_within_that_may_not_be_read_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(GOOD)
    for name in ("drafts", "lost+found"):
        (tmp_path / name).mkdir(mode=0o700)
    give_up_rights()
    library = FolderLibrary(tmp_path, KINDS)
    (finding,) = library.findings
    assert (Path(finding.file).name, library.errors) == ("drafts", ())


def test_names_that_are_no_text_are_shown_and_stop_nobody(tmp_path: Path) -> None:
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.yaml"))
    strange.write_text(GOOD)
    (tmp_path / "new\nline.yaml").write_text(GOOD)
    (tmp_path / "zoe.yaml").write_text(GOOD)
    library = FolderLibrary(tmp_path, KINDS)
    names = [Path(finding.file).name for finding in library.findings]
    assert names == ["caf\\xe9.yaml", "new\\nline.yaml"]
    "\n".join(map(str, library.findings)).encode()
    flow = library.answering(NUMBER)
    assert flow is not None
    assert flow.client_id == "zoe"


def test_a_file_that_goes_away_while_it_is_read_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="it is not there"):
        read_bytes(tmp_path / "gone.yaml", 10)


def test_a_defect_of_ours_is_a_finding_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme.yaml").write_text(GOOD)

    def broken(path: Path, most: int) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("ivr.adapters.files.flows.load.read_bytes", broken)
    (finding,) = load(tmp_path / "acme.yaml", KINDS).findings
    assert "ZeroDivisionError" in finding.message


def test_whatever_a_look_meets_the_next_one_is_taken(tmp_path: Path) -> None:
    class Stumbling(FolderLibrary[Kind]):
        def refresh(self) -> bool:
            raise RuntimeError("Symlink loop")

    library = Stumbling.__new__(Stumbling)
    assert look(library) is False


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("acme.yml", "acme.yaml"),
        ("ACME.YAML", "acme.yaml"),
        ("Acme Ltd.Yml", "acme-ltd.yaml"),
        ("acme.yaml.txt", "acme.yaml"),
        ("acme.yml.docx", "acme.yaml"),
        ("acme.yalm", "acme.yaml"),
        ("acme.yaml ", "acme.yaml"),
        ("Agency.yaml", "agency.yaml"),
        ("agency.yml", "agency.yaml"),
    ],
)
def test_a_file_that_is_nearly_a_clients_is_pointed_out(
    name: str, meant: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(GOOD)
    (finding,) = nearly_client_files(tmp_path)
    assert (finding.code, Path(finding.file).name) == ("file-name", name)
    assert finding.message.endswith(f"call it {meant}")
    assert finding in FolderLibrary(tmp_path, KINDS).findings


@pytest.mark.parametrize(
    "name",
    [
        *("acme.yaml", "agency.yaml", "acme.yaml~", "acme.yaml.bak", "acme.yaml.orig"),
        *(".acme.yaml.swp", "#acme.yaml#", "acme.yaml.swp", "acme.yml.tmp", "~acme.yaml.tmp"),
        *("README", "README.md", "notes.txt", "Makefile", "pyproject.toml", "menu.xml"),
    ],
)
def test_copies_of_editors_and_other_files_are_not(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(GOOD)
    assert list(nearly_client_files(tmp_path)) == []


def test_names_are_shown_on_one_line_whatever_is_in_them() -> None:
    assert shown("a\x1b[31mb\n") == "a\\x1b[31mb\\n"
