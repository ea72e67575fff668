"""A client's own words: as written in its file, and together with the names of its people."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow_files import PEOPLE, good, loaded

REST = PEOPLE + "start: bye\nnodes: {bye: {hangup: Bye.}}\n"


def head(vocabulary: str) -> str:
    number = '"+44 1632 960001"'
    return f"schema: 1\nclient: {{name: Acme, numbers: {number}, vocabulary: {vocabulary}}}\n"


def test_callers_name_the_clients_people_the_client_and_its_vocabulary(tmp_path: Path) -> None:
    flow = good(tmp_path, head("[Velux,  Kingsley   Park, Pat]") + REST)
    assert flow.names == ("Ian", "Pat", "Acme", "Velux", "Kingsley Park")


def test_one_word_needs_no_list(tmp_path: Path) -> None:
    assert good(tmp_path, head("Velux") + REST).client.vocabulary == ("Velux",)


@pytest.mark.parametrize("entry", ["123", '""', r'"a\tb"', "x" * 101])
def test_what_no_caller_can_say_is_no_vocabulary(tmp_path: Path, entry: str) -> None:
    found = loaded(tmp_path, head(f"[{entry}]") + REST)
    assert found.flow is None
    assert [finding.line for finding in found.findings] == [2]
