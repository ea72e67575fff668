"""The editors' page says what the language has: every kind, setting, placeholder and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from ivr.flow.document import ClientFile, TemplateFile
from ivr.flow.findings import CODES
from ivr.flow.load import load
from ivr.flow.placeholders import FACTS
from ivr.nodes import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "flow-files.md").read_text(encoding="utf-8")
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def settings(model: type[BaseModel]) -> Iterator[str]:
    """Every setting of a model and of the models inside it."""
    for name, info in model.model_fields.items():
        yield info.alias or name
        for inner in inner_models(info.annotation):
            yield from settings(inner)


def inner_models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from inner_models(argument)


@pytest.mark.parametrize("model", [ClientFile, TemplateFile, *KINDS.values()])
def test_every_setting_is_on_the_page(model: type[BaseModel]) -> None:
    missing = {name for name in settings(model) if not re.search(rf"\b{name}\b", PAGE)}
    assert missing == set()


@pytest.mark.parametrize("word", [*KINDS, *CODES, *(f"{{{fact}}}" for fact in FACTS)])
def test_every_kind_code_and_placeholder_is_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_file_in_the_readme_is_a_good_one(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(schema: 1.*?)```", README, re.DOTALL)
    (tmp_path / "rainbow-frost.yaml").write_text(example)
    loaded = load(tmp_path / "rainbow-frost.yaml", KINDS)
    assert loaded.findings == ()
