"""The folder of client files: which of its files are clients', and which nearly are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from ivr.adapters.files.flows.files import names_in
from ivr.adapters.files.flows.load import display_name
from ivr.core.flow.findings import Finding, Severity, nearest
from ivr.errors import FlowError, UnknownClient

AGENCY_FILE = "agency.yaml"
ENDING = ".yaml"
LOST_FOUND = "lost+found"
"""The file system's own, at the top of a disk."""

_SPARE = re.compile(r"(~|\.(bak|old|orig|rej|tmp|swp|swo|save|part|dpkg-\w+|rpm\w+))$|^#|^~")
"""How editors and package tools name the copies and drafts that they leave beside a file."""

_LIKE = 0.75
"""From which likeness on an ending was meant to be ours: .yml and .yalm are, .xml is not."""


def client_files(folder: Path) -> list[Path]:
    """The client files of a folder, in order of their names; hidden files are none.

    Raises `FlowError` where the folder cannot be read.
    """
    return [folder / name for name in _names(folder) if _is_client_file(name)]


def client_file(folder: Path, name: str) -> Path:
    """The file of the client `name`, or the file of that name. Raises `UnknownClient`."""
    files = {path.stem: path for path in client_files(folder)}
    if name in files:
        return files[name]
    path = Path(name)
    if path.suffix == ENDING and path.is_file():
        return path
    raise UnknownClient(f"There is no client '{name}' in {folder}{nearest(name, files) or '.'}")


def nearly_client_files(folder: Path) -> Iterator[Finding]:
    """A finding for each file that was meant to be a client's, by the look of its name."""
    for name in _names(folder):
        meant = _meant(name)
        if meant is not None:
            message = f"this file is not read because of its name; if it should be, call it {meant}"
            file = display_name(folder / name)
            yield Finding(file, 1, 1, "file-name", message, Severity.WARNING)


def _names(folder: Path) -> list[str]:
    try:
        return names_in(folder)
    except OSError as error:
        raise FlowError(
            f"The folder of client files {folder} cannot be read: {error.strerror}. Mend it, or "
            "set IVR_FLOWS to another one."
        ) from error


def _is_client_file(name: str) -> bool:
    return name.endswith(ENDING) and name.casefold() != AGENCY_FILE


def _meant(name: str) -> str | None:
    """How a file should be called that is nearly called as a client's file, or the agency's."""
    if _is_client_file(name) or name == AGENCY_FILE:
        return None
    plain = " ".join(name.split()).casefold()
    if _SPARE.search(plain):
        return None
    stem, ending = Path(plain).stem, Path(plain).suffix
    if ending and Path(stem).suffix in (ENDING, ".yml"):  # acme.yaml.txt
        stem = Path(stem).stem
    elif SequenceMatcher(None, ending, ENDING).ratio() < _LIKE:
        return None
    stem = re.sub(r"[^a-z0-9_]+", "-", stem).strip("-")
    return f"{stem or 'acme'}{ENDING}"


def unreadable_folders(found: Mapping[Path, str]) -> Iterator[Finding]:
    """A finding for each folder within that cannot be read, given why."""
    for path, why in found.items():
        if path.name != LOST_FOUND:
            message = f"the folder cannot be read: {why}"
            yield Finding(display_name(path), 1, 1, "unreadable", message, Severity.WARNING)
