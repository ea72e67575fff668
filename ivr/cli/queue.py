"""`python -m ivr queue`: who waits for an operator, and taking the next caller."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.cli._queue_simulate import add_simulate, run_simulate

if TYPE_CHECKING:
    from ivr.bootstrap import Services
    from ivr.core.flow.people import Person
    from ivr.core.queue.entry import QueueEntry, QueuePosition, Reservation


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "queue",
        help="list the callers who wait for an operator; take the next one",
        description="List the callers who wait for an operator, the next one first.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    take = actions.add_parser(
        "take",
        help="take the next caller",
        description="Claim the next caller for an operator and ring the operator. The caller is "
        "put through when the operator answers. Exit code 1: nobody is waiting.",
    )
    _add_operator(take)
    take.add_argument(
        "--phone",
        metavar="NUMBER",
        help="the number to ring, such as +447700900301; without it the one in agency.yaml",
    )
    take.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print a JSON object"
    )
    finish = actions.add_parser(
        "finish",
        help="free an operator who is shown as busy",
        description="End what keeps an operator busy: a conversation that is over, or a caller "
        "they do not answer, who goes back to their place. Exit code 1: they were not busy.",
    )
    _add_operator(finish)
    add_simulate(actions)


def _add_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--operator", required=True, metavar="NAME", help="the operator's name in agency.yaml"
    )


def run(args: argparse.Namespace) -> int:
    """List the queue, take a caller or free an operator; see the actions for exit codes."""
    if args.action == "simulate":
        return run_simulate(args)
    from ivr.adapters.system.running import settings_here
    from ivr.bootstrap import command_services
    from ivr.log import configure_logging

    settings = settings_here()
    configure_logging("queue", settings)
    services = command_services(settings)
    match args.action:
        case "take":
            return _take(services, args)
        case "finish":
            return _finish(services, args.operator)
        case _:
            return _list(services, args.json)


def _list(services: Services, as_json: bool) -> int:
    entries = services.queue.waiting(services.clock())
    if as_json:
        print(json.dumps([_entry(entry) for entry in entries]))
    elif not entries:
        print("No callers waiting.")
    else:
        print(f"{'':3} {'waiting':>8}  {'priority':8}  {'client':20}  caller")
        for entry in entries:
            print(_line(entry))
    return 0


def _entry(entry: QueuePosition) -> dict[str, Any]:
    return _facts(entry.ticket, entry.waited)


def _facts(ticket: QueueEntry, waited: timedelta) -> dict[str, Any]:
    return {
        "call_sid": ticket.call_sid,
        "client": ticket.client,
        "caller": ticket.caller,
        "priority": ticket.priority,
        "waiting_s": waited // timedelta(seconds=1),
        "callback": ticket.callback or None,
    }


def _line(entry: QueuePosition) -> str:
    ticket = entry.ticket
    waiting = f"{entry.waited // timedelta(seconds=1)} s"
    client = _printable(ticket.client)
    mark = "  (call back)" if ticket.callback else ""
    who = f"{_caller(ticket)}{mark}"
    return f"{entry.position:3} {waiting:>8}  {ticket.priority:<8}  {client:20}  {who}"


def _take(services: Services, args: argparse.Namespace) -> int:
    from ivr.adapters.files.agency import load_agency
    from ivr.services.queue.connect import take_next

    operators = load_agency(services.settings.flows).operators
    phone = _phone(args, operators)
    now = services.clock()
    operator = operators.get(args.operator)
    skills = operator.skills if operator else None
    reservation = take_next(services.queue, services.ringer, args.operator, phone, now, skills)
    if reservation is None:
        print("No callers waiting.", file=sys.stderr)
        return 1
    if phone is None:
        _say_that_nobody_is_rung(args.operator, operators)
    if args.json:
        print(json.dumps(_taken(reservation, now) | {"ringing": phone}))
    else:
        _print_taken(reservation, phone, now)
    return 0


def _phone(args: argparse.Namespace, operators: Mapping[str, Person]) -> str | None:
    """The number to ring, E.164. Raises `QueueError` for `--phone` that is none."""
    from ivr.core.flow.types import parse_phone
    from ivr.errors import QueueError

    if args.phone is None:
        operator = operators.get(args.operator)
        return operator.phone if operator else None
    try:
        return parse_phone(args.phone)
    except ValueError as error:
        raise QueueError(f"--phone: {error}") from None


def _say_that_nobody_is_rung(operator: str, operators: Mapping[str, Person]) -> None:
    from ivr.core.flow.findings import nearest

    if operator in operators:
        why = f"{operator} has no telephone in agency.yaml"
    else:
        why = f"{operator} is not in agency.yaml{nearest(operator, operators)}"
    print(f"Nobody is rung: {why}. Give a number with --phone.", file=sys.stderr)


def _taken(reservation: Reservation, now: datetime) -> dict[str, Any]:
    ticket = reservation.ticket
    return _facts(ticket, ticket.waited(now)) | {
        "called": ticket.called,
        "operator": reservation.operator,
        "reservation": reservation.id,
        "room": reservation.room,
        "expires_at": reservation.expires_at.isoformat(),
    }


def _print_taken(reservation: Reservation, phone: str | None, now: datetime) -> None:
    ticket = reservation.ticket
    seconds = ticket.waited(now) // timedelta(seconds=1)
    print(f"{_caller(ticket)} for {_printable(ticket.client)}, waiting {seconds} s")
    print(f"  reservation  {reservation.id}")
    print(f"  room         {reservation.room}")
    left = (reservation.expires_at - now) // timedelta(seconds=1)
    if phone:
        print(f"{reservation.operator} is being rung on {phone}, for {left} s at most.")
    else:
        print(f"The caller is kept for {reservation.operator} for {left} s.")


def _finish(services: Services, operator: str) -> int:
    queue, now = services.queue, services.clock()
    reservation = queue.reservation_of(operator)
    if reservation is None:
        print(f"{operator} has no caller.", file=sys.stderr)
        return 1
    _end_conversation(services, reservation)
    if reservation.answered:
        queue.finish(reservation.id, now)
        print(f"The conversation is over; {operator} is free.")
    else:
        queue.release(reservation.id, now)
        print(f"The caller is back in their place; {operator} is free.")
    return 0


def _end_conversation(services: Services, reservation: Reservation) -> None:
    """Send everybody out of the room; what cannot be done now the relay does later."""
    from ivr.core.conversation.commands import HangUp
    from ivr.errors import ConversationError

    command, now = services.conversations.command, services.clock()
    with suppress(ConversationError):  # there is none, or it is over
        command(reservation.id, HangUp(), reservation.operator, now)


def _caller(ticket: QueueEntry) -> str:
    return _printable(ticket.caller) or "number withheld"


def _printable(text: str) -> str:
    """Text from outside without what could steer a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)
