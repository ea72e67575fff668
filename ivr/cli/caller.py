"""`python -m ivr caller`: all about one caller, to hand over or to erase."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.records.retention import Traces


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "caller",
        help="hand over or erase all about one caller",
        description="Hand over or erase all that is kept of the caller with a number: calls, "
        "messages, recordings, texts, jobs. See docs/retention.md.",
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    exporting = acts.add_parser("export", help="write it to a ZIP file")
    exporting.set_defaults(run=_export)
    erasing = acts.add_parser("erase", help="delete it, here and at the carrier")
    erasing.set_defaults(run=_erase)
    for one in (exporting, erasing):
        about = "such as '01604 529170' or +441604529170"
        one.add_argument("number", metavar="NUMBER", type=_number, help=about)
        one.add_argument("--client", metavar="ID", help="at one client only")
    exporting.add_argument("file", metavar="FILE", type=Path, help="a file that is not there yet")
    erasing.add_argument("--yes", action="store_true", help="do not ask")


def _export(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from ivr.adapters.files.zip_export import ZipExport
    from ivr.adapters.recordings import open_storage
    from ivr.adapters.sql import open_records
    from ivr.core.accounts.actor import at_server
    from ivr.services.archive.caller import export
    from ivr.settings import load_settings

    settings, number = load_settings(), args.number
    records, now = open_records(settings.database_url), datetime.now(UTC)
    storage, file = open_storage(settings.recordings), ZipExport(args.file)
    traces = export(records, storage, number, args.client, file, now)
    records.audit.add(at_server().entry("handed over all about a caller", now, args.client))
    print(f"{args.file}: {_in_words(traces)}.")
    return 0


def _erase(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from ivr.adapters.recordings import open_storage
    from ivr.adapters.sql import open_records
    from ivr.core.accounts.actor import at_server
    from ivr.services.callers import CallerService
    from ivr.settings import load_settings

    settings, now = load_settings(), datetime.now(UTC)
    storage = open_storage(settings.recordings)
    callers = CallerService(open_records(settings.database_url), storage)
    traces = callers.traces(args.number, args.client)
    print(f"There are {_in_words(traces)} of {args.number}.")
    if callers.on_the_line(traces, now):
        sys.stderr.write("A call of theirs is going on; erase them once it is over.\n")
        return 1
    if traces.count and not args.yes and input("Erase all of it? (yes/no) ") != "yes":
        print("Nothing was erased.")
        return 1
    callers.erase(args.number, args.client, at_server(), now)
    print("It is erased here; the carrier's copies follow. Backups still hold what they hold.")
    return 0


def _number(text: str) -> str:
    """E.164; a caller by SIP stands as they are."""
    from ivr.core.flow.types import parse_caller

    try:
        return text if text.startswith("sip:") else parse_caller(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _in_words(traces: Traces) -> str:
    kinds = ("calls", "messages", "recordings", "texts", "jobs", "callbacks", "sent")
    names = (
        *("calls", "messages", "recorded conversations"),
        *("texts", "jobs", "call backs", "texts to them"),
    )
    counts = [(len(getattr(traces, kind)), name) for kind, name in zip(kinds, names, strict=True)]
    return ", ".join(f"{count} {name}" for count, name in counts if count) or "nothing"
