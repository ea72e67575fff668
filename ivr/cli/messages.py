"""`python -m ivr messages`: what callers have left, newest first."""

from __future__ import annotations

import argparse
import json
import textwrap
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ivr.cli._hear_again import add_wishes, hear_again
from ivr.cli._shown import local_time, printable

if TYPE_CHECKING:
    from ivr.core.records.delivery import Delivery
    from ivr.core.records.message import Message


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "messages",
        help="show callers' messages, newest first",
        description="Show the messages that callers have left, newest first.",
    )
    parser.add_argument("--client", metavar="ID", help="those of one client only")
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.add_argument(
        "--needs-review",
        "--set-aside",
        dest="needs_review",
        action="store_true",
        help="only those that a person must listen to",
    )
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    again = actions.add_parser(
        "transcribe",
        help="turn messages into words again",
        description="Have the recordings of messages heard again by a running worker, also those "
        "that need review. Earlier transcripts stay.",
    )
    again.add_argument("messages", metavar="MESSAGE", nargs="+", help="ids, as --json shows them")
    add_wishes(again)


def run(args: argparse.Namespace) -> int:
    """Print the messages, or have some heard again. Raises `RecordsError`."""
    from ivr.adapters.sql import open_records
    from ivr.core.records.message import MessageState
    from ivr.settings import load_settings

    records = open_records(load_settings().database_url)
    if args.action == "transcribe":
        return hear_again(records, args, args.messages, "message")
    state = MessageState.SET_ASIDE if args.needs_review else None
    messages = records.messages.newest(args.client, state=state)
    if args.json:
        delivered = records.deliveries.of_messages([message.id for message in messages])
        found = [_as_json(message, delivered[message.id]) for message in messages]
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(map(_as_text, messages)) or "No messages.")
    return 0


def _as_json(message: Message, deliveries: list[Delivery]) -> dict[str, Any]:
    from ivr.core.delivery.words import first_read

    heard = message.transcript
    first = first_read(deliveries)
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
        "version": heard and heard.version,
        "reason": message.reason,
        "text": heard and heard.text,
        "number_given": heard and heard.number_given,
        "difference": heard and heard.difference,
        "words": [
            {"word": w.word, "start": w.start, "end": w.end, "confidence": w.confidence}
            for w in (heard.words if heard else ())
        ],
        "delivered_at": _moment(message.delivered_at),
        "read_at": _moment(first.acknowledged_at) if first else None,
        "read_by": first.acknowledged_by if first else None,
        "deliveries": [
            {
                "about": each.about,
                "to": each.recipient,
                "channel": each.channel,
                "state": each.state,
                "attempts": each.attempts,
                "sent_at": _moment(each.sent_at),
                "arrived_at": _moment(each.arrived_at),
                "acknowledged_at": _moment(each.acknowledged_at),
                "acknowledged_by": each.acknowledged_by,
                "error": each.error,
                "error_code": each.error_code,
            }
            for each in deliveries
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _as_text(message: Message) -> str:
    facts = [
        local_time(message.received_at),
        message.client,
        message.caller or "number withheld",
        f"{message.seconds:.0f} s",
        message.state.words,
        message.audio or "no audio yet",
    ]
    heard = message.transcript
    words = (heard.text or "nobody spoke") if heard else message.reason or ""
    text = textwrap.indent(textwrap.fill(printable(words), 90), "    ")
    difference = f"    (the caller {heard.difference})" if heard and heard.difference else ""
    return "\n".join(filter(None, ["  ".join(map(printable, facts)), text, difference]))
