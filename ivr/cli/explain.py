"""`python -m ivr explain CLIENT`: what a caller would hear and why, without a telephone."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.availability.standing import Availability
    from ivr.core.call.engine import CallFlow


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "explain",
        help="say in words what a caller would hear, and why",
        description="Say node by node what a caller of a client would hear at a given time and "
        "why, with the lines of the file and every way that the caller may choose.",
    )
    parser.add_argument("client", metavar="CLIENT", help="a client's short name, or a file")
    parser.add_argument(
        "--at", metavar="TIME", help="in the client's time: 2026-12-26T02:00 (default: now)"
    )
    parser.add_argument(
        "--caller",
        metavar="NUMBER",
        default="+441632960001",
        help="the caller's number, or 'withheld' (%(default)s)",
    )
    parser.add_argument(
        "--version", metavar="VERSION", help="of an earlier version, as `history` shows it"
    )
    parser.add_argument(
        "--status",
        action="append",
        default=[],
        metavar="PERSON=STATUS",
        help="what somebody said of themselves: ian=away, ian=messages, everybody=emergencies",
    )
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Explain. Raises `FlowError`, `UnknownClient` and `UnknownVersion`."""
    from ivr.core.flow.types import parse_caller
    from ivr.tools.rehearsal.explain import explain

    flow = _flow(args.client, args.version)
    try:
        caller = None if args.caller == "withheld" else parse_caller(args.caller)
    except ValueError as error:
        from ivr.errors import FlowError

        raise FlowError(str(error)) from None
    at = _moment(args.at, flow)
    standing = _standing(args.status, flow, at)
    lines = list(explain(flow, caller, at, standing=standing))
    if args.json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
        return 0
    shown = ""
    for line in lines:
        where = f"{line.file}:{line.line} {line.node}"
        if where != shown:
            print(f"{'    ' * line.depth}{where}")
            shown = where
        print(f"{'    ' * line.depth}  {line.text}")
    return 0


def _standing(given: list[str], flow: CallFlow, at: datetime) -> Availability:
    """How people stand at that moment by the statuses that they have set, and by those `given`,
    which count more. Raises `FlowError` where nobody is called so, or nothing is said so."""
    from ivr.core.availability.standing import Availability, StatusKind
    from ivr.core.flow.findings import nearest
    from ivr.core.flow.people import EVERYBODY
    from ivr.errors import FlowError

    said = _set(flow, at).to_data()
    for each in given:
        person, _, kind = each.partition("=")
        people = [*flow.people, EVERYBODY]
        if person not in people:
            hint = nearest(person, people) or "."
            raise FlowError(f"'{person}' is not a person of this client{hint}")
        if kind not in set(StatusKind):
            raise FlowError(f"'{each}' says no status; write {person}={'|'.join(StatusKind)}.")
        said[person] = kind
    return Availability.from_data(said)


def _set(flow: CallFlow, at: datetime) -> Availability:
    """What people have set for that moment, as the records have it; where these cannot be read,
    it is said, and nobody has set anything."""
    from ivr.adapters.sql import open_records
    from ivr.core.availability.standing import AS_USUAL
    from ivr.core.availability.status import standing
    from ivr.errors import RecordsError
    from ivr.settings import load_settings

    client, now = flow.client_id, at.astimezone(UTC)
    try:
        ahead = open_records(load_settings().database_url).statuses.ahead(client, now)
        return standing(ahead, client, now)
    except RecordsError as error:
        print(f"Statuses are left out: {error}", file=sys.stderr)
        return AS_USUAL


def _flow(client: str, version: str | None) -> CallFlow:
    from ivr.adapters.files.flows.folder import client_file
    from ivr.adapters.files.flows.load import load
    from ivr.cli.diff import kept_version
    from ivr.core.nodes import KINDS
    from ivr.errors import FlowError
    from ivr.settings import load_settings

    settings = load_settings()
    if version:
        return kept_version(settings, client, version)
    loaded = load(client_file(settings.flows, client), KINDS)
    if loaded.flow is None:
        raise FlowError("\n".join(str(finding) for finding in loaded.findings))
    return loaded.flow


def _moment(text: str | None, flow: CallFlow) -> datetime:
    from ivr.core.flow import right_amount
    from ivr.core.local_time import local_time
    from ivr.errors import FlowError

    if text is None:
        return datetime.now(flow.client.timezone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        today = datetime.now(flow.client.timezone).date()
        meant = right_amount.moment(text, today) or "2026-12-26T02:00"
        raise FlowError(f"'{text}' is not a time; write {meant}.") from None
    if moment.tzinfo:
        return moment
    found = local_time(moment, flow.client.timezone)
    if found.left_out:
        raise FlowError(found.left_out)
    if found.twice:
        print(found.twice, file=sys.stderr)
    return found.moment
