"""Installing Vosk models: fetched, checked, unpacked and tried before they take their place."""

from __future__ import annotations

import pkgutil
import shutil
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath

from ivr.adapters.speech.models.download import PATIENT, Patience, Report, claimed, download
from ivr.adapters.speech.models.installed import (
    NOTE,
    InstalledModel,
    installed_models,
    package_folder,
    write_note,
)
from ivr.adapters.speech.models.publisher import ListedModel, listed_models, pick
from ivr.adapters.speech.models.selftest import find_way_in
from ivr.atomic_files import sync
from ivr.errors import SpeechError
from ivr.settings import SPEECH_PUBLISHER

_LARGEST_BYTES = 16 << 30
"""Unpacked; the publisher's largest takes less than half of it."""

_PACKAGE_PREFIX = "vosk_model_"


def packaged_models() -> dict[str, str]:
    """Language → Python package, of the models that were installed with pip."""
    names = [module.name for module in pkgutil.iter_modules()]
    return {
        name.removeprefix(_PACKAGE_PREFIX).replace("_", "-"): name
        for name in names
        if name.startswith(_PACKAGE_PREFIX)
    }


def install(
    wanted: str,
    size: str | None,
    base: str | None,
    models: Path,
    report: Report,
    publisher: str = SPEECH_PUBLISHER,
    patience: Patience = PATIENT,
) -> InstalledModel:
    """Install the model for a language or of a name, below `models`.

    `size` is small, medium, large or None for the usual one; `base` is a mirror's address or
    None for the `publisher`. A model of that language that pip has installed is used without a
    copy, unless a size or a mirror is named. A killed installation is taken up where it was.
    Raises `SpeechError`, and leaves no half model, where anything fails.
    """
    try:
        models.mkdir(parents=True, exist_ok=True)
        package = packaged_models().get(wanted.lower())
        if package and size is None and base is None:
            return _install_package(package, wanted.lower(), models, report)
        listed = pick(listed_models(base or publisher, patience), wanted, size)
        return _install_listed(listed, models, report, patience)
    except OSError as error:
        raise SpeechError(f"The model cannot be installed in {models}: {error}.") from error


def _install_package(package: str, language: str, models: Path, report: Report) -> InstalledModel:
    name = package.replace("_", "-")
    if present := _present(name, models, report):
        return present
    source = package_folder(package)
    report(f"{name}: found as a Python package; trying it")
    model = InstalledModel(name, language, "small", find_way_in(source), package, source)
    folder = _empty_folder(models / f".{name}.new")
    try:
        _put_in_place(model, folder, models)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return model


def _install_listed(
    listed: ListedModel, models: Path, report: Report, patience: Patience
) -> InstalledModel:
    if present := _present(listed.name, models, report):
        return present
    part = models / f".{listed.name}.zip.part"
    with claimed(part) as file:
        # Another process may have had it until now.
        if present := _present(listed.name, models, report):
            part.unlink()
            return present
        try:
            _refuse_without_room(listed, part, models)
            report(f"{listed.name}: fetching {listed.bytes / 1e6:.0f} MB from {listed.url}")
            told = partial(_indented, report)
            download(listed.url, part, file, listed.bytes, listed.md5, told, patience)
            installed = _unpack_and_try(listed, part, models, report)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        part.unlink()
    return installed


def _indented(report: Report, text: str) -> None:
    report(f"  {text}")


def _refuse_without_room(listed: ListedModel, part: Path, models: Path) -> None:
    """Before anything is fetched: the zip file and what is unpacked, which is not smaller."""
    needed = 2 * listed.bytes - part.stat().st_size
    free = shutil.disk_usage(models).free
    if needed > free:
        part.unlink()
        raise SpeechError(
            f"{listed.name} needs {needed / 1e6:.0f} MB to be installed, and the disk of {models} "
            f"has {free / 1e6:.0f} MB free; make room, then run the command again."
        )


def _unpack_and_try(
    listed: ListedModel, archive: Path, models: Path, report: Report
) -> InstalledModel:
    report(f"{listed.name}: unpacking")
    folder = _empty_folder(models / f".{listed.name}.new")
    try:
        root = _unpack(archive, folder)
        report(f"{listed.name}: trying it with telephone audio")
        way_in = find_way_in(root)
        installed = InstalledModel(
            listed.name, listed.language, listed.size, way_in, None, models / listed.name
        )
        _put_in_place(installed, root, models)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return installed


def _present(name: str, models: Path, report: Report) -> InstalledModel | None:
    for model in installed_models(models):
        if model.name == name:
            report(f"{name} is installed already.")
            return model
    return None


def _put_in_place(model: InstalledModel, folder: Path, models: Path) -> None:
    write_note(model, folder)
    for path in (*folder.rglob("*"), folder):
        sync(path)  # the rename must not outlive a power cut that the files do not
    folder.rename(models / model.name)
    sync(models)


def _empty_folder(folder: Path) -> Path:
    """`folder`, new; what a killed installation left there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _unpack(archive: Path, folder: Path) -> Path:
    """Unpack into `folder`; returns the model's own folder in it."""
    try:
        with zipfile.ZipFile(archive) as file:
            _refuse_unsafe(file, folder)
            file.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise SpeechError(f"The model's file is not a zip that can be read ({error}).") from error
    children = list(folder.iterdir())
    return children[0] if len(children) == 1 and children[0].is_dir() else folder


def _refuse_unsafe(file: zipfile.ZipFile, folder: Path) -> None:
    for name in file.namelist():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or path.name == NOTE:
            raise SpeechError(
                f"The model's file names a path that no model has, {name!r}; it was not unpacked. "
                "Use another source."
            )
    needed = sum(member.file_size for member in file.infolist())
    if needed > _LARGEST_BYTES:
        raise SpeechError(
            f"The model would take {needed / 1e9:.0f} GB, more than any model needs; it was not "
            "unpacked. Use another source."
        )
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise SpeechError(
            f"The model needs {needed / 1e9:.1f} GB but the disk has {free / 1e9:.1f} GB free; "
            "make room and run the command again."
        )
