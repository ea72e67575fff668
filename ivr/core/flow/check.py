"""The rules that need the whole flow: names, variables, loops, nodes nobody comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from ivr.core.flow import placeholders
from ivr.core.flow.agreement import AGENCY
from ivr.core.flow.build import Builder, Built
from ivr.core.flow.calendars import differing_regions
from ivr.core.flow.check_conditions import check_conditions
from ivr.core.flow.check_people import by_name, check_people
from ivr.core.flow.check_spoken import check_spoken
from ivr.core.flow.check_tests import check_tests
from ivr.core.flow.check_texts import check_texts
from ivr.core.flow.document import ClientFile
from ivr.core.flow.findings import Finding, Severity, nearest
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT, NodeT
from ivr.core.flow.node import Write
from ivr.core.flow.right_region import listed
from ivr.core.flow.source import Source
from ivr.core.flow.staff import Staff
from ivr.core.flow.types import (
    CalendarName,
    JobKind,
    Key,
    Model,
    Name,
    Path,
    PersonName,
    RotaName,
    SpokenWord,
    Text,
    TextedName,
    names_in,
    parse_phone,
)
from ivr.core.flow.variables import unassignable
from ivr.core.language.telephone import takes_texts

_BUILT_IN = (LAST_RESORT, LAST_GOODBYE)
_MAX_LOOPS, _MAX_SHOWN = 20, 8


def check(builder: Builder[NodeT]) -> Iterator[Finding]:
    """Every finding about a built flow, other than `unreachable`."""
    head = builder.file.head
    for name, built in builder.built.items():
        if name not in _BUILT_IN:
            yield from _names(built, head)
            yield from _staff(built, builder.staff)
            yield from _same_keys(built)
            for message in built.place.node.not_yet():
                yield built.key_finding("not-yet", message, Severity.WARNING)
    yield from check_conditions(builder)
    yield from check_people(builder)
    yield from check_spoken(builder)
    yield from check_texts(builder)
    yield from _head_texts(builder)
    yield from _head_staff(builder)
    yield from _agreement(builder)
    yield from _deliveries(builder)
    yield from check_tests(builder)
    yield from _holiday_regions(builder)
    yield from islice(_endless(builder), _MAX_LOOPS)


def _holiday_regions(builder: Builder[NodeT]) -> Iterator[Finding]:
    for name, calendar in builder.file.head.calendars.items():
        regions = differing_regions(calendar.holidays) if calendar.holidays else ()
        if regions:
            message = (
                f"'{calendar.holidays}' has only the holidays that all its regions share; "
                f"name the region: {listed(regions)}"
            )
            where = ("calendars", name, "holidays")
            yield builder.file.source.finding(
                where, "holiday-regions", message, severity=Severity.WARNING
            )


def _names(built: Built[NodeT], head: ClientFile) -> Iterator[Finding]:
    types = built.place.scope.types
    for path, name in built.place.node.names:
        match name:
            case PersonName():
                yield from _person(built, path, name, head)
            case CalendarName():
                yield from _declared(built, path, name, head.calendars)
            case RotaName():
                yield from _declared(built, path, name, head.rotas)
                yield from _telephones(built, path, name, head)
            case Text():
                for problem in _text_problems(name, types):
                    yield built.finding(path, "unknown-variable", problem)
            case SpokenWord() if "," in name:
                listed = ", ".join(" ".join(part.split()) for part in name.split(","))
                message = f"several words stand in brackets; write [{listed}]"
                yield built.source.finding(
                    ("nodes", built.local, *path), "cut-text", message, severity=Severity.WARNING
                )
            case JobKind() if name not in (JobKind("message"), *head.agreement):
                hint = nearest(name, ["message", *head.agreement])
                message = f"'{name}' is not a kind of job that 'agreement' has{hint}"
                yield built.finding(path, "unknown-name", message)
    for write in built.place.node.writes():
        yield from _write(built, write, types)


def _staff(built: Built[NodeT], staff: Staff | None) -> Iterator[Finding]:
    for path, message in staff.unknown(built.place.node.names) if staff else ():
        yield built.finding(path, "unknown-name", message)


def _head_staff(builder: Builder[NodeT]) -> Iterator[Finding]:
    """The operators whom the client names."""
    source, names = builder.file.source, names_in(builder.file.head.client)
    for path, message in builder.staff.unknown(names) if builder.staff else ():
        yield source.finding(("client", *path), "unknown-name", message)


def _write(built: Built[NodeT], write: Write, types: Mapping[str, str]) -> Iterator[Finding]:
    kind = types.get(write.variable)
    if kind is None:
        message = f"'{write.variable}' is not declared in 'vars'{nearest(write.variable, types)}"
        yield built.finding(write.path, "unknown-variable", message)
    elif write.text is not None:
        if problem := unassignable(kind, write.text, types):
            yield built.finding(write.path, "wrong-type", problem)
    elif kind not in write.types:
        message = f"'{write.variable}' is a {kind}, and this needs a {' or '.join(write.types)}"
        yield built.finding(write.path, "wrong-type", message)


def _text_problems(text: str, types: Mapping[str, str]) -> Iterator[str]:
    known = {**placeholders.FACTS, **types}
    for name, problem in placeholders.problems(text, known.__contains__):
        yield problem + nearest(name, known)


def _head_texts(builder: Builder[NodeT]) -> Iterator[Finding]:
    """Texts of no node: what an operator says, and the defaults, which templates inherit.

    Variables mean nothing there, so these texts may name the facts of the call only.
    """
    file = builder.file
    models: list[tuple[Source, str, Model]] = [
        (file.source, "client", file.head.client),
        (file.source, "defaults", file.head.defaults),
        *((used.source, "defaults", used.head.defaults) for used in builder.templates.values()),
    ]
    for source, section, model in models:
        for path, name in names_in(model):
            for problem in _text_problems(name, {}) if isinstance(name, Text) else ():
                yield source.finding((section, *path), "unknown-variable", problem)


def _person(built: Built[NodeT], path: Path, name: Name, head: ClientFile) -> Iterator[Finding]:
    if name not in head.people and name[:1] not in "+0123456789":
        hint = by_name(name, head.people) or nearest(name, head.people)
        yield built.finding(path, "unknown-name", f"'{name}' is not a person{hint}")
        return
    if problem := _unreachable(name, head):
        yield built.finding(path, "unknown-name", problem)


def _unreachable(name: Name, head: ClientFile) -> str:
    """Why a person, or a number, cannot be rung or texted as the file says; empty if they can."""
    person = head.people.get(name)
    if person and person.phone is None:
        return f"'{name}' has no telephone number"
    try:
        number = person.phone if person and person.phone else parse_phone(name)
    except ValueError as error:
        return str(error)
    if isinstance(name, TextedName) and not takes_texts(number):
        return f"'{name}' cannot be texted: {number} is not a mobile number"
    return ""


def _telephones(
    built: Built[NodeT], path: Path, name: RotaName, head: ClientFile
) -> Iterator[Finding]:
    """Whoever may be rung needs a number."""
    rota = head.rotas.get(name)
    names = dict.fromkeys(person for _, person in rota.everybody()) if rota else ()
    for person in names:
        if person in head.people and head.people[person].phone is None:
            message = f"'{person}', who is on the rota '{name}', has no telephone number"
            yield built.finding(path, "unknown-name", message)


def _declared(
    built: Built[NodeT], path: Path, name: Name, declared: Collection[str]
) -> Iterator[Finding]:
    if name not in declared:
        hint = nearest(name, declared)
        if isinstance(name, CalendarName) and name[:1].isdigit():
            hint = "; give the hours a name under 'calendars', and write that here"
        message = f"'{name}' is not a {name.what}{hint}"
        yield built.finding(path, "unknown-name", message)


def _same_keys(built: Built[NodeT]) -> Iterator[Finding]:
    """Two choices of a menu with one key or one word."""
    seen: set[str] = set()
    for path, name in built.place.node.names:
        if isinstance(name, Key | SpokenWord):
            taken = " ".join(name.lower().split())
            if taken in seen:
                yield built.finding(path, "same-key", f"two choices are taken by '{name}'")
            seen.add(taken)


def _agreement(builder: Builder[NodeT]) -> Iterator[Finding]:
    head, source = builder.file.head, builder.file.source
    known = {AGENCY, *head.people, *head.rotas}
    for kind, duty in head.agreement.items():
        named: list[tuple[Path, str]] = [(("owner",), duty.owner)]
        named += [(("then", index), name) for index, name in enumerate(duty.then)]
        for path, name in named:
            if name not in known:
                hint = by_name(name, head.people) or nearest(name, known)
                message = f"'{name}' is neither a person nor a rota{hint}"
                yield source.finding(("agreement", kind, *path), "unknown-name", message)
        if duty.hours is not None and duty.hours not in head.calendars:
            message = f"'{duty.hours}' is not a calendar{nearest(duty.hours, head.calendars)}"
            yield source.finding(("agreement", kind, "hours"), "unknown-name", message)
    kinds = ["message", *head.agreement]
    for kind in head.forms:
        if kind not in kinds:
            message = f"'{kind}' is not a kind of job that 'agreement' has{nearest(kind, kinds)}"
            yield source.key_finding(("forms", kind), "unknown-name", message)
    for rota, plan in head.rotas.items():
        for path, name in plan.everybody():
            if name not in head.people:
                hint = by_name(name, head.people) or nearest(name, head.people)
                message = f"'{name}' is not a person{hint}"
                yield source.finding(("rotas", rota, *path), "unknown-name", message)


def _deliveries(builder: Builder[NodeT]) -> Iterator[Finding]:
    """What people wish for must be there."""
    head, source = builder.file.head, builder.file.source
    kinds = ["message", *head.agreement]
    for short, person in head.people.items():
        for index, kind in enumerate(person.urgent):
            if kind not in kinds:
                path = ("people", short, "urgent", index)
                message = f"'{kind}' is not a kind of job that 'agreement' has"
                yield source.finding(path, "unknown-name", message + nearest(kind, kinds))
        if "webhook" in person.deliver and head.client.webhook is None:
            message = "the client has no 'webhook'; add one to 'client', or leave it out here"
            yield source.finding(("people", short, "deliver"), "unknown-name", message)


def unreachable(builder: Builder[NodeT]) -> Iterator[Finding]:
    """Nodes that no call comes to; only of use where every way out leads somewhere."""
    reached: set[str] = set()
    ahead: list[str] = [builder.file.head.start]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead.extend(builder.built[name].place.exits.values())
    for name, built in builder.built.items():
        if name not in reached and name not in _BUILT_IN:
            message = f"no call comes to '{name}'"
            yield built.key_finding("unreachable", message, Severity.WARNING)


def _endless(builder: Builder[NodeT]) -> Iterator[Finding]:
    """Loops in which nobody does anything: cycles over the ways that are not `by_caller`."""
    idle = {name: tuple(_idle_ways(built)) for name, built in builder.built.items()}
    done: set[str] = set()
    for origin in idle:
        if origin in done:
            continue
        stack: list[tuple[str, Iterator[str]]] = [(origin, iter(idle[origin]))]
        on_path = {origin: 0}
        while stack:
            name, ways = stack[-1]
            target = next(ways, None)
            if target is None:
                stack.pop()
                done.add(name)
                on_path.pop(name)
            elif target in on_path:
                yield _loop(builder, list(on_path)[on_path[target] :])
            elif target not in done and target in idle:
                on_path[target] = len(stack)
                stack.append((target, iter(idle[target])))


def _idle_ways(built: Built[NodeT]) -> Iterator[str]:
    by_caller = {step.name for step in built.steps if step.by_caller}
    for name, target in built.place.exits.items():
        if name not in by_caller:
            yield target


def _loop(builder: Builder[NodeT], names: list[str]) -> Finding:
    shown = names[:_MAX_SHOWN] if len(names) <= _MAX_SHOWN else [*names[:_MAX_SHOWN], "…"]
    way = " → ".join([*shown, names[0]])
    message = f"the call could go round without the caller doing anything: {way}"
    return builder.built[names[0]].key_finding("endless-loop", message, Severity.ERROR)
