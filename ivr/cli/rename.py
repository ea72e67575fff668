"""`python -m ivr rename OLD NEW`: a client's file under a new name, with all that is kept."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

NAMES = {
    "calls": ("call", "calls"),
    "messages": ("message", "messages"),
    "call_recordings": ("recorded conversation", "recorded conversations"),
    "jobs": ("job", "jobs"),
    "callbacks": ("call back", "call backs"),
    "texts_received": ("text", "texts"),
    "statuses": ("status", "statuses"),
    "publications": ("version made live", "versions made live"),
    "accounts": ("account", "accounts"),
    "tokens": ("token", "tokens"),
    "number_holders": ("number", "numbers"),
}
"""What is counted for whoever runs the command."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "rename",
        help="give a client's file a new name, with all that is kept under it",
        description="Rename a client's file, unless that was done already, and move all that is "
        "kept under its name: history, calls, messages, jobs, statuses, accounts, tokens.",
    )
    parser.add_argument("old", metavar="OLD", help="the client's name until now")
    parser.add_argument("new", metavar="NEW", help="small letters, digits and -")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Rename. Raises `FlowError` and `RecordsError`; then nothing was done."""
    from ivr.adapters.sql.database import connect, writing
    from ivr.adapters.sql.keeping.rename import rename_client
    from ivr.settings import load_settings

    settings = load_settings()
    _check(settings.flows, args.old, args.new)
    engine = connect(settings.database_url)
    try:
        with _files(settings.flows, args.old, args.new), writing(engine) as connection:
            counts = rename_client(connection, args.old, args.new)
    finally:
        engine.dispose()
    words = [
        f"{counts[table]} {names[counts[table] != 1]}"
        for table, names in NAMES.items()
        if table in counts
    ]
    print(f"{args.old} is {args.new} now: {', '.join(words) or 'nothing was kept under it'}.")
    print("A call that is under way ends under the old name; run this once more when it is over.")
    return 0


def _check(folder: Path, old: str, new: str) -> None:
    from ivr.errors import FlowError

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", new) or not old or "/" in old or old == new:
        raise FlowError(f"'{new}' cannot be the name; use small letters, digits and -.")
    old_file, new_file = folder / f"{old}.yaml", folder / f"{new}.yaml"
    there = os.path.lexists(old_file), os.path.lexists(new_file)
    if there == (True, True):
        raise FlowError(
            f"There are both {old_file} and {new_file}, so they are two clients. Take the one away "
            "that is no more."
        )
    if there == (False, False):
        raise FlowError(f"There is neither {old_file} nor {new_file}.")


@contextlib.contextmanager
def _files(folder: Path, old: str, new: str) -> Iterator[None]:
    """The client's file and its audio under the new name; as they were where anything fails."""
    from ivr.adapters.files.flows.audio import client_audio
    from ivr.errors import FlowError

    pairs = [
        (folder / f"{old}.yaml", folder / f"{new}.yaml"),
        (client_audio(folder, old), client_audio(folder, new)),
    ]
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in reversed(pairs):  # the audio first: the file is read at once
            if os.path.lexists(source) and not os.path.lexists(target):
                source.rename(target)
                moved.append((source, target))
        yield
    except BaseException as error:
        for source, target in reversed(moved):
            target.rename(source)
        if isinstance(error, OSError):
            raise FlowError(f"The file cannot be renamed: {error.strerror}.") from error
        raise
