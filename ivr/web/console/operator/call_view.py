"""What an operator sees of a call: whose it is, what to say, who rings and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ivr.core.availability.status import Status, counting
from ivr.core.availability.words import everybody_at, sentence
from ivr.core.availability.words import said as status_said
from ivr.core.call.engine import CallFlow
from ivr.core.call.state import CallState
from ivr.core.flow.calendars import shown
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT
from ivr.core.flow.placeholders import fill
from ivr.core.language import values
from ivr.core.language.phrases import phrases
from ivr.core.nodes.base import NodeContext
from ivr.core.records.call_detail import CallDetail
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import Message
from ivr.core.records.message_words import readable_number
from ivr.core.records.timeline import TurnNote
from ivr.core.secret_value import SecretValue
from ivr.web.console.operator.form_values import OURS

MOST_EARLIER = 8
"""Earlier calls and messages that are shown."""

_DARK, _LIGHT = "#000000", "#ffffff"
_SHOWN_WORDS = 160


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One of the client's people. `on_call` names the rotas that have them today, with their
    place there; `phone` is as people write it, `number` as it is dialled (E.164). `status` is what
    they say of themselves: `away until 3 pm`."""

    id: str
    name: str
    phone: str
    number: str | None
    email: str | None
    on_call: tuple[str, ...]
    status: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A call or a message of this number with this client, before this call; by SID or id."""

    at: datetime
    what: str
    words: str
    call: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of a call. `colour` is the client's, `ink` what can be read on it.

    `caller` is the number as people write it, `spoken` digit by digit; `now` is the time at the
    client's; `hours` are its calendars, each with whether it is open and its hours of today. `way`
    names the nodes that the caller came through, `answers` the nodes where they pressed or said
    something, with that; `said` is what they gave, by variable. `statuses` are sentences:
    `Ian Frost is away until 3 pm`.
    """

    client: str
    client_name: str
    colour: str
    ink: str
    phrase: str
    now: datetime
    notes: tuple[str, ...]
    hours: tuple[tuple[str, bool, str], ...]
    people: tuple[PersonRow, ...]
    number: str | None
    caller: str
    spoken: str
    caller_name: str
    caller_kind: str
    earlier: tuple[Earlier, ...]
    way: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, str], ...]
    statuses: tuple[str, ...] = ()
    language: str = "en-GB"


@dataclass(frozen=True, slots=True)
class CallerContext:
    """What else is known: the call's state, what the number left and asked for before, what the
    client's people say of themselves, now and later."""

    state: CallState | None = None
    call_detail: CallDetail | None = None
    calls: tuple[CallSnapshot, ...] = ()
    messages: tuple[Message, ...] = ()
    statuses: tuple[Status, ...] = ()


def call_facts(
    flow: CallFlow,
    call_sid: str,
    caller: str | None,
    called: str,
    known: CallerContext,
    now: datetime,
) -> CallFacts:
    """What is shown of the call `call_sid`, which rang `called` from `caller` (E.164; None where
    the number is withheld)."""
    client, local = flow.client, now.astimezone(flow.client.timezone)
    place = flow.places[flow.start]
    situation = NodeContext(flow, place, local, caller, called, flow.variables)
    ringing = flow.ringing(caller)
    return CallFacts(
        client=flow.client_id,
        client_name=client.name,
        colour=client.colour,
        ink=ink_on(client.colour),
        phrase=situation.written(client.answer_phrase),
        now=local,
        notes=client.notes,
        hours=tuple(_hours(flow, local)),
        people=people_rows(flow, local, known.statuses),
        number=caller,
        caller=readable_number(caller, client.language),
        spoken=values.phone(caller, phrases(client.language)) if caller else "",
        caller_name=ringing.name,
        caller_kind=ringing.kind if ringing.kind in ("vip", "blocked") else "",
        earlier=tuple(_earlier(flow, call_sid, known))[:MOST_EARLIER],
        way=tuple(_in_words(_path(known))),
        answers=tuple(_answers(known.call_detail.timeline.turns if known.call_detail else ())),
        said=tuple(said_so_far(flow, known.state)),
        statuses=tuple(_statuses(flow, known.statuses, local)),
        language=client.language,
    )


def calling_back(flow: CallFlow) -> str:
    """What whoever is called back hears first, for the operator to go on from."""
    said = phrases(flow.client.language)["calling_back"]
    return fill(said, {"client": flow.client.name}.__getitem__)


def ink_on(colour: str) -> str:
    """Black or white, whichever is the easier to read on `colour` (`#7a3fb5`).

    By contrast as WCAG 2.2 reckons it (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance).
    """
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return _DARK if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else _LIGHT


