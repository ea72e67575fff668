"""The sentences and words of one language, from its file in `languages/`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from importlib import resources
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError

FALLBACK = "en"


class Phrases:
    """One language: `[name]` is a sentence of its file, `listed(name)` a list of words.

    `locale` says how dates, times, numbers and money are written in the client's country.
    """

    def __init__(self, content: dict[str, Any], locale: Locale) -> None:
        self._content = content
        self.locale = locale

    def __getitem__(self, name: str) -> str:
        return str(self._content[name])

    def listed(self, *names: str) -> tuple[str, ...]:
        """A list of words, such as `"yes"` or `"times", "noon"`."""
        found: Any = self._content
        for name in names:
            found = found[name]
        return tuple(found)

    def table(self, *names: str) -> dict[str, int]:
        """Words with their numbers, such as `"digits", "repeat"`."""
        found: Any = self._content
        for name in names:
            found = found[name]
        return {word: int(number) for word, number in found.items()}

    def named(self, name: str) -> tuple[tuple[str, int], ...]:
        """Words, each with its number, such as other names of the months."""
        table: dict[str, str] = self._content[name]
        return tuple((word, int(number)) for word, number in table.items())

    def symbols_of(self, name: str) -> tuple[tuple[str, str], ...]:
        """Words, each with its symbol, such as parts of the day."""
        table: dict[str, str] = self._content[name]
        return tuple(table.items())

    def words_by(self, *names: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """A table of lists of words, with their keys. A list may be made of lists."""
        table: Any = self._content
        for name in names:
            table = table[name]
        return tuple((key, tuple(_flat(words))) for key, words in table.items())

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The words for 0–20, 30, 40 … 90, with their values."""
        table: dict[str, list[str]] = self._content["numbers"]
        return {word: int(value) for value, words in table.items() for word in words}

    @cached_property
    def digits(self) -> tuple[str, ...]:
        """The words for 0–9, one for each."""
        return tuple(self._content["numbers"][str(digit)][0] for digit in range(10))

    def daypart(self, hour: int) -> str:
        """The word for the part of the day at `hour` (0–23)."""
        part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
        return str(self._content["daypart"][part])


def _flat(words: list[Any]) -> Iterator[str]:
    for word in words:
        if isinstance(word, list):
            yield from word
        else:
            yield word


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a file: `cy`, `de`, `en` …"""
    files = (resources.files(__package__) / "languages").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files))


def has_phrases(language: str) -> bool:
    """Whether Tango speaks the language of a tag such as `en-GB`."""
    return _primary(language) in languages()


@cache
def phrases(language: str) -> Phrases:
    """The sentences for a language tag such as `en-GB`; English where there are none."""
    known = has_phrases(language)
    name = _primary(language) if known else FALLBACK
    file = resources.files(__package__) / "languages" / f"{name}.yaml"
    # BaseLoader leaves everything text: to the usual loaders the names `yes` and `no` are booleans.
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return Phrases(content, _locale(language if known else FALLBACK, name))


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def _locale(tag: str, fallback: str) -> Locale:
    """The locale of a tag; in English and Welsh without a country it is the United Kingdom's."""
    tag = tag if "-" in tag else {"en": "en-GB"}.get(tag, tag)
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(fallback)
