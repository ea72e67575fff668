"""`python -m ivr numbers`: where clients' numbers lead at the carrier, and leading them here."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ivr.cli._shown import printable
from ivr.errors import SettingsError

if TYPE_CHECKING:
    from ivr.adapters.twilio.rest.numbers import NumberReport, Numbers
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "numbers",
        help="show where the clients' numbers lead at the carrier; lead them here",
        description="Compare each client's numbers with what is set for them at the carrier. "
        "Exit code 1: a number does not reach Tango as it should.",
    )
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    lead = actions.add_parser(
        "point",
        help="set numbers at the carrier so that they reach this server",
        description="Set the clients' numbers at the carrier so that calls and texts reach this "
        "server (IVR_PUBLIC_URL). What was set before is printed.",
    )
    lead.add_argument("clients", nargs="*", metavar="CLIENT", help="whose numbers")
    lead.add_argument("--all", action="store_true", help="the numbers of all clients")
    lead.set_defaults(run=run_point)
    letting = actions.add_parser(
        "release",
        help="let a number go whose client has left",
        description="Let a number go, whoever has it. It goes to the client whose file names it: "
        "for the number of a client whose machine is no more.",
    )
    letting.add_argument("number", metavar="NUMBER", help="such as +441632960601")
    letting.set_defaults(run=run_release)


def run(args: argparse.Namespace) -> int:
    """Print how every number stands. Raises `CarrierError`, `FlowError`, `SettingsError`."""
    settings = _settings()
    reports = _reports(settings, _numbers(settings))
    if args.json:
        print(json.dumps([_as_json(report) for report in reports], indent=2))
    else:
        print("\n".join(map(_as_text, reports)) or "No client has a number.")
    return int(any(_wrong(report) for report in reports))


def run_point(args: argparse.Namespace) -> int:
    """Mend the named clients' numbers. Raises `CarrierError`, `FlowError`, `SettingsError`."""
    if bool(args.clients) == args.all:
        raise SettingsError("Name the clients whose numbers are to lead here, or say --all.")
    settings = _settings()
    numbers = _numbers(settings)
    reports = [each for each in _reports(settings, numbers) if each.client is not None]
    unknown = set(args.clients) - {report.client for report in reports}
    if unknown:
        raise SettingsError(f"There is no client {', '.join(sorted(unknown))} with a number.")
    chosen = [report for report in reports if args.all or report.client in args.clients]
    for report in chosen:
        print(_as_text(report))
        if report.held and report.differences:
            numbers.mend(report.held, report.differences)
            print("    set")
    return int(any(report.held is None for report in chosen))


def run_release(args: argparse.Namespace) -> int:
    """Let a number go. Raises `SettingsError` for what is no number, and `RecordsError`."""
    from ivr.adapters.sql import open_records
    from ivr.core.flow.types import parse_phone
    from ivr.settings import load_settings

    try:
        number = parse_phone(args.number)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    client = open_records(load_settings().database_url).versions.release(number)
    print(f"{number}: {f'{client} had it' if client else 'nobody had it'}.")
    return 0 if client else 1


def _settings() -> Settings:
    from ivr.settings import load_settings

    settings = load_settings()
    if not settings.public_url.startswith("https://"):
        raise SettingsError(
            f"The carrier cannot reach {settings.public_url} safely; set IVR_PUBLIC_URL to the "
            "https:// address of this server."
        )
    return settings


def _numbers(settings: Settings) -> Numbers:
    from ivr.adapters.twilio.rest.numbers import Numbers

    return Numbers(settings)


def _reports(settings: Settings, numbers: Numbers) -> list[NumberReport]:
    from ivr.adapters.files.flows.library import FolderLibrary
    from ivr.adapters.sql.flows.read_versions import read_versions
    from ivr.adapters.twilio.rest.numbers import compare
    from ivr.core.nodes import KINDS

    library = FolderLibrary(settings.flows, KINDS, read_versions(settings.database_url))
    named = {number for flow in library for number in flow.client.numbers}
    owners = {number: library.answering(number) for number in sorted(named)}
    clients = {number: flow.client_id for number, flow in owners.items() if flow}
    return compare(clients, numbers.held(), settings.public_url)


def _wrong(report: NumberReport) -> bool:
    from ivr.adapters.twilio.rest.numbers import NumberStatus

    return report.standing is not NumberStatus.RIGHT


def _as_text(report: NumberReport) -> str:
    lines = [f"{report.number:16} {report.client or '(no client)':20} {report.standing.value}"]
    for each in report.differences:
        lines.append(f"    {each.words}: {each.now or '(nothing)'} -> {each.wanted or '(nothing)'}")
    return "\n".join(map(printable, lines))


def _as_json(report: NumberReport) -> dict[str, object]:
    return {
        "number": report.number,
        "client": report.client,
        "standing": report.standing.name.lower(),
        "differences": _differences(report),
    }


def _differences(report: NumberReport) -> Sequence[dict[str, str]]:
    return [
        {"setting": each.setting, "now": each.now, "wanted": each.wanted}
        for each in report.differences
    ]
