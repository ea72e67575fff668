"""`python -m ivr backup FILE`: all that is kept, in one file."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "backup",
        help="write all that is kept to one file",
        description="Write the records, the recordings and the client files to one file, as they "
        "are at this moment; everything may go on running. Secrets are not in it. See "
        "docs/backup.md.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a file that is not there yet")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the backup. Raises `BackupError` or `RecordsError`."""
    from datetime import UTC, datetime

    from ivr.adapters.files.zip_backup import ZipBackup
    from ivr.adapters.installation import open_installation
    from ivr.services.archive.backup import back_up
    from ivr.settings import load_settings

    settings = load_settings()
    file = ZipBackup(args.file)
    manifest = back_up(open_installation(settings), file, datetime.now(UTC))
    rows, files = sum(manifest.rows.values()), len(manifest.members) - len(manifest.rows)
    print(f"{args.file}: {rows} rows of {len(manifest.rows)} tables, {files} files.")
    for name in manifest.gone:
        print(f"{name} went away meanwhile.")
    print(f"Not in it: the secrets in {settings.data} and in the environment. Keep them apart.")
    return 0
