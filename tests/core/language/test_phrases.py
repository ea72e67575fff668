"""The files of the languages."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import pytest
import yaml

from ivr.core.language import phrases as module
from ivr.core.language.phrases import has_phrases, languages, phrases

OTHERS = [name for name in languages() if name != "en"]
FREE = {
    *("numbers", "month_names", "weekday_names", "dates", "feasts", "times", "weekday_parts"),
    *("units", "cents"),
    *("many", "repeat", "also"),
}
"""Tables whose keys are the language's own."""


def content(language: str) -> dict[str, Any]:
    file = resources.files(module.__package__ or "") / "languages" / f"{language}.yaml"
    loaded: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return loaded


def shape(value: Any, name: str = "") -> Any:
    """The keys of a file, and the placeholders of its sentences."""
    if isinstance(value, dict) and name not in FREE:
        return {key: shape(inner, key) for key, inner in value.items()}
    if isinstance(value, str):
        return sorted(set(re.findall(r"\{\w+\}", value)) - {"{d}", "{day}"})
    return type(value)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_sentence_with_its_placeholders(language: str) -> None:
    assert shape(content(language)) == shape(content("en"))


@pytest.mark.parametrize("language", languages())
def test_every_language_knows_its_numbers_days_and_yes_and_no(language: str) -> None:
    own = phrases(language)
    assert len(own.digits) == 10
    assert len(own.listed("ordinals")) == 31
    assert len(own.listed("months_said")) in (0, 12)
    assert not set(own.listed("yes")) & set(own.listed("no"))
    assert {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20} <= set(own.numbers.values())


def test_english_welsh_and_german_are_there() -> None:
    assert {"cy", "de", "en"} <= set(languages())


def test_a_language_without_a_file_of_its_own_speaks_english() -> None:
    assert not has_phrases("xx-XX")
    assert phrases("xx-XX")["goodbye"] == phrases("en-GB")["goodbye"]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("hour", range(24))
def test_every_hour_has_a_part_of_the_day(language: str, hour: int) -> None:
    assert phrases(language).daypart(hour)
