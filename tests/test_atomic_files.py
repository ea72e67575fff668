"""Files are written whole or not at all, and a full disk leaves nothing behind."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.adapters.files.zip_backup import ZipBackup
from ivr.atomic_files import stored_atomically, write_once, write_text
from ivr.errors import AudioRefused, BackupError
from ivr.settings import load_settings


@contextmanager
def full_disk(room: int = 100) -> Iterator[None]:
    """As on a disk that is full: no file may grow beyond `room` bytes (setrlimit(2))."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_stored_file_is_ours_alone_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.wav"
    with stored_atomically(path) as file:
        file.write(b"half")
        assert not path.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_store_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")
    with pytest.raises(AudioRefused), stored_atomically(path) as file:
        file.write(b"new")
        raise AudioRefused("no audio")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path\n"
        "from ivr.atomic_files import stored_atomically\n"
        "with stored_atomically(Path(sys.argv[1])) as file: os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "a.wav"
    killed = subprocess.run([sys.executable, "-c", program, path], check=False)
    assert killed.returncode == -9
    assert not path.exists()
    with stored_atomically(path) as file:
        file.write(b"whole")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("size", [101, 1 << 20])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(size: int, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with full_disk():
        with pytest.raises(OSError, match="large"), stored_atomically(path) as file:
            file.write(b"x" * size)
        with pytest.raises(OSError, match="large"):
            write_text(path, "x" * size)
        with pytest.raises(OSError, match="large"):
            write_once(tmp_path / "b", "x" * size)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a", b"old")]


def test_a_backup_that_does_not_fit_is_not_there(tmp_path: Path) -> None:
    with (
        full_disk(1 << 16),
        pytest.raises(BackupError, match="cannot be written"),
        ZipBackup(tmp_path / "backup.zip").packing() as packer,
        packer.member("flows/acme.yaml", small=False) as member,
    ):
        member.write(os.urandom(1 << 20))
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_cannot_be_kept_is_an_error_and_the_next_one_is_whole(
    tmp_path: Path,
) -> None:
    environ = {"IVR_DATA": str(tmp_path / "var"), "IVR_FLOWS": "flows"}
    with full_disk(10), pytest.raises(Exception, match="cannot keep its data"):
        load_settings(environ)
    assert list((tmp_path / "var" / "secrets").iterdir()) == []
    assert len(load_settings(environ).secret_key) >= 32


@pytest.mark.parametrize("command", [["schema"], ["graph", "rainbow-frost"]])
def test_what_a_command_cannot_write_is_one_line_and_no_file(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*command, "--output", str(tmp_path / "whole")])
    with full_disk(1000):
        assert main([*command, "--output", str(tmp_path / "half")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]
    assert stat.S_IMODE((tmp_path / "whole").stat().st_mode) & 0o600 == 0o600


def test_a_device_is_written_to_and_a_link_followed(tmp_path: Path) -> None:
    write_text(Path("/dev/null"), "gone")
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link", "words")
    assert (tmp_path / "real").read_text() == "words"
    assert (tmp_path / "link").is_symlink()


def test_of_two_who_make_a_file_once_the_first_ones_stays(tmp_path: Path) -> None:
    write_once(tmp_path / "a", "first")
    write_once(tmp_path / "a", "second")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["first"]
