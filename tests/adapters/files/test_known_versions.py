"""What was known last of versions and numbers outlives a restart without the records."""

from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from ivr.adapters.files.known_versions import KnownVersions, KnownVersionsFile
from ivr.core.flow.holders import NumberHold

KNOWN = KnownVersions(
    {"acme": "v1"},
    {"+441632960601": NumberHold("acme", "here")},
    {"acme": {"acme.yaml": "schema: 1\n"}},
)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    KnownVersionsFile(tmp_path / "versions.json").save(KNOWN)
    assert KnownVersionsFile(tmp_path / "versions.json").load() == KNOWN


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "versions.json"
    KnownVersionsFile(path).save(KNOWN)
    assert path.stat().st_mode & 0o077 == 0


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert KnownVersionsFile(tmp_path / "versions.json").load() == KnownVersions()


def test_a_damaged_file_is_said_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "versions.json"
    path.write_text('{"live": 3')
    with capture_logs() as logs:
        assert KnownVersionsFile(path).load() == KnownVersions()
    assert [entry["event"] for entry in logs] == ["versions.file_unreadable"]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file where a folder should be")
    with capture_logs() as logs:
        KnownVersionsFile(tmp_path / "folder" / "versions.json").save(KNOWN)
    assert [entry["event"] for entry in logs] == ["versions.file_not_written"]
