"""`python -m ivr history CLIENT`: every version of a client's flow, when it went live, by whom."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.flow.publication import Publication
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "history",
        help="list the versions of a client's flow",
        description="List which versions of a client's flow were made live, when and by whom, the "
        "latest first. Times are the client's; in --json, UTC.",
    )
    parser.add_argument("client", metavar="CLIENT", help="a client, such as rainbow-frost")
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the history. Raises `RecordsError`."""
    from ivr.adapters.sql import open_records
    from ivr.settings import load_settings

    settings = load_settings()
    records = open_records(settings.database_url)
    now = datetime.now(UTC)
    found = records.versions.publications(args.client)
    begun = (each for each in found if each.live_from <= now and not each.withdrawn_at)
    live = next(begun, None)
    rows = [
        {
            "version": each.version,
            "live_from": each.live_from.isoformat(),
            "published_at": each.published_at.isoformat(),
            "by": each.by,
            "how": each.how,
            "note": each.note,
            "withdrawn_at": each.withdrawn_at and each.withdrawn_at.isoformat(),
            "withdrawn_by": each.withdrawn_by,
            "state": _state(each, live, now),
        }
        for each in found
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    zone = _zone(settings, args.client)
    for row, each in zip(rows, found, strict=True):
        when = each.live_from.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
        note = f"  “{each.note}”" if each.note else ""
        back = f", withdrawn by {each.withdrawn_by}" if each.withdrawn_at else ""
        print(f"{each.version}  {row['state']:9}  {when}  {each.how} by {each.by}{back}{note}")
    if not rows:
        print(f"No version of '{args.client}' was published yet; a running server publishes files.")
    return 0


def _zone(settings: Settings, client: str) -> tzinfo:
    """The client's time zone; UTC where no version says it any more."""
    from ivr.cli.diff import kept_version
    from ivr.errors import UnknownVersion

    try:
        zone: tzinfo = kept_version(settings, client, None).client.timezone
    except UnknownVersion:
        return UTC
    return zone


def _state(publication: Publication, live: Publication | None, now: datetime) -> str:
    if publication.withdrawn_at:
        return "withdrawn"
    if publication is live:
        return "live"
    return "planned" if publication.live_from > now else "past"
