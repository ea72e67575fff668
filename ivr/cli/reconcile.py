"""`python -m ivr reconcile`: compares what the carrier has with the records, and mends it."""

from __future__ import annotations

import argparse
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.cli._shown import local_time, printable
from ivr.errors import StateUnavailable

if TYPE_CHECKING:
    from ivr.core.reconciliation import Comparison, Discrepancy

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
MOST = timedelta(days=400)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "reconcile",
        help="compare the carrier's calls, recordings and texts with ours; fetch what is missing",
        description="Compare the carrier's calls, recordings and texts with ours, fetch what is "
        "missing, and end calls that the carrier knows as ended. A running server does so after "
        "every start and every hour. Exit code 1: something was found and is not mended.",
    )
    parser.add_argument(
        "--since",
        type=_span,
        default="24h",
        metavar="SPAN",
        help="how far to look back, such as 90m, 24h or 7d (default: 24h)",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare and print. Raises `FlowError`, `RecordsError`, `StateUnavailable`."""
    from ivr.adapters.redis.server import connect
    from ivr.adapters.sql import open_records
    from ivr.log import configure_logging
    from ivr.processes.reconciliation import compare_alone, open_reconciliation
    from ivr.settings import load_settings

    settings = load_settings()
    configure_logging("reconcile", settings)
    redis, records = connect(settings), open_records(settings.database_url)
    came = compare_alone(
        redis,
        lambda: open_reconciliation(settings, redis, records, _now),
        _now() - args.since,
        clock=_now,
        dry_run=args.dry_run,
    )
    if came is None:
        raise StateUnavailable("Another process is comparing just now; try again in a minute.")
    print(json.dumps(_as_json(came), ensure_ascii=False, indent=2) if args.json else _text(came))
    return 0 if came.good else 1


def _now() -> datetime:
    return datetime.now(UTC)


def _span(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([mhd])", text, re.ASCII)
    span = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < span <= MOST:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no span of time: write 90m, 24h or 7d, at most {MOST.days}d"
        )
    return span


def _as_json(came: Comparison) -> dict[str, Any]:
    return {
        "since": came.since.isoformat(),
        "compared": {f"{kind}s": number for kind, number in came.compared.items()},
        "found": [
            {
                "kind": found.kind,
                "sid": found.sid,
                "client": found.client,
                "at": found.at.isoformat(),
                "what": found.words,
                "result": found.repair.name.lower(),
                "why": found.why,
            }
            for found in came.found
        ],
        "broken_off": came.broken_off,
    }


def _text(came: Comparison) -> str:
    things = (f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in came.compared.items())
    counts = ", ".join(things) or "nothing"
    lines = [f"Compared with the carrier since {local_time(came.since)}: {counts}."]
    lines += [_line(found) for found in came.found]
    if came.broken_off is not None:
        lines.append(f"Broken off: {came.broken_off}")
    elif not came.found:
        lines.append("Nothing is missing.")
    return "\n".join(map(printable, lines))


def _line(found: Discrepancy) -> str:
    why = f": {found.why}" if found.why else ""
    client = found.client or "(no client)"
    thing = f"{found.kind} {found.sid} {found.words}"
    return f"{local_time(found.at)}  {client:16}  {thing}: {found.repair}{why}"
