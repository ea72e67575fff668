"""Conditions that hold always or never, against all that the flow's variables can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ivr.core.flow import conditions, fixed_conditions, placeholders
from ivr.core.flow.build import Builder, Built
from ivr.core.flow.expressions import ConditionError
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.fixed_conditions import Domain
from ivr.core.flow.flow import NodeT
from ivr.core.flow.types import Condition


def check_conditions(builder: Builder[NodeT]) -> Iterator[Finding]:
    """What is wrong with the conditions, and what is fixed about them."""
    head = builder.file.head
    facts = fixed_conditions.facts(head.people, head.client.numbers)
    own = _own(builder)
    for built in builder.built.values():
        scope = built.place.scope
        for path, name in built.place.node.names:
            if not isinstance(name, Condition):
                continue
            try:
                conditions.check(name, scope.types, head.people)
            except ConditionError as error:
                yield built.finding(path, "condition", str(error))
                continue
            here = {n: own[full] for n in scope.types if (full := scope.full(n)) in own}
            for message in fixed_conditions.fixed(name, scope.types, head.people, facts | here):
                where = ("nodes", built.local, *path)
                yield built.source.finding(
                    where, "fixed-condition", message, severity=Severity.WARNING
                )


def _own(builder: Builder[NodeT]) -> dict[str, Domain]:
    """The texts that variables can hold, by full name, where the file writes all of them itself."""
    values: dict[str, set[str]] = defaultdict(set)
    others: set[str] = set()
    for built in builder.built.values():
        scope = built.place.scope
        for write in built.place.node.writes():
            if write.text is None or placeholders.names(write.text):
                others.add(scope.full(write.variable))
            else:
                values[scope.full(write.variable)].add(write.text)
        others |= _handed_over(builder, built)
    for name, kind in builder.types.items():
        if kind == "string":
            values[name].add(str(builder.variables[name]))
        else:
            others.add(name)
    return {
        name: Domain(tuple(sorted(texts)))
        for name, texts in values.items()
        if name not in others and len(texts) > 1
    }


def _handed_over(builder: Builder[NodeT], built: Built[NodeT]) -> set[str]:
    """Variables that get their values from a template, or are a template's inputs."""
    use = built.place.node.uses()
    if use is None:
        return set()
    scope = built.place.scope
    template = builder.templates.get(use.template)
    inner = f"{built.place.name}/"
    inputs = template.head.inputs if template else ()
    return {scope.full(name) for name in use.returns} | {f"{inner}{name}" for name in inputs}
