"""Having recordings heard once more: for `messages transcribe` and `recordings transcribe`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ivr.cli._shown import printable

if TYPE_CHECKING:
    from ivr.adapters.sql import SqlRecords


def add_wishes(parser: argparse.ArgumentParser) -> None:
    """Add the options that say by what they are to be heard."""
    parser.add_argument("--recogniser", choices=("vosk", "whisper"), help="by which recogniser")
    parser.add_argument("--model", metavar="NAME", help="with which model")


def hear_again(records: SqlRecords, args: argparse.Namespace, ids: list[str], what: str) -> int:
    """Promise the work for each of `ids`, which are each `what`; 1 where one cannot be heard again.

    Raises `RecordsError`.
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    missing = 0
    for id_ in ids:
        recording = records.recordings.find(id_)
        wish = recording and replace(
            recording.hearing,
            recogniser=args.recogniser or recording.hearing.recogniser,
            model=args.model or recording.hearing.model,
        )
        if wish and records.recordings.transcribe_again(id_, wish, datetime.now(UTC)):
            print(f"{id_} will be heard again.")
        else:
            missing += 1
            why = "has no recording here" if recording else f"is no {what}"
            print(f"{printable(id_)} {why}.", file=sys.stderr)
    return 1 if missing else 0
