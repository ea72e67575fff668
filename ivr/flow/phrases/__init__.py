"""The sentences that Tango says by itself, one file per language."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

FALLBACK = "en"


class Phrases:
    """The sentences of one language."""

    def __init__(self, sentences: dict[str, Any]) -> None:
        self._sentences = sentences

    def __getitem__(self, name: str) -> str:
        return str(self._sentences[name])

    def listed(self, name: str) -> tuple[str, ...]:
        """A list of words, such as those that mean yes."""
        return tuple(self._sentences[name])

    def daypart(self, hour: int) -> str:
        """The word for the part of the day at `hour` (0–23)."""
        part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
        return str(self._sentences["daypart"][part])


@cache
def phrases(language: str) -> Phrases:
    """The sentences for a language tag such as `en-GB`; English where there are none."""
    folder = resources.files(__name__)
    file = folder / f"{language.partition('-')[0].lower()}.yaml"
    if not file.is_file():
        file = folder / f"{FALLBACK}.yaml"
    # BaseLoader leaves everything text: to the usual loaders the names `yes` and `no` are booleans.
    return Phrases(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506
