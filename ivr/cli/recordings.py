"""`python -m ivr recordings`: recordings of conversations, newest first."""

from __future__ import annotations

import argparse
import json
import textwrap
from typing import TYPE_CHECKING, Any

from ivr.cli._hear_again import add_wishes, hear_again
from ivr.cli._shown import local_time, printable

if TYPE_CHECKING:
    from ivr.core.records.recording import ConversationRecording


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "recordings",
        help="show recordings of conversations, newest first",
        description="Show the recordings of conversations between callers and operators, newest "
        "first, also those of which nobody knows whose they are.",
    )
    parser.add_argument("--client", metavar="ID", help="those of one client only")
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.add_argument(
        "--needs-review",
        "--set-aside",
        dest="needs_review",
        action="store_true",
        help="only those that need review, and why",
    )
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    again = actions.add_parser(
        "transcribe",
        help="turn recordings into words again",
        description="Have recordings heard again by a running worker, also those that need "
        "review or were to have no words. Earlier transcripts stay.",
    )
    again.add_argument("recordings", metavar="RECORDING", nargs="+", help="ids, as shown")
    add_wishes(again)


def run(args: argparse.Namespace) -> int:
    """Print the recordings, or have some heard again. Raises `RecordsError`."""
    from ivr.adapters.sql import open_records
    from ivr.core.records.message import MessageState
    from ivr.settings import load_settings

    records = open_records(load_settings().database_url)
    if args.action == "transcribe":
        what = "recording of a conversation"
        return hear_again(records, args, args.recordings, what)
    state = MessageState.SET_ASIDE if args.needs_review else None
    found = records.call_recordings.newest(args.client, state)
    if args.json:
        print(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(map(_as_text, found)) or "No recordings of conversations.")
    return 0


def _as_json(recording: ConversationRecording) -> dict[str, Any]:
    heard = recording.transcript
    return {
        "id": recording.id,
        "recording_sid": recording.recording_sid,
        "call_sid": recording.call_sid,
        "client": recording.client,
        "caller": recording.caller,
        "began_at": recording.began_at.isoformat(),
        "seconds": recording.seconds,
        "channels": recording.channels,
        "audio": recording.audio,
        "state": recording.state,
        "reason": recording.reason,
        "text": heard and heard.text,
        "recogniser": heard and heard.recogniser,
        "model": heard and heard.model,
        "version": heard and heard.version,
    }


def _as_text(recording: ConversationRecording) -> str:
    facts = [
        local_time(recording.began_at),
        recording.client or "nobody's",
        recording.caller or "number withheld",
        f"{recording.seconds:.0f} s",
        recording.state.words,
        recording.id,
    ]
    heard = recording.transcript
    said = (heard.text or "nobody spoke") if heard else recording.reason or ""
    lines = [textwrap.fill(printable(line), 90) for line in said.splitlines()]
    text = textwrap.indent("\n".join(lines), "    ")
    return "\n".join(filter(None, ["  ".join(map(printable, facts)), text]))
