"""`python -m ivr status CLIENT`: where a client's people say that they are; or say it for them."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.adapters.sql import SqlRecords
    from ivr.core.call.engine import CallFlow
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "status",
        help="list where a client's people say that they are, or say it for them",
        description="List what a client's people have said of themselves, or say it for them: "
        "--person ian --say 'away until 3pm', --person ian --say back. Without --person it is for "
        "everybody. See docs/status.md.",
    )
    parser.add_argument("client", metavar="CLIENT", help="a client's short name")
    parser.add_argument("--person", metavar="NAME", help="one of the people, by short name")
    parser.add_argument(
        "--by", default="the agency", metavar="WHO", help="who says so (%(default)s)"
    )
    parser.add_argument("--history", action="store_true", help="also what is over")
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.add_argument("--say", metavar="WORDS", help="such as 'away until 3pm', or 'back'")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List or set. Raises `UnknownClient` and `StatusError`."""
    from ivr.adapters.sql import open_records
    from ivr.settings import load_settings

    settings = load_settings()
    flow, records = _flow(settings, args.client), open_records(settings.database_url)
    _known(flow, args.person)
    try:
        if args.say is not None:
            print(_say(settings, records, flow, args))
        else:
            _list(records, flow, args)
    finally:
        records.close()
    return 0


def _say(settings: Settings, records: SqlRecords, flow: CallFlow, args: argparse.Namespace) -> str:
    from ivr.adapters.files.agency import load_agency
    from ivr.bootstrap import command_services
    from ivr.core.availability.status import How
    from ivr.services.status_texts import Writer, carry_out

    load_agency(settings.flows)  # who is told must be known
    writer = Writer(flow, args.person, args.by, How.COMMAND)
    do = carry_out(records.statuses.ahead, writer, args.say, datetime.now(UTC))
    return command_services(settings).statuses.carry_out(flow.client_id, do)


def _list(records: SqlRecords, flow: CallFlow, args: argparse.Namespace) -> None:
    from ivr.core.availability.words import everybody_at, history

    now, zone = datetime.now(UTC), flow.client.timezone
    client = flow.client_id
    found = (
        records.statuses.history(client) if args.history else records.statuses.ahead(client, now)
    )
    shown = [each for each in found if args.person in (None, each.person)]
    if args.json:
        rows = [{name: _plain(getattr(each, name)) for name in each.__slots__} for each in shown]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each in shown:
        person = flow.people.get(each.person) if each.person else None
        name = person.name if person else each.person or everybody_at(flow.client.name)
        print(f"{name}: {history(each, now, zone)}")
    if not shown:
        print("Nobody has said anything: calls come as usual.")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _flow(settings: Settings, client: str) -> CallFlow:
    from ivr.adapters.files.flows.library import FolderLibrary
    from ivr.core.flow.findings import nearest
    from ivr.core.nodes import KINDS
    from ivr.errors import UnknownClient

    flows = {flow.client_id: flow for flow in FolderLibrary(settings.flows, KINDS)}
    if client not in flows:
        raise UnknownClient(f"There is no client '{client}'{nearest(client, flows) or '.'}")
    return flows[client]


def _known(flow: CallFlow, person: str | None) -> None:
    from ivr.core.flow.findings import nearest
    from ivr.errors import StatusError

    if person is not None and person not in flow.people:
        hint = nearest(person, flow.people) or "."
        raise StatusError(f"'{person}' is not a person of {flow.client.name}{hint}")
