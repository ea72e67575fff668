"""The rules that need the whole flow: names, variables, loops, nodes nobody comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ivr.flow import conditions, placeholders
from ivr.flow.build import Builder, Built
from ivr.flow.conditions import ConditionError
from ivr.flow.document import AGENCY, ClientFile
from ivr.flow.findings import Finding, Severity, nearest
from ivr.flow.flow import LAST_GOODBYE, LAST_RESORT, NodeT
from ivr.flow.types import (
    CalendarName,
    Condition,
    Name,
    Path,
    PersonName,
    Text,
    VariableName,
    names_in,
    parse_phone,
)

_BUILT_IN = (LAST_RESORT, LAST_GOODBYE)


def check(builder: Builder[NodeT]) -> Iterator[Finding]:
    """Every finding about a built flow."""
    head = builder.file.head
    for name, built in builder.built.items():
        if name not in _BUILT_IN:
            yield from _names(built, head)
            yield from _same_keys(built)
    yield from _agreement(builder)
    edges = {name: dict(built.place.exits) for name, built in builder.built.items()}
    yield from _unreachable(builder, edges, head.start)
    yield from _endless(builder)


def _names(built: Built[NodeT], head: ClientFile) -> Iterator[Finding]:
    types = built.place.scope.types
    for path, name in names_in(built.place.node):
        match name:
            case PersonName():
                yield from _person(built, path, name, head)
            case CalendarName():
                yield from _declared(built, path, name, head.calendars)
            case Text():
                for _, problem in placeholders.problems(name, lambda n: _known(n, types)):
                    yield built.finding(path, "unknown-variable", problem + _hint(problem, types))
            case Condition():
                try:
                    conditions.check(name, types)
                except ConditionError as error:
                    yield built.finding(path, "condition", str(error))
    for variable in built.place.node.written():
        if variable not in types:
            message = f"'{variable}' is not declared in 'vars'{nearest(variable, types)}"
            yield built.finding(_where(built, variable), "unknown-variable", message)


def _where(built: Built[NodeT], variable: str) -> Path:
    """Where a node writes `variable`: as a value (`into`), or as a key (`set`)."""
    for path, name in names_in(built.place.node):
        if isinstance(name, VariableName) and name == variable:
            return path
        if variable in path:
            return path
    return ()


def _known(name: str, types: Mapping[str, str]) -> bool:
    return name in placeholders.FACTS or name in types


def _hint(problem: str, types: Mapping[str, str]) -> str:
    name = problem.split("}", 1)[0].lstrip("'{")
    return nearest(name, [*types, *placeholders.FACTS])


def _person(built: Built[NodeT], path: Path, name: Name, head: ClientFile) -> Iterator[Finding]:
    if name in head.people:
        if head.people[name].phone is None:
            yield built.finding(path, "unknown-name", f"'{name}' has no telephone number")
        return
    if name[:1] in "+0123456789":
        try:
            parse_phone(name)
        except ValueError as error:
            yield built.finding(path, "unknown-name", str(error))
        return
    yield from _declared(built, path, name, head.people)


def _declared(
    built: Built[NodeT], path: Path, name: Name, declared: Collection[str]
) -> Iterator[Finding]:
    if name not in declared:
        message = f"'{name}' is not a {name.what}{nearest(name, declared)}"
        yield built.finding(path, "unknown-name", message)


def _same_keys(built: Built[NodeT]) -> Iterator[Finding]:
    """Two ways out of one name: two choices of a menu with one key."""
    seen: set[str] = set()
    for step in built.steps:
        if step.name in seen:
            message = f"two choices are taken by '{step.name}'"
            yield built.finding(step.path[:-1], "same-key", message)
        seen.add(step.name)


def _agreement(builder: Builder[NodeT]) -> Iterator[Finding]:
    head, source = builder.file.head, builder.file.source
    known = {AGENCY, *head.people, *head.rotas}
    for kind, duty in head.agreement.items():
        for key, name in (("owner", duty.owner), ("then", duty.then)):
            if name is not None and name not in known:
                message = f"'{name}' is neither a person nor a rota{nearest(name, known)}"
                yield source.finding(("agreement", kind, key), "unknown-name", message)
    for rota, plan in head.rotas.items():
        people = {(): plan.default} | {("dates", day): names for day, names in plan.dates.items()}
        for path, names in people.items():
            for name in names:
                if name not in head.people:
                    message = f"'{name}' is not a person{nearest(name, head.people)}"
                    where: Path = ("rotas", rota, *(path or ("default",)))
                    yield source.finding(where, "unknown-name", message)


def _unreachable(
    builder: Builder[NodeT], edges: Mapping[str, Mapping[str, str]], start: str
) -> Iterator[Finding]:
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in reached and name in edges:
            reached.add(name)
            ahead.extend(edges[name].values())
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
    way = " → ".join([*names, names[0]])
    message = f"the call could go round without the caller doing anything: {way}"
    return builder.built[names[0]].key_finding("endless-loop", message, Severity.ERROR)
