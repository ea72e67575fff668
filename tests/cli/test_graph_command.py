"""`python -m ivr graph`, as an editor uses it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.adapters.sql import migrate, open_records
from tests.adapters.sql.records_samples import snapshot
from tests.flow_files import write

FLOW = """\
start: greet
nodes:
  greet: {say: "Hello.", next: done}
  done: {hangup: "Bye."}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with the client `acme`; the current folder is it."""
    monkeypatch.chdir(tmp_path)
    flows = tmp_path / "flows"
    flows.mkdir()
    write(flows, FLOW)
    return tmp_path


def test_mermaid_is_printed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "acme"]) == 0
    assert "n0 --> n1" in capsys.readouterr().out


def test_a_file_that_ends_in_svg_becomes_one_with_links_to_the_lines(place: Path) -> None:
    (place / "pictures").mkdir()
    assert main(["graph", "acme", "-o", "pictures/acme.svg"]) == 0
    text = (place / "pictures" / "acme.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg ")
    assert '<a href="../flows/acme.yaml#L5">' in text


def test_the_format_may_be_chosen(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "acme", "--format", "svg"]) == 0
    assert capsys.readouterr().out.startswith("<svg ")


def test_a_file_of_another_kind_is_refused_with_the_mend(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["graph", "acme", "-o", "acme.png"]) == 2
    assert "Name it acme.svg" in capsys.readouterr().err
    assert not (place / "acme.png").exists()


def test_counts_come_from_the_records(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "var").mkdir()
    url = f"sqlite:///{place / 'var' / 'records.sqlite3'}"
    migrate(url)
    now = datetime.now(UTC)
    taken = snapshot(client="acme", started_at=now, path=("greet", "done"))
    open_records(url).calls.note([taken])
    assert main(["graph", "acme", "--counts"]) == 0
    assert 'n0 -->|"1 ×"| n1' in capsys.readouterr().out


def test_an_unknown_client_is_told_the_nearest(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["graph", "acne"]) == 2
    assert "did you mean 'acme'?" in capsys.readouterr().err


def test_a_broken_file_is_explained(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(place / "flows", FLOW.replace("next: done", "next: dome"))
    assert main(["graph", "acme"]) == 2
    assert "did you mean 'done'? [unknown-node]" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_explained(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["graph", "acme", "-o", "nowhere/acme.svg"]) == 2
    assert "cannot be written" in capsys.readouterr().err
