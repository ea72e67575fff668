"""The editors' page says what the language has: every kind and placeholder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.flow.placeholders import FACTS
from ivr.core.nodes import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "flow-files.md").read_text(encoding="utf-8")
README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*KINDS, *(f"{{{fact}}}" for fact in FACTS)])
def test_every_kind_and_placeholder_is_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_file_in_the_readme_is_a_good_one(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(schema: 1.*?)```", README, re.DOTALL)
    (tmp_path / "rainbow-frost.yaml").write_text(example)
    loaded = load(tmp_path / "rainbow-frost.yaml", KINDS)
    assert loaded.findings == ()
