"""A test of a client's file, run on the engine that takes calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.core.availability.standing import Availability
from ivr.core.call.engine import CallFlow, start
from ivr.core.flow.agreement import AGENCY
from ivr.core.flow.amounts import seconds
from ivr.core.flow.flow import Flow
from ivr.core.flow.testcase import Expected, ExpectedJob, TestCase
from ivr.core.flow.types import PersonName
from ivr.core.flow.variables import typed
from ivr.core.jobs.agreement import opening
from ivr.core.nodes.base import Kind
from ivr.core.secret_value import revealed
from ivr.errors import Unexpected
from ivr.tools.rehearsal.caller import ScriptedCaller
from ivr.tools.rehearsal.play import Played, play
from ivr.tools.rehearsal.world import World

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a test: the first difference, or None; the transcript; the ways taken."""

    client: str
    name: str
    difference: str | None
    transcript: tuple[str, ...]
    ways: frozenset[tuple[str, str]]


def run_case(flow: CallFlow, case: TestCase) -> CaseResult:
    """Play the call of `case` and compare what comes of it with what it expects."""
    set_, now = _set(flow, case), _begins(flow, case)
    caller = ScriptedCaller(case.steps)
    ways: frozenset[tuple[str, str]] = frozenset()
    difference: str | None
    try:
        played = _played(set_, case, caller, now)
        ways = frozenset(played.ways)
        difference = next(_differences(set_, played, case.expect, now), None)
    except Unexpected as error:
        difference = str(error)
    return CaseResult(flow.client_id, case.name, difference, tuple(caller.transcript), ways)


def play_case(flow: CallFlow, case: TestCase) -> Played:
    """The call of `case`, whatever it expects. Raises `Unexpected` where its steps cannot be
    taken."""
    return _played(_set(flow, case), case, ScriptedCaller(case.steps), _begins(flow, case))


def _begins(flow: CallFlow, case: TestCase) -> datetime:
    return case.at.replace(tzinfo=flow.client.timezone)


def _played(flow: CallFlow, case: TestCase, caller: ScriptedCaller, now: datetime) -> Played:
    world = World(
        case.operators,
        dict(case.people.items()),
        {node: (reply.status, reply.body) for node, reply in case.replies.items()},
        case.waiting,
    )
    called, standing = flow.client.numbers[0], _standing(case)
    state = start(flow, "rehearsal", case.caller, called, now, standing)
    return play(flow, state, caller, world, now)


def _standing(case: TestCase) -> Availability:
    return Availability.from_data({str(person): kind for person, kind in case.status.items()})


def _set(flow: CallFlow, case: TestCase) -> CallFlow:
    """The flow with the rotas and the variables of the test."""
    rotas = dict(flow.rotas)
    for rota, people in case.rotas.items():
        rotas[rota] = rotas[rota].model_copy(
            update={"default": tuple(people), "dates": {}, "weekly": {}}
        )
    variables = dict(flow.variables)
    types = flow.places[flow.start].scope.types
    for name, text in case.vars.items():
        variables[name] = typed(types[name], text)
    return replace(flow, rotas=rotas, variables=variables)


def _differences(
    flow: Flow[Kind], played: Played, expect: Expected, now: datetime
) -> Iterator[str]:
    """What is not as expected, in the order in which it matters."""
    path = played.state.path
    went = " → ".join(path)
    for node in expect.visited:
        if node not in path:
            yield f"the call should come to '{node}', and went {went}"
    for node in expect.not_visited:
        if node in path:
            yield f"the call should not come to '{node}', and went {went}"
    if expect.path and expect.path != path:
        yield f"the call should go {' → '.join(expect.path)}, and went {went}"
    if expect.ends and path[-1] != expect.ends:
        yield f"the call should end at '{expect.ends}', and ended at '{path[-1]}'"
    yield from _people(flow, played, expect)
    yield from _call_back(played, expect)
    if "job" in expect.model_fields_set:
        yield from _job(flow, played, expect.job, now)
    yield from _variables(flow, played, expect)


