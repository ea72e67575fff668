"""`python -m ivr check`: what is wrong in the client files, before callers find out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.adapters.files.flows.load import Loaded, ReadTemplate
    from ivr.core.flow.findings import Finding
    from ivr.core.flow.staff import Staff
    from ivr.core.flow.version_store import VersionStore
    from ivr.core.nodes.base import Kind
    from ivr.settings import Settings

MANY = 40
"""From this number of files on, a second process is worth starting."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "check",
        help="check the client files",
        description="Check client files, and the templates that they use. Each finding says "
        "where it stands: file:line:column. Notes say how many segments each text "
        "message is. Exit code 1 if there are errors.",
    )
    parser.add_argument("--json", action="store_true", help="findings as a JSON list, for programs")
    parser.add_argument("--strict", action="store_true", help="let warnings count as errors")
    parser.add_argument(
        "--explain", metavar="CODE", help="say what a code such as unknown-node means, and the mend"
    )
    parser.add_argument(
        "files",
        metavar="CLIENT",
        nargs="*",
        help="client names, or files; all of IVR_FLOWS if none",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the findings. Raises `FlowError` where there is no such file, folder or code."""
    from ivr.adapters.files.flows.findings_page import explained
    from ivr.core.flow.findings import Severity

    if args.explain:
        print(explained(args.explain.strip("[]")))
        return 0
    files = _named_files(args.files) if args.files else _all_files()
    findings, notes = _findings(files, whole=not args.files)
    if args.strict:
        findings = [replace(finding, severity=Severity.ERROR) for finding in findings]
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if args.json:
        listed = [finding.as_dict() for finding in findings]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        for finding in sorted((*findings, *notes)):
            print(finding)
        print(_closing_line(len(files), errors, len(findings) - errors))
    return 1 if errors else 0


def _named_files(names: Sequence[str]) -> list[Path]:
    """The files of those names, each once."""
    return list({os.path.realpath(file): file for file in map(_named, names)}.values())


def _named(name: str) -> Path:
    """The file of a client, or the file of that path. Raises `FlowError` if there is neither."""
    from ivr.adapters.files.flows.folder import AGENCY_FILE, client_file
    from ivr.errors import FlowError
    from ivr.settings import load_settings

    path = Path(name)
    is_path = bool(path.suffix) or len(path.parts) > 1
    if os.path.lexists(path) and (is_path or not path.is_dir()):
        return path
    if is_path:
        raise FlowError(f"There is no file {path}; name a client, such as acme, or its file.")
    folder = load_settings().flows
    return folder / AGENCY_FILE if name == Path(AGENCY_FILE).stem else client_file(folder, name)


def _all_files() -> list[Path]:
    from ivr.adapters.files.flows.folder import AGENCY_FILE, client_files
    from ivr.settings import load_settings

    folder = load_settings().flows
    agency = folder / AGENCY_FILE
    return [*client_files(folder), *([agency] if os.path.lexists(agency) else [])]


def _findings(files: Sequence[Path], whole: bool) -> tuple[list[Finding], set[Finding]]:
    """What is wrong with the files, and, if they are a `whole` folder's, with the folder; and what
    is no fault but good to know."""
    from ivr.adapters.files.flows.folder import AGENCY_FILE

    loaded = _loaded([file for file in files if file.name != AGENCY_FILE], datetime.now(UTC))
    findings = {finding for each in loaded for finding in each.findings}
    findings.update(_beside_each_other(loaded, whole))
    if whole:
        findings.update(_folder_findings())
    for file in files:
        if file.name == AGENCY_FILE:
            findings.update(_agency_findings(file))
    return sorted(findings), {note for each in loaded for note in each.notes}


def _folder_findings() -> Iterator[Finding]:
    from ivr.adapters.files.flows.files import stamps
    from ivr.adapters.files.flows.folder import nearly_client_files, unreadable_folders
    from ivr.settings import load_settings

    folder = load_settings().flows
    unread: dict[Path, str] = {}
    list(stamps(folder, unread))
    yield from nearly_client_files(folder)
    yield from unreadable_folders(unread)


def _beside_each_other(loaded: Sequence[Loaded[Kind]], whole: bool) -> Iterable[Finding]:
    """Whose number another client has, and who is another under a new name: as the server says."""
    from ivr.adapters.files.flows.library import FolderLibrary, taken_numbers
    from ivr.core.nodes import KINDS
    from ivr.errors import RecordsError
    from ivr.settings import load_settings

    settings = load_settings()
    try:
        store = _records(settings)
        owners = {number: hold.client for number, hold in store.holds().items()} if store else {}
        known = store.live() if store else {}
    except RecordsError as error:
        print(f"{error} So the files alone say who has which number.", file=sys.stderr)
        store, owners, known = None, {}, {}
    if not whole:
        return taken_numbers(loaded, owners)
    clients = {each.client_id for each in loaded}
    if not list(taken_numbers(loaded, owners)) and known.keys() <= clients:
        return ()
    found = FolderLibrary(settings.flows, KINDS, store).findings
    return [finding for finding in found if finding.code in ("number-taken", "client-renamed")]


def _records(settings: Settings) -> VersionStore | None:
    """What the records know of versions and numbers; None where there are none yet."""
    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        return None  # SQLAlchemy need not be loaded
    from ivr.adapters.sql.flows.read_versions import read_versions

    return read_versions(settings.database_url)


def _loaded(files: Sequence[Path], now: datetime) -> list[Loaded[Kind]]:
    """What comes of each file, in order; many files are shared out between two processes."""
    if len(files) < MANY:
        return _load_all(files, now)
    middle = len(files) // 2
    with ProcessPoolExecutor(1, get_context("fork")) as other:  # what is imported is there already
        rest = other.submit(_load_all, files[middle:], now)
        return [*_load_all(files[:middle], now), *rest.result()]


def _load_all(files: Sequence[Path], now: datetime) -> list[Loaded[Kind]]:
    """What comes of each file, without the flow, which no other process could be handed."""
    from ivr.adapters.files.flows.load import load
    from ivr.core.nodes import KINDS

    templates: dict[Path, ReadTemplate[Kind]] = {}
    staff = {folder: _staff(folder) for folder in {file.parent for file in files}}
    return [
        replace(load(file, KINDS, now, templates, staff=staff[file.parent]), flow=None)
        for file in files
    ]


def _staff(folder: Path) -> Staff | None:
    """The agency's operators; nobody where its file has faults, which are told."""
    from ivr.adapters.files.agency import load_agency
    from ivr.errors import FlowError

    try:
        return load_agency(folder).staff
    except FlowError:
        return None


def _agency_findings(file: Path) -> list[Finding]:
    from pydantic import ValidationError

    from ivr.adapters.files.flows.load import read
    from ivr.core.agency import AgencyFile
    from ivr.core.flow.parse import explained

    findings: list[Finding] = []
    source = read(file, findings)
    if source is not None:
        findings.extend(source.findings)
        try:
            AgencyFile.model_validate(source.data)
        except ValidationError as error:
            findings.extend(explained(source, (), error.errors(), AgencyFile))
    return findings


def _closing_line(files: int, errors: int, warnings: int) -> str:
    counts = (_count(files, "file"), _count(errors, "error"), _count(warnings, "warning"))
    return f"{counts[0]} checked, {counts[1]}, {counts[2]}."


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
