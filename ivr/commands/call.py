"""`python -m ivr call CLIENT`: play the caller at the terminal."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.processes.running import Running
    from ivr.settings import Settings
    from ivr.simulator import Carrier

PATIENCE_SECONDS = 3600.0
MAX_DOCUMENTS = 5000
HOLD_TURN_SECONDS = 3.0
TEXTS_SECONDS = 5.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "call",
        help="play a caller of a client at the terminal",
        description="Call a client's number through the simulated carrier and be the caller: type "
        "digits for keys, words for speech. Uses the server that runs on this data folder, or "
        "starts one for the time of the call.",
    )
    parser.add_argument("client", help="a client file's name without .yaml, or a telephone number")
    parser.add_argument(
        "--from",
        dest="caller",
        default="+441632960001",
        metavar="NUMBER",
        help="the caller's number, or 'anonymous' (%(default)s)",
    )
    parser.add_argument(
        "--text",
        metavar="WORDS",
        help="send the client's number a text instead, such as 'AWAY 3PM' from one of its people",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Place the call."""
    from urllib.parse import urlsplit

    from ivr.errors import SettingsError
    from ivr.settings import load_settings
    from ivr.simulator import Carrier
    from ivr.simulator.terminal import run_terminal_call

    settings = load_settings()
    if not settings.simulated:
        raise SettingsError(
            "This installation has an account at the carrier, so its calls are real. To play a "
            "caller, unset TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or use another IVR_DATA."
        )
    number = _number(settings, args.client)
    api = urlsplit(settings.twilio_api_url)
    with _server(settings) as server:
        public_url = settings.public_url if "IVR_PUBLIC_URL" in os.environ else server.url
        carrier = Carrier(
            server.url,
            public_url,
            settings.account_sid,
            settings.auth_token,
            host=api.hostname or "127.0.0.1",
            port=api.port or 80,
            speed=1,
            hold_turn_seconds=HOLD_TURN_SECONDS,
            patience_seconds=PATIENCE_SECONDS,
            max_documents=MAX_DOCUMENTS,
        )
        with carrier:
            if args.text is None:
                run_terminal_call(carrier, number, args.caller)
            else:
                _send_text(carrier, number, args.caller, args.text)
            _await_texts(settings)
    return 0


def _send_text(carrier: Carrier, number: str, sender: str, words: str) -> None:
    """Send a text, and show what is answered. Raises `SimulatorError` where nobody takes it."""
    from ivr.flow.types import parse_caller

    carrier.on_text(lambda answer: print(f"(text to {answer.to}: {answer.body})", flush=True))
    carrier.text(number, parse_caller(sender), words)


def _await_texts(settings: Settings) -> None:
    """Texts are sent after the turn that asked for them: stay until the last ones are."""
    import time
    from datetime import UTC, datetime

    from ivr.records import open_records
    from ivr.records.outbox import OutboxKind

    records, began = open_records(settings.database_url), time.monotonic()
    while time.monotonic() - began < TEXTS_SECONDS:
        oldest_due = records.waiting(OutboxKind.SMS).oldest_due
        if oldest_due is None or oldest_due > datetime.now(UTC):
            break
        time.sleep(0.1)
    records.close()


def _number(settings: Settings, client: str) -> str:
    """The number to dial. Raises `UnknownClient`, naming the nearest client."""
    from ivr.errors import UnknownClient
    from ivr.flow.findings import nearest
    from ivr.flow.library import Library
    from ivr.flow.types import parse_caller
    from ivr.nodes import KINDS

    if client[:1] in "+0123456789":
        try:
            return parse_caller(client)
        except ValueError as error:
            raise UnknownClient(str(error)) from None
    flows = {flow.client_id: flow for flow in Library(settings.flows, KINDS)}
    if client not in flows:
        hint = nearest(client, flows)
        raise UnknownClient(f"'{client}' is not a client that can be called{hint}")
    return flows[client].client.numbers[0]


@contextlib.contextmanager
def _server(settings: Settings) -> Iterator[Running]:
    """The server that runs already, or one for the time of the call."""
    from ivr.processes.private import private_server
    from ivr.processes.running import running_server

    running = running_server(settings)
    if running is not None:
        yield running
        return
    print("Starting a server for this call …", file=sys.stderr, flush=True)
    with private_server({}) as started:
        yield started
