"""`python -m ivr rollback CLIENT`: make an earlier version of a client's flow live again."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.adapters.sql import SqlRecords
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "rollback",
        help="make an earlier version of a client's flow live again",
        description="Make an earlier version live again: by default the one that was live before. "
        "The client's file stays as it is, and goes live when it is next changed; one that is "
        "gone is put back.",
    )
    parser.add_argument("client", metavar="CLIENT", help="a client, such as rainbow-frost")
    parser.add_argument("version", metavar="VERSION", nargs="?", help="as `history` shows it")
    parser.add_argument("--by", default=None, help="who does it (default: your user name)")
    parser.add_argument("--note", default="", help="why, for the history")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Roll back. Raises `FlowError`, `UnknownVersion` and `RecordsError`."""
    from ivr.adapters.sql import open_records
    from ivr.cli.diff import kept_version
    from ivr.services.publishing import PublishingService
    from ivr.settings import load_settings

    settings = load_settings()
    records = open_records(settings.database_url)
    now, by = datetime.now(UTC), args.by or getpass.getuser()
    file = settings.flows / f"{args.client}.yaml"
    gone = not os.path.lexists(file)
    service = PublishingService(records)
    version = service.earlier_version(args.client, args.version, now, gone=gone)
    texts = kept_version(settings, args.client, version).texts
    if gone:
        _put_back(settings.flows, texts)
    else:
        _leave_as_seen(settings, records, file, now)
    done_at = datetime.now(UTC)  # after the file was put back, which is no change of it
    service.roll_back(args.client, version, by, args.note, done_at)
    print(f"{args.client}: version {version} is live again within two seconds.")
    print(*_about_the_file(settings, file, version, gone), sep="", end="")
    return 0


def _put_back(folder: Path, texts: Mapping[str, str]) -> None:
    """Write those of a version's files that are not there. Raises `FlowError`."""
    from ivr.atomic_files import write_text
    from ivr.errors import FlowError

    for name, text in texts.items():
        path = folder / name
        try:
            if not os.path.lexists(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_text(path, text)
        except OSError as error:
            raise FlowError(
                f"{path} is gone and cannot be put back ({error.strerror}); nothing was rolled "
                "back. Put it there yourself, then roll back."
            ) from error


def _leave_as_seen(settings: Settings, records: SqlRecords, file: Path, now: datetime) -> None:
    """Note the file as it is, if no server has: else the next one would take it for a change."""
    from ivr.adapters.files.flows.load import load
    from ivr.adapters.sql.flows.recorded_versions import flow_text
    from ivr.core.nodes import KINDS

    flow = load(file, KINDS).flow
    if flow is not None:
        found = [flow_text(flow.client_id, flow.version, flow.texts, file)]
        records.versions.publish_files(found, now)


def _about_the_file(settings: Settings, file: Path, version: str, put_back: bool) -> Iterator[str]:
    """What whoever rolls back should know of the client's file, line by line."""
    from ivr.adapters.files.flows.library import FolderLibrary
    from ivr.adapters.files.flows.load import load
    from ivr.adapters.sql.flows.read_versions import read_versions
    from ivr.core.nodes import KINDS

    if put_back:
        yield f"{file} was gone; it is put back as it was in this version.\n"
        library = FolderLibrary(settings.flows, KINDS, read_versions(settings.database_url))
        for finding in library.findings:
            if finding.code == "number-taken" and Path(finding.file).name == file.name:
                yield f"{finding}\n"
        return
    loaded = load(file, KINDS)
    if loaded.flow is None:
        yield f"{file} has errors. It goes live when they are mended.\n"
    elif loaded.flow.version != version:
        yield f"{file} still holds the other text. It goes live when you next change it.\n"
