"""`python -m ivr rollback CLIENT`: make an earlier version of a client's flow live again."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.records.flows.versions import Publication


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "rollback",
        help="make an earlier version of a client's flow live again",
        description="Make an earlier version live again: by default the one that was live before. "
        "The client's file stays as it is, and goes live when it is next changed.",
    )
    parser.add_argument("client", metavar="CLIENT", help="a client, such as rainbow-frost")
    parser.add_argument("version", metavar="VERSION", nargs="?", help="as `history` shows it")
    parser.add_argument("--by", default=None, help="who does it (default: your user name)")
    parser.add_argument("--note", default="", help="why, for the history")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Roll back. Raises `UnknownVersion` and `RecordsError`."""
    from ivr.commands.diff import kept_version
    from ivr.records import open_records
    from ivr.records.flows.versions import FlowText, Publication
    from ivr.settings import load_settings

    settings = load_settings()
    records = open_records(settings.database_url)
    now, by = datetime.now(UTC), args.by or getpass.getuser()
    version = args.version or _before(args.client, records.versions.publications(args.client), now)
    texts = kept_version(settings, args.client, version).texts
    publication = Publication(
        client=args.client,
        version=version,
        live_from=now,
        published_at=now,
        by=by,
        how="rollback",
        note=args.note,
    )
    records.versions.publish(FlowText(args.client, version, texts, now, by), publication)
    print(f"{args.client}: version {version} is live again within two seconds.")
    file = settings.flows / f"{args.client}.yaml"
    if file.is_file() and file.read_text(encoding="utf-8-sig") != texts[file.name]:
        print(f"{file} still holds the other text. It goes live when you next change it.")
    return 0


def _before(client: str, publications: Sequence[Publication], now: datetime) -> str:
    """The version that was live before the one that is."""
    from ivr.errors import UnknownVersion

    begun = [p.version for p in publications if p.live_from <= now and not p.withdrawn_at]
    earlier = next((version for version in begun if version != begun[0]), None)
    if earlier is None:
        raise UnknownVersion(f"'{client}' has no earlier version; see `history {client}`.")
    return earlier