def _hours(flow: CallFlow, local: datetime) -> Iterator[tuple[str, bool, str]]:
    for name, calendar in flow.calendars.items():
        yield words(name), calendar.is_open(local), shown(calendar.pattern(local.date()))


def _statuses(flow: CallFlow, statuses: Iterable[Status], local: datetime) -> Iterator[str]:
    """What counts now, in sentences; what was said for everybody first."""
    whole = counting(statuses, flow.client_id, None, local)
    if whole is not None:
        yield sentence(whole, everybody_at(flow.client.name), local, flow.client.timezone)
    for name, person in flow.people.items():
        own = counting(statuses, flow.client_id, name, local)
        if own is not None:
            yield sentence(own, person.name, local, flow.client.timezone)


def people_rows(
    flow: CallFlow, local: datetime, statuses: Iterable[Status] = ()
) -> tuple[PersonRow, ...]:
    """The client's people, those on call today first, in the order in which they are asked."""
    places: dict[str, list[tuple[int, str]]] = {name: [] for name in flow.people}
    for rota, plan in flow.rotas.items():
        for place, name in enumerate(plan.people(local.date()), start=1):
            places[name].append((place, words(rota)))
    said_of = {name: _said_of(flow, name, statuses, local) for name in flow.people}
    rows = [
        PersonRow(
            id=id_,
            name=person.name,
            phone=readable_number(person.phone, flow.client.language) if person.phone else "",
            number=person.phone,
            email=person.email,
            on_call=tuple(f"{rota} ({place})" for place, rota in sorted(places[id_])),
            status=said_of[id_],
        )
        for id_, person in flow.people.items()
    ]
    return tuple(sorted(rows, key=lambda row: min(places[row.id], default=(99, ""))[0]))


def _said_of(flow: CallFlow, person: str, statuses: Iterable[Status], local: datetime) -> str:
    found = counting(statuses, flow.client_id, person, local)
    return status_said(found, local, flow.client.timezone) if found else ""


def words(name: str) -> str:
    """A name of the file as words: `take_message` → `take message`."""
    return name.replace("_", " ").replace("-", " ").replace("/", " › ")


def _path(known: CallerContext) -> tuple[str, ...]:
    """The nodes passed: as the call itself knows them, or, once that is forgotten, the records."""
    if known.state is not None:
        return known.state.path
    return known.call_detail.call.path if known.call_detail else ()


def _answers(turns: Iterable[TurnNote]) -> Iterator[tuple[str, str]]:
    for turn in turns:
        if turn.said and turn.way:
            how = "pressed" if turn.event == "pressed" else "said"
            yield words(turn.way[0].node), f"{how} {turn.said}"


def _in_words(path: Iterable[str]) -> Iterator[str]:
    own = {LAST_RESORT: "last resort", LAST_GOODBYE: "goodbye"}
    for name in path:
        yield own.get(name) or words(name)


def said_so_far(flow: CallFlow, state: CallState | None) -> Iterator[tuple[str, str]]:
    """What the caller gave on the way: every variable that is not what it was at first."""
    ours = phrases(OURS)
    for name, value in (state.variables if state else {}).items():
        kind = flow.types.get(name)
        if kind and value != flow.variables.get(name) and value != "":
            is_phone = kind == "string" and str(value).startswith("+")
            written = readable_number(str(value), flow.client.language) if is_phone else ""
            yield words(name), written or values.write(kind, value, ours)


def _earlier(flow: CallFlow, call_sid: str, known: CallerContext) -> list[Earlier]:
    zone = flow.client.timezone
    found = [
        Earlier(
            call.started_at.astimezone(zone),
            "Call",
            call.outcome or ("came to " + words(call.path[-1]) if call.path else ""),
            call=call.call_sid,
        )
        for call in known.calls
        if call.call_sid != call_sid
    ]
    for message in known.messages:
        if message.call_sid == call_sid:
            continue
        text = message.transcript.text if message.transcript else message.reason or ""
        said = text if len(text) <= _SHOWN_WORDS else text[:_SHOWN_WORDS].rstrip() + " …"
        what = "Message" if message.kind == "message" else f"Message ({words(message.kind)})"
        found.append(Earlier(message.received_at.astimezone(zone), what, said, message=message.id))
    return sorted(found, key=lambda each: each.at, reverse=True)


def prefilled(flow: CallFlow, state: CallState | None) -> dict[str, str]:
    """What fields of the variables' names begin with: what the caller has given already."""
    found: dict[str, str] = {}
    for name, value in (state.variables if state else {}).items():
        given = value != flow.variables.get(name) and value != ""
        if given and not isinstance(value, SecretValue):
            local = name.rpartition("/")[2]
            found[local] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return found
