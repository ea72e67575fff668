"""`python -m ivr call CLIENT`: play the caller at the terminal."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        "starts one for the time of the call. A draft, and a call while another is being played, "
        "have a server of their own, which keeps nothing.",
    )
    parser.add_argument(
        "client", help="a client, a telephone number, or a draft such as drafts/acme.yaml"
    )
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

    from ivr.cli._call_stage import stage_for
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
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed window ends the server too
        signal.signal(number, lambda signum, _: sys.exit(128 + signum))
    with stage_for(settings, args.client) as stage:
        here, server = stage.settings, stage.server
        api = urlsplit(here.twilio_api_url)
        own_url = here is not settings or "IVR_PUBLIC_URL" not in os.environ
        carrier = Carrier(
            server.url,
            server.url if own_url else here.public_url,
            here.account_sid,
            here.auth_token,
            host=api.hostname or "127.0.0.1",
            port=api.port or 80,
            speed=1,
            hold_turn_seconds=HOLD_TURN_SECONDS,
            patience_seconds=PATIENCE_SECONDS,
            max_documents=MAX_DOCUMENTS,
        )
        with carrier:
            if args.text is None:
                run_terminal_call(carrier, stage.number, args.caller)
            else:
                _send_text(carrier, stage.number, args.caller, args.text)
            _await_texts(here)
    return 0


def _send_text(carrier: Carrier, number: str, sender: str, words: str) -> None:
    """Send a text, and show what is answered. Raises `SimulatorError` where nobody takes it."""
    from ivr.core.flow.types import parse_caller

    carrier.on_text(lambda answer: print(f"(text to {answer.to}: {answer.body})", flush=True))
    carrier.text(number, parse_caller(sender), words)


def _await_texts(settings: Settings) -> None:
    """Texts are sent after the turn that asked for them: stay until the last ones are."""
    import time
    from datetime import UTC, datetime

    from ivr.adapters.sql import open_records
    from ivr.core.records.outbox import OutboxKind

    records, began = open_records(settings.database_url), time.monotonic()
    while time.monotonic() - began < TEXTS_SECONDS:
        oldest_due = records.outbox.waiting(OutboxKind.SMS).oldest_due
        if oldest_due is None or oldest_due > datetime.now(UTC):
            break
        time.sleep(0.1)
    records.close()
