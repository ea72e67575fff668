"""Why a call takes a way, in words for an editor."""

from __future__ import annotations

from datetime import datetime

from ivr.core.availability.standing import AS_USUAL, Availability
from ivr.core.availability.words import KINDS
from ivr.core.call.engine import CallFlow, situation_of
from ivr.core.call.state import CallState
from ivr.core.flow.agreement import AGENCY
from ivr.core.flow.calendars import shown
from ivr.core.flow.expressions import parsed
from ivr.core.flow.flow import Flow
from ivr.core.jobs.agreement import opening
from ivr.core.nodes.base import Kind
from ivr.core.nodes.branch import Branch
from ivr.core.nodes.callers import WhoRings
from ivr.core.nodes.dial import DialPerson
from ivr.core.nodes.escalate import Escalate
from ivr.core.nodes.hours import OpeningHours
from ivr.core.nodes.menu import Menu
from ivr.core.nodes.message import TakeMessage
from ivr.core.nodes.put_through import NOBODY, STATUS
from ivr.core.nodes.queue import Queue
from ivr.core.nodes.text import WriteText


def reason(flow: CallFlow, state: CallState, node: Kind, exit_: str, now: datetime) -> str:
    """Why a call in `state` leaves `node` by `exit_` at `now` (in the client's zone)."""
    match node:
        case OpeningHours():
            return _hours(flow, node, exit_, now)
        case Branch():
            return _branch(node, exit_, state)
        case WhoRings():
            return f"the caller is {flow.ringing(state.caller).kind}"
        case WriteText() if exit_ == "failed":
            number = node.number(situation_of(flow, state, flow.places[state.node], now))
            return f"a text cannot go to {number or 'a withheld number'}"
        case DialPerson() | Queue() | Escalate() if state.standing and exit_ in (STATUS, NOBODY):
            return _status(flow, state, node)
        case _:
            return "" if exit_ in ("next", "begin", "return") else exit_.replace("_", " ")


def when(
    flow: CallFlow, node: Kind, exit_: str, now: datetime, standing: Availability = AS_USUAL
) -> str:
    """What must happen for a call to leave `node` by `exit_`, as the client's people stand."""
    if isinstance(node, Menu):
        choice = next((each for each in node.choices if each.label == exit_), None)
        if choice is not None:
            ways = [f"presses {choice.key}"] if choice.key else []
            if choice.words:
                ways.append("says " + " or ".join(f"“{word}”" for word in choice.words))
            return f"if the caller {' or '.join(ways)}"
    if isinstance(node, Branch) and exit_.startswith("case "):
        return f"if '{_condition(node, exit_)}'"
    if isinstance(node, TakeMessage) and exit_ == "next":
        return f"after the message, which is {_duty(flow, node.message.kind, now, standing)}"
    if isinstance(node, Queue) and exit_ == "message":
        return f"if the caller presses {node.queue.leave_message} while waiting"
    if isinstance(node, Queue) and exit_ == "callback" and node.call_back:
        return f"if the caller presses {node.call_back.key} and says where to call them back"
    return _WHEN.get(exit_, exit_.replace("_", " "))


_WHEN = {
    "next": "then",
    "no_input": "if the caller says nothing",
    "no_match": "if the caller is not understood",
    "give_up": "if the caller is not understood to the end",
    "answered": "after the talk",
    "accepted": "after the talk",
    "nobody": "if nobody takes the call",
    "overflow": "if too many are in line before the caller",
    "empty": "if no message is left",
    "failed": "if it fails",
    "not_found": "if there is no such thing",
    "else": "else",
}


def _hours(flow: Flow[Kind], node: OpeningHours, exit_: str, now: datetime) -> str:
    """`exit_` is what the calendars came to; each of them is named, with its rule."""
    said = []
    for name in node.hours:
        pattern, why = flow.calendars[name].rule(now.date())
        hours = f": {shown(pattern)}" if pattern else ""
        said.append(f"'{name}' ({why}{hours})")
    return f"it is {now:%A} {now.day} {now:%B %Y}, {now:%H:%M}; {exit_} by {' and '.join(said)}"


def _branch(node: Branch, exit_: str, state: CallState) -> str:
    if not exit_.startswith("case "):
        return "no condition holds"
    condition = _condition(node, exit_)
    named = parsed(condition).names
    held = ", ".join(
        f"{name} is '{value}'"
        for name, value in state.variables.items()
        if name.rpartition("/")[2] in named
    )
    return f"the condition '{condition}' holds" + (f" ({held})" if held else "")


def _condition(node: Branch, exit_: str) -> str:
    return node.branch[int(exit_.removeprefix("case ")) - 1].if_


def _status(flow: CallFlow, state: CallState, node: Kind) -> str:
    """What somebody has said of themselves, because of which the call does not stay here."""
    standing = state.standing
    if isinstance(node, DialPerson) and (kind := standing.people.get(node.dial.to)):
        return f"{flow.people[node.dial.to].name} said “{KINDS[kind]}”"
    said = {KINDS[kind] for kind in (*standing.people.values(), standing.everybody) if kind}
    return f"everybody said “{'” or “'.join(sorted(said))}”"


def _duty(flow: CallFlow, kind: str, now: datetime, standing: Availability) -> str:
    owner = opening(flow, kind, now, f"the {AGENCY}", standing).owner
    duty = flow.agreement.get(kind)
    hours = f" of {duty.hours}" if duty and duty.hours else ""
    due = f", due in {_length(duty.due)}{hours}" if duty else ""
    return f"a job '{kind}' of {owner.name}{due}"


def _length(seconds: int) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds // 60} minutes" if seconds % 60 == 0 else f"{seconds} seconds"
