"""`python -m ivr calls`: the calls that came in, newest first."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from ivr.commands.messages import local_time, printable

if TYPE_CHECKING:
    from ivr.records.calls import CallSnapshot


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "calls",
        help="show calls, newest first",
        description="Show the calls that came in and the way that each took, newest first.",
    )
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the calls. Raises `RecordsError`."""
    from ivr.records import open_records
    from ivr.settings import load_settings

    calls = open_records(load_settings().database_url).calls()
    if args.json:
        print(json.dumps([_as_json(call) for call in calls], ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(_as_text, calls)) or "No calls.")
    return 0


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
