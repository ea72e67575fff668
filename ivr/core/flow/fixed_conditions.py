"""Conditions whose outcome is fixed: they compare with a value that never comes, or exclude
themselves.

A condition is worked out for one value of each kind that it tells apart: the texts and numbers
that it names, and one beside each. What it cannot decide so is left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from ivr.core.flow.calendars import DAYS
from ivr.core.flow.callers import LISTS
from ivr.core.flow.conditions import PERSON, checked, worked_out
from ivr.core.flow.expressions import WORDS, Expression
from ivr.core.flow.findings import nearest
from ivr.core.flow.types import Value, parse_caller

STATUSES = ("", "away", "messages", "emergencies")
"""What `person.ian.status` can be; empty where they have said nothing."""

_MOST = 2000
"""Combinations of values that are tried."""
_ELSE = "\uffff"
"""Stands for every text that the condition does not name."""


@dataclass(frozen=True, slots=True)
class Domain:
    """All the texts that a name can hold, and which of them is meant by another."""

    values: tuple[str, ...]
    meant: Callable[[str], str | None] = lambda text: None

    def mend(self, text: str) -> str:
        """What to write instead of `text`."""
        meant = self.meant(text)
        if meant not in self.values:
            hint = nearest(text.lower(), self.values)
            shown = [f'"{value}"' for value in self.values if value][:8]
            return hint or f"; it is one of {', '.join(shown)}"
        return f'; write "{meant}"'


def _weekday(text: str) -> str | None:
    short = text.strip().lower()[:3]
    return short if short in DAYS else None


def facts(people: Collection[str], numbers: Collection[str]) -> dict[str, Domain]:
    """What the known facts of a call can be, by name."""
    known = {
        "now.weekday": Domain(DAYS, _weekday),
        "caller.kind": Domain((*LISTS, "withheld", "other")),
        "called.number": Domain(tuple(numbers), _number),
    }
    return known | {f"{PERSON}.{one}.status": Domain(STATUSES) for one in people}


def fixed(
    text: str, types: Mapping[str, str], people: Collection[str], domains: Mapping[str, Domain]
) -> Iterator[str]:
    """What is fixed about a condition that has been checked, a sentence each."""
    expression = checked(text, types, people)
    strange = list(_strange(expression, domains))
    if strange:
        yield from strange
        return
    tree = expression.tree
    ways = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or) else [tree]
    outcomes = [_outcomes(way, expression, types, domains) for way in ways]
    if {False} in outcomes:
        part = "this" if len(ways) == 1 else "one of the sides of 'or'"
        yield f"{part} can never be true{_join(expression, ast.And)}"
    elif _outcomes(tree, expression, types, domains) == {True}:
        yield f"this is always true{_join(expression, ast.Or)}"


def _join(expression: Expression, joined: type[ast.boolop]) -> str:
    """What to do about parts that `joined` joins, where there are any."""
    signs = [type(node.op) for node in ast.walk(expression.tree) if isinstance(node, ast.BoolOp)]
    if joined not in signs:
        return "; compare with another value, or leave it out"
    if joined is ast.And:
        return "; where one of the parts is enough, join them with 'or'"
    return "; where all of the parts must hold, join them with 'and'"


def _strange(expression: Expression, domains: Mapping[str, Domain]) -> Iterator[str]:
    """Texts that a name is compared with and can never be."""
    for name, literal in _compared(expression):
        domain = domains.get(name)
        if domain is not None and literal not in domain.values:
            yield f'{name} is never "{literal}"{domain.mend(literal)}'
        elif name == "caller.number" and (why := _no_number(literal)):
            yield f'{name} is never "{literal}"; {why}'


def _compared(expression: Expression) -> Iterator[tuple[str, str]]:
    for node in ast.walk(expression.tree):
        if not isinstance(node, ast.Compare):
            continue
        operands = [node.left, *node.comparators]
        for left, sign, right in zip(operands, node.ops, operands[1:], strict=False):
            if not isinstance(sign, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                continue
            for one, other in ((left, right), (right, left)):
                each = other.elts if isinstance(other, ast.List) else [other]
                within = isinstance(sign, ast.In | ast.NotIn) and not isinstance(other, ast.List)
                if isinstance(one, ast.Name) and not within:
                    for literal in each:
                        if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                            yield expression.name(one), literal.value


def _number(text: str) -> str | None:
    try:
        return parse_caller(text)
    except ValueError:
        return None


def _no_number(text: str) -> str:
    """Why a caller's number is never `text`; empty where it can be."""
    if text in ("withheld", "anonymous", "private", "unknown"):
        return "write caller.withheld"
    number = _number(text)
    if text == "" or "@" in text or number == text:
        return ""
    return f'write "{number}"' if number else 'write it with its country code: "+447700900123"'


def _outcomes(
    tree: ast.expr,
    expression: Expression,
    types: Mapping[str, str],
    domains: Mapping[str, Domain],
) -> set[bool]:
    """Whether the condition can be true, and false; empty where that is not known."""
    if not _plain(tree):
        return set()
    names = {expression.name(each) for each in ast.walk(tree) if isinstance(each, ast.Name)}
    tried: dict[str, list[Value]] = {}
    for name in names - WORDS.keys():
        if name in domains:
            tried[name] = list(domains[name].values)
        elif types.get(name) == "yes_no" or name in _YES_NO or name.endswith(".available"):
            tried[name] = [True, False]
        else:
            tried[name] = list(_beside(_literals(tree)))
    combinations = 1
    for values in tried.values():
        combinations *= len(values)
    if combinations > _MOST:
        return set()
    cases = (dict(zip(tried, values, strict=True)) for values in product(*tried.values()))
    try:
        return {bool(worked_out(tree, expression, {**WORDS, **case})) for case in cases}
    except TypeError:  # a text where a number belongs: the names are of several types
        return set()


_YES_NO = ("caller.withheld", "caller.known")


def _plain(tree: ast.expr) -> bool:
    """Whether each comparison is of one name with values: then what is tried tells all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            return False
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            if sum(isinstance(operand, ast.Name) for operand in operands) != 1:
                return False
            within = any(isinstance(sign, ast.In | ast.NotIn) for sign in node.ops)
            if within and not isinstance(node.comparators[-1], ast.List):
                return False
    return True


def _literals(tree: ast.expr) -> list[Value]:
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [value for value in found if isinstance(value, str | int | float)]


def _beside(literals: Collection[Value]) -> Iterator[Value]:
    """The values themselves, and some between and around them."""
    yield from dict.fromkeys(literals)
    for value in dict.fromkeys(literals):
        if isinstance(value, str):
            yield _after(value)
        else:
            yield from (value - 0.5, value + 0.5)
    if any(isinstance(value, str) for value in literals):
        yield from ("", _ELSE)


def _after(text: str) -> str:
    """The next text: the next day, or one that sorts right behind."""
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return f"{text}\u0001"
