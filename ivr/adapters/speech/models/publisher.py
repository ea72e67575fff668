"""The list of Vosk models that their publisher keeps, and what to take from it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from ivr.adapters.speech.models.download import PATIENT, Patience, fetch_small
from ivr.errors import SpeechError
from ivr.settings import SPEECH_PUBLISHER

SIZES = {"small": "small", "big-lgraph": "medium", "big": "large"}
"""The publisher's types of model for speech, and our names for them."""

_LARGEST_LIST = 4 << 20
"""Bytes; the publisher's has 40 kB."""

_USUAL_SIZES = ("medium", "small", "large")

# The publisher names four languages by country; these are their BCP 47 tags.
_LANGUAGES = {"cn": "zh", "vn": "vi", "ua": "uk", "kz": "kk"}


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as listed; `bytes` and `md5` are those of its zip file at `url`."""

    name: str
    language: str
    size: str
    url: str
    bytes: int
    md5: str
    version: tuple[int, ...]


def listed_models(base: str = SPEECH_PUBLISHER, patience: Patience = PATIENT) -> list[ListedModel]:
    """The models that the publisher, or a mirror at `base`, has and recommends.

    Raises `SpeechError` where the list cannot be fetched or read.
    """
    url = f"{base.rstrip('/')}/model-list.json"
    try:
        text = fetch_small(url, _LARGEST_LIST, patience)
    except SpeechError as error:
        raise SpeechError(
            f"The list of models at {url} cannot be fetched ({error}). Check the connection, or "
            "name a mirror: --from or IVR_SPEECH_PUBLISHER."
        ) from error
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SpeechError(f"{url} is not a list of models; check the address.") from error
    try:
        return [_model(row, base) for row in rows if _is_wanted(row)]
    except (KeyError, TypeError, ValueError) as error:
        raise SpeechError(f"{url} is not a list of models ({error!r}); check it.") from error


def _is_wanted(row: dict[str, Any]) -> bool:
    return row["type"] in SIZES and str(row["obsolete"]).lower() != "true"


def _model(row: dict[str, Any], base: str) -> ListedModel:
    name = row["name"]
    # It becomes the name of a folder.
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise ValueError(f"the name {name!r}")
    return ListedModel(
        name=name,
        language=_LANGUAGES.get(row["lang"], row["lang"]),
        size=SIZES[row["type"]],
        url=f"{base.rstrip('/')}/{name}.zip",
        bytes=int(row["size"]),
        md5=row["md5"],
        version=tuple(int(number) for number in re.findall(r"\d+", row["version"])),
    )


def pick(models: list[ListedModel], wanted: str, size: str | None) -> ListedModel:
    """The model called `wanted`, or the newest for the language `wanted` of that `size`.

    Without a size, medium is taken where there is one, else small, else large. A variety
    without a model of its own gets another of its language: en-US for en-GB. Raises
    `SpeechError` where there is none.
    """
    for model in models:
        if model.name == wanted:
            return model
    able = _best_variety(models, wanted.lower())
    for choice in (size,) if size else _USUAL_SIZES:
        of_size = [model for model in able if model.size == choice]
        if of_size:
            return max(of_size, key=lambda model: model.version)
    sizes = ", ".join(sorted({model.size for model in able}))
    if sizes:
        raise SpeechError(f"There is no {size} model for {wanted}; there is: {sizes}.")
    languages = ", ".join(sorted({model.language for model in models}))
    raise SpeechError(f"There is no model for {wanted!r}. There are models for: {languages}.")


def _best_variety(models: list[ListedModel], tag: str) -> list[ListedModel]:
    """The models of `tag`; without any, those of its language's most usual variety."""
    primary = tag.partition("-")[0]
    for language in (tag, primary, f"{primary}-us"):
        able = [model for model in models if model.language == language]
        if able:
            return able
    return [model for model in models if model.language.partition("-")[0] == primary]
