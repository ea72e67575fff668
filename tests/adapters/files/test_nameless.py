"""A nameless file is read by its path for as long as it is open, and then gone."""

from __future__ import annotations

from ivr.adapters.files.nameless import nameless_file


def test_a_nameless_file_is_read_by_its_path_and_then_gone() -> None:
    with nameless_file() as (file, path):
        file.write(b"words")
        file.flush()
        assert path.read_bytes() == b"words"
        assert path.stat().st_nlink == 0  # gone with whoever has it open
