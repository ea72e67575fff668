"""Every promise names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs" / "guarantees.md"
ROWS = [
    line
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| promise")
]


def names_in(path: Path) -> set[str]:
    """The tests and classes of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }


@pytest.mark.parametrize("row", ROWS)
def test_a_promise_names_tests_that_exist(row: str) -> None:
    named = re.findall(r"`(tests/[\w/.]+?)(?:::(\w+))?`", row)
    assert named, "a promise without a test"
    for file, name in named:
        assert (PROJECT / file).is_file(), file
        assert not name or name in names_in(PROJECT / file), f"{file}::{name}"
