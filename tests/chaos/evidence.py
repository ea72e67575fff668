"""All that is known of what went wrong, in real time: from transcripts, log and blows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from ivr.cli._demo.stage import Stage

NAME = re.compile(r"(?:CA|CF|RE)?[0-9a-f]{32}")
MOST_LINES = 400
PLACES = ("call_sid", "conversation", "reservation", "callback", "leg_sid", "room")
"""Fields of the log that name a call, or what belongs to one."""


def evidence(stage: Stage, fault: str, blows: Sequence[tuple[float, str]]) -> str:
    """What happened to those whom a fault names, and to those whom they met, line by line."""
    log = list(_log(stage))
    names = set(NAME.findall(fault.partition("\n")[0])) or set(NAME.findall(fault)[:1])
    for _ in range(2):  # from a call to its conversations, and from these to the legs in them
        known = frozenset(names)
        names |= {each for _, line in log if known & _names(line) for each in _places(line)}
    legs = [leg for leg in stage.carrier.calls if names & _of(leg.sid, map(str, leg.transcript))]
    lines = [(at, f"log {_short(line)}") for at, line in log if names & _names(line)]
    lines += [
        (entry.noted_at, f"{leg.sid[:8]} {leg.to} {entry.kind} {entry.text}")
        for leg in legs
        for entry in leg.transcript
    ]
    if lines:
        first, last = min(lines)[0] - 3, max(lines)[0] + 3
        lines += [(at, f"BLOW {blow}") for at, blow in blows if first <= at <= last]
    return "\n".join(f"  {_clock(at)} {line}" for at, line in sorted(lines)[:MOST_LINES])


def _log(stage: Stage) -> Iterator[tuple[float, str]]:
    path = stage.settings.data / "serve.log"
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            at = datetime.fromisoformat(json.loads(line)["timestamp"]).timestamp()
        except (ValueError, KeyError, TypeError):
            continue
        yield at, line


def _names(text: str) -> set[str]:
    return set(NAME.findall(text))


def _of(sid: str, texts: Iterable[str]) -> set[str]:
    return {sid} | {name for text in texts for name in _names(text)}


def _places(line: str) -> set[str]:
    found = json.loads(line)
    return {name for key in PLACES for name in _names(str(found.get(key, "")))}


def _short(line: str) -> str:
    found = json.loads(line)
    told = {k: v for k, v in found.items() if k not in ("timestamp", "level", "client", "event")}
    return f"{found.get('event')} " + " ".join(f"{k}={v}" for k, v in told.items())


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S.%f")[:12]
