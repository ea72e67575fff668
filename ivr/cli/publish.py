"""`python -m ivr publish FILE`: make a version of a client's flow live, now or at a set time."""

from __future__ import annotations

import argparse
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "publish",
        help="make a client file live, now or at a set time",
        description="Check a client file, wherever it lies, and make it the client's live version. "
        "The client is named by the file's name. Exit code 1 if it has errors.",
    )
    parser.add_argument("file", metavar="FILE", help="a client's file, or a client's short name")
    parser.add_argument(
        "--at", metavar="TIME", help="from when on, in the client's time: 2026-12-01T09:00"
    )
    parser.add_argument(
        "--withdraw", action="store_true", help="take back what is planned for the client instead"
    )
    parser.add_argument("--by", default=None, help="who publishes (default: your user name)")
    parser.add_argument("--note", default="", help="why, for the history")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Publish. Raises `FlowError`, `UnknownClient` and `RecordsError`."""
    from ivr.adapters.files.flows.folder import client_file
    from ivr.adapters.files.flows.load import load
    from ivr.adapters.sql import open_records
    from ivr.core.flow.findings import Severity
    from ivr.core.flow.publication import FlowText
    from ivr.core.nodes import KINDS
    from ivr.services.publishing import PublishingService
    from ivr.settings import load_settings

    settings = load_settings()
    if args.withdraw:
        return _withdraw(settings, args)
    loaded = load(client_file(settings.flows, args.file), KINDS, folder=settings.flows)
    flow = loaded.flow
    if flow is None:
        for finding in loaded.findings:
            if finding.severity is Severity.ERROR:
                print(finding)
        print("Nothing was published.")
        return 1
    now, by = datetime.now(UTC), args.by or getpass.getuser()
    live_from = _moment(args.at, flow.client.timezone, now) if args.at else now
    text = FlowText(flow.client_id, flow.version, flow.texts, now, by)
    service = PublishingService(open_records(settings.database_url))
    service.publish(text, live_from, args.note, now)
    when = f"goes live at {args.at}" if live_from > now else "is live within two seconds"
    print(f"{flow.client_id}: version {flow.version} {when}.")
    if not (settings.flows / Path(f"{flow.client_id}.yaml")).is_file():
        print(
            f"There is no {settings.flows}/{flow.client_id}.yaml: the server answers for clients "
            "that have a file there."
        )
    return 0


def _withdraw(settings: Settings, args: argparse.Namespace) -> int:
    from ivr.adapters.sql import open_records
    from ivr.services.publishing import PublishingService

    client, by = Path(args.file).stem, args.by or getpass.getuser()
    service = PublishingService(open_records(settings.database_url))
    count = service.withdraw(client, by, datetime.now(UTC))
    print(f"{client}: {f'{count} planned, withdrawn' if count else 'nothing is planned'}.")
    return 0 if count else 1


def _moment(text: str, zone: object, now: datetime) -> datetime:
    from datetime import tzinfo

    from ivr.core.flow import right_amount
    from ivr.core.local_time import local_time
    from ivr.errors import FlowError

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        here = now.astimezone(zone) if isinstance(zone, tzinfo) else now
        meant = right_amount.moment(text, here.date()) or "2026-12-01T09:00"
        raise FlowError(f"'{text}' is not a time; write {meant}.") from None
    if moment.tzinfo is None and isinstance(zone, tzinfo):
        found = local_time(moment, zone)
        if found.left_out:
            raise FlowError(found.left_out)
        if found.twice:
            print(found.twice)
        moment = found.moment
    if moment.astimezone(UTC) <= now:  # it would rank behind what has been live since
        raise FlowError(f"{text} is past; leave out --at to publish now.")
    return moment.astimezone(UTC)
