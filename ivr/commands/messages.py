"""`python -m ivr messages`: what callers have left, newest first."""

from __future__ import annotations

import argparse
import json
import textwrap
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivr.records.messages import Message


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "messages",
        help="show callers' messages, newest first",
        description="Show the messages that callers have left, newest first.",
    )
    parser.add_argument("--client", metavar="ID", help="those of one client only")
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the messages. Raises `RecordsError`."""
    from ivr.records import open_records
    from ivr.settings import load_settings

    messages = open_records(load_settings().database_url).messages(args.client)
    if args.json:
        print(json.dumps([_as_json(message) for message in messages], ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(map(_as_text, messages)) or "No messages.")
    return 0


def _as_json(message: Message) -> dict[str, Any]:
    heard = message.transcript
    return {
        "id": message.id,
        "client": message.client,
        "caller": message.caller,
        "received_at": message.received_at.isoformat(),
        "seconds": message.seconds,
        "audio": message.audio,
        "state": message.state,
        "recogniser": heard and heard.recogniser,
        "model": heard and heard.model,
        "text": heard and heard.text,
        "words": [
            {"word": w.word, "start": w.start, "end": w.end, "confidence": w.confidence}
            for w in (heard.words if heard else ())
        ],
    }


def _as_text(message: Message) -> str:
    facts = [
        local_time(message.received_at),
        message.client,
        message.caller or "number withheld",
        f"{message.seconds:.0f} s",
        message.state.replace("_", " "),
        message.audio or "no audio yet",
    ]
    words = message.transcript.text if message.transcript else message.reason or ""
    text = textwrap.indent(textwrap.fill(printable(words), 90), "    ")
    return "\n".join(filter(None, ["  ".join(map(printable, facts)), text]))


def local_time(moment: datetime) -> str:
    """A moment on this machine's clock, to the minute."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def printable(text: str) -> str:
    """Text from outside, unable to command the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
