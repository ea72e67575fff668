"""`python -m ivr restore FILE`: a backup into an empty installation."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "restore",
        help="put a backup into an empty installation",
        description="Put a backup into an installation that is empty and not running, whatever "
        "kind of database it has. All of the backup is checked before anything is written. See "
        "docs/backup.md.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a file that `backup` wrote")
    parser.add_argument("--check", action="store_true", help="only check that it is whole")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore the backup. Raises `BackupError`, `ProcessError` or `RecordsError`."""
    from ivr.adapters.files.zip_backup import ZipBackup
    from ivr.adapters.installation import open_installation
    from ivr.services.archive.restore import check, restore
    from ivr.settings import load_settings

    file = ZipBackup(args.file)
    manifest = check(file) if args.check else restore(open_installation(load_settings()), file)
    rows, files = sum(manifest.rows.values()), len(manifest.members) - len(manifest.rows)
    done = "is whole" if args.check else "is restored"
    print(f"{args.file} of {manifest.made_at} {done}: {rows} rows, {files} files.")
    return 0
