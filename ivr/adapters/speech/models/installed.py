"""The Vosk models that are installed: where they lie and how each takes telephone audio.

A model is a folder below `IVR_SPEECH_MODELS`, with a `tango.json` beside the publisher's own
files. A model that comes as a Python package has that file only and is read from its package.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from ivr.errors import SpeechError

NOTE = "tango.json"

MODEL_RATE = 16000
"""Hz: what Vosk's models are trained on, telephone models apart."""


class WayIn(StrEnum):
    """How audio below the model's own rate is given to it."""

    NATIVE = "native"  # as it is; the model resamples it itself, or was trained on it
    REPEAT = "repeat"  # each sample repeated until the rate is MODEL_RATE


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model that passed its self-test. `package` is the Python package it lies in, or None."""

    name: str
    language: str
    size: str
    way_in: WayIn
    package: str | None
    folder: Path


def installed_models(models: Path) -> list[InstalledModel]:
    """All models below `models`, by name. Raises `SpeechError` for a note that is not ours."""
    return [_read(note) for note in sorted(models.glob(f"[!.]*/{NOTE}"))]


def _read(note: Path) -> InstalledModel:
    try:
        fields = json.loads(note.read_text(encoding="utf-8"))
        package = fields["package"]
        return InstalledModel(
            name=str(fields["name"]),
            language=str(fields["language"]),
            size=str(fields["size"]),
            way_in=WayIn(fields["way_in"]),
            package=package,
            folder=package_folder(package) if package else note.parent,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SpeechError(
            f"{note} is damaged ({error}); remove {note.parent} and install the model again."
        ) from error


def package_folder(package: str) -> Path:
    """The model's folder in an installed Python `package`. Raises `SpeechError` without one."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SpeechError(
            f"The Python package {package} with a speech model is gone; install it again with "
            f"pip, or remove the model's folder."
        )
    return Path(spec.origin).parent / "model"


def write_note(model: InstalledModel, folder: Path) -> None:
    """Write `model`'s note into `folder`."""
    fields = {key: value for key, value in asdict(model).items() if key != "folder"}
    (folder / NOTE).write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")
