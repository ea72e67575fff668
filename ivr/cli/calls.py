"""`python -m ivr calls`: the calls that came in, newest first, or the timeline of one."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from ivr.cli._shown import local_time, printable

if TYPE_CHECKING:
    from ivr.adapters.sql import SqlRecords
    from ivr.core.records.call_course import TimelineEntry
    from ivr.core.records.call_snapshot import CallSnapshot


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "calls",
        help="show calls, newest first, or the timeline of one",
        description="Show the calls that came in and the way that each took, newest first; or, "
        "with a call's SID, that call, with --timeline step by step.",
    )
    parser.add_argument("sid", metavar="SID", nargs="?", help="one call only")
    parser.add_argument("--timeline", action="store_true", help="everything that happened to it")
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the calls. Raises `RecordsError`."""
    from ivr.adapters.sql import open_records
    from ivr.settings import load_settings

    if args.timeline and args.sid is None:
        sys.stderr.write("Say which call: python -m ivr calls SID --timeline\n")
        return 2
    records = open_records(load_settings().database_url)
    if args.timeline:
        return _timeline(records, args.sid, args.json)
    calls = records.calls.newest() if args.sid is None else [records.calls.find(args.sid)]
    found = [call for call in calls if call is not None]
    if args.json:
        print(json.dumps([_as_json(call) for call in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(_as_text, found)) or "No calls.")
    return 0 if found or args.sid is None else 1


def _timeline(records: SqlRecords, sid: str, as_json: bool) -> int:
    from ivr.core.records.call_course import tell

    call_detail = records.calls.detail(sid)
    if call_detail is None:
        sys.stderr.write(f"There is no call {printable(sid)}.\n")
        return 1
    lines = tell(call_detail)
    if as_json:
        print(json.dumps([_line_as_json(line) for line in lines], ensure_ascii=False, indent=2))
        return 0
    print(_as_text(call_detail.call))
    print("\n".join(map(_line_as_text, lines)))
    return 0


def _line_as_json(line: TimelineEntry) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "text": line.text,
        "version": line.version,
        "way": [
            {"node": step.node, "file": step.file, "line": step.line, "exit": step.exit}
            for step in line.way
        ],
        "message": line.message,
        "call": line.call,
    }


def _line_as_text(line: TimelineEntry) -> str:
    first = f"{line.at.astimezone():%H:%M:%S}  {line.text}"
    way = " › ".join(
        f"{step.node} ({step.file}:{step.line})" if step.line else step.node for step in line.way
    )
    return printable(first) + (f"\n{'':10}{printable(way)}" if way else "")


def _as_json(call: CallSnapshot) -> dict[str, Any]:
    return {
        "call_sid": call.call_sid,
        "client": call.client,
        "from": call.from_,
        "to": call.to,
        "started_at": call.started_at.isoformat(),
        "ended_at": call.ended_at and call.ended_at.isoformat(),
        "outcome": call.outcome,
        "flow_version": call.flow_version,
        "path": list(call.path),
    }


def _as_text(call: CallSnapshot) -> str:
    facts = [
        local_time(call.started_at),
        f"{call.client or 'no client':16}",
        f"{call.from_:>15} → {call.to:15}",
        f"{call.outcome or 'going on':16}",
        f"{call.flow_version:12}",
        " › ".join(call.path),
    ]
    return printable("  ".join(facts)).rstrip()
