"""What is wrong with the names in a client's tests."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ivr.core.flow.agreement import AGENCY
from ivr.core.flow.build import Builder
from ivr.core.flow.findings import Finding, Severity, nearest
from ivr.core.flow.flow import NodeT
from ivr.core.flow.people import EVERYBODY
from ivr.core.flow.testcase import OPERATOR, TestCase
from ivr.core.flow.types import (
    JobKind,
    Name,
    NodeName,
    Path,
    PersonName,
    RotaName,
    VariableName,
    names_in,
)
from ivr.core.flow.variables import Variable, typed
from ivr.core.local_time import local_time

NOBODY = "nobody"


def check_tests(builder: Builder[NodeT]) -> Iterator[Finding]:
    """A finding for each name in `tests` that is not declared."""
    head, source = builder.file.head, builder.file.source
    known: dict[type[Name], Collection[str]] = {
        NodeName: builder.built,
        PersonName: head.people,
        RotaName: head.rotas,
        VariableName: head.vars,
        JobKind: ["message", *head.agreement],
    }
    for index, case in enumerate(head.tests):
        for path, name in _names(case):
            declared = known.get(type(name))
            if declared is not None and name not in declared and name[:1] != "+":
                code = "unknown-node" if isinstance(name, NodeName) else "unknown-name"
                message = f"'{name}' is not a {name.what}{nearest(name, declared)}"
                yield source.finding(("tests", index, *path), code, message)
        if unclear := local_time(case.at, head.client.timezone).unclear:
            at = ("tests", index, "at")
            yield source.finding(at, "clock-change", unclear, severity=Severity.WARNING)
        for path, problem in _values(case, head.vars):
            yield source.finding(("tests", index, *path), "wrong-type", problem)
        for path, who, others in _free_names(case):
            if who is not None and who not in {*head.people, *others}:
                message = f"'{who}' is not a person{nearest(who, [*head.people, *others])}"
                yield source.finding(("tests", index, *path), "unknown-name", message)


def _names(case: TestCase) -> Iterator[tuple[Path, Name]]:
    yield from names_in(case)
    keyed: dict[str, Collection[Name]] = {
        "people": case.people.keys(),
        "rotas": case.rotas.keys(),
        "replies": case.replies.keys(),
        "status": [name for name in case.status if name != EVERYBODY],
        "vars": case.vars.keys(),
    }
    for section, names in keyed.items():
        for name in names:
            yield (section, name), name
    for name in case.expect.vars:
        yield ("expect", "vars", name), name


def _values(case: TestCase, declared: Mapping[str, Variable]) -> Iterator[tuple[Path, str]]:
    """Values that their variables cannot hold."""
    for section, values in (("vars",), case.vars), (("expect", "vars"), case.expect.vars):
        for name, text in values.items():
            if name in declared:
                try:
                    typed(declared[name].type, text)
                except ValueError as error:
                    yield (*section, name), str(error)


def _free_names(case: TestCase) -> Iterator[tuple[Path, str | None, Collection[str]]]:
    """Names of people who may also be somebody else."""
    expect = case.expect
    yield ("expect", "connected"), expect.connected, (OPERATOR, NOBODY)
    if expect.job is not None:
        yield ("expect", "job", "owner"), expect.job.owner, (AGENCY,)