def _people(flow: Flow[Kind], played: Played, expect: Expected) -> Iterator[str]:
    transcript = played.transcript
    if "dialled" in expect.model_fields_set and list(expect.dialled) != transcript.dialled:
        wanted, rung = (
            ", ".join(names) or NOBODY for names in (expect.dialled, transcript.dialled)
        )
        be = "were" if len(transcript.dialled) > 1 else "was"
        yield f"{wanted} should be rung, and {rung} {be}" + _by_name(flow, played, expect)
    talked = transcript.talked_to or [NOBODY]
    if expect.connected and expect.connected not in talked:
        yield f"the caller should speak with {expect.connected}, and spoke with {talked[-1]}"
    sent = transcript.texts
    for index, words in enumerate(expect.texts):
        if index >= len(sent) or words.casefold() not in sent[index].casefold():
            got = f"“{sent[index]}”" if index < len(sent) else "none"
            yield f"text {index + 1} should say “{words}”, and there was {got}"


def _by_name(flow: Flow[Kind], played: Played, expect: Expected) -> str:
    """Which nodes ring somebody by name though a rota says who is on call."""
    rung = set(played.transcript.dialled) - set(expect.dialled)
    nodes = [
        (node, name)
        for node in dict.fromkeys(played.state.path)
        for _, name in flow.places[node].node.names
        if isinstance(name, PersonName) and name in rung
    ]
    if not (nodes and flow.rotas and expect.dialled):
        return ""
    node, name = nodes[0]
    return f": '{node}' rings {name} by name, whatever the rota '{next(iter(flow.rotas))}' says"


def _call_back(played: Played, expect: Expected) -> Iterator[str]:
    if "call_back" not in expect.model_fields_set:
        return
    promised = next((each.number for each in played.call_backs()), None)
    if promised != expect.call_back:
        wanted, got = expect.call_back or NOBODY, promised or NOBODY
        yield f"{wanted} should be promised a call back, and {got} was"


def _job(
    flow: Flow[Kind], played: Played, expect: ExpectedJob | None, now: datetime
) -> Iterator[str]:
    kinds = [message.kind for message in played.messages()]
    if expect is None:
        if kinds:
            yield f"the call should leave no job, and left one of kind '{kinds[-1]}'"
        return
    if not kinds:
        yield "the call should leave a job, and left none" + _unsaid(flow, played)
        return
    kind = expect.kind or kinds[-1]
    if kind not in kinds:
        yield f"the job should be of kind '{kind}', and is of kind '{kinds[-1]}'"
        return
    opens = opening(flow, kind, now, AGENCY, played.state.standing)
    if expect.owner and opens.owner.id != expect.owner:
        yield f"the job should be {expect.owner}'s, and is {opens.owner.id}'s"
    due = round((opens.due_at - now).total_seconds())
    if expect.due and due != expect.due:
        duty = flow.agreement.get(kind)
        counted = f" (only the hours of '{duty.hours}' count)" if duty and duty.hours else ""
        yield (
            f"the job should be due in {seconds(expect.due)}, and is due in {seconds(due)}{counted}"
        )


def _unsaid(flow: Flow[Kind], played: Played) -> str:
    """Why a call that came to a message left no job, where that is why."""
    last = played.state.path[-1]
    place = flow.places.get(last)
    if place is None or place.node.verb != "message":
        return ""
    return (
        f": at '{last}' the caller hung up before saying anything, and only a message with words "
        "opens one; what they gave before is to be told somebody by then, as with `text` … `to`"
    )


def _variables(flow: Flow[Kind], played: Played, expect: Expected) -> Iterator[str]:
    types = flow.places[flow.start].scope.types
    for name, text in expect.vars.items():
        wanted, got = typed(types[name], text), revealed(played.state.variables[name])
        if wanted != got:
            yield f"'{name}' should be '{text}', and is '{got}'"
