"""Conditions such as `reason == "emergency" and visits > 2`: typed, without access to Python.

There are names, numbers, texts and lists in brackets, `== != < <= > >= in not and or + -` and
parentheses. A condition is read once, when the file is; its names and types are checked then, so
that it can always be worked out later. Besides the declared variables it may use `FACTS`, and
`PERSON_FACTS` of each of the client's people.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ivr.core.flow import right_amount
from ivr.core.flow.expressions import WORDS, ConditionError, Expression, parsed
from ivr.core.flow.findings import nearest
from ivr.core.flow.types import Value

FACTS: dict[str, dict[str, str]] = {
    "caller": {
        "number": "string",
        "withheld": "yes_no",
        "kind": "string",
        "known": "yes_no",
        "name": "string",
    },
    "called": {"number": "string"},
    "now": {"date": "date", "time": "time", "weekday": "string"},
}
_FACT_KINDS = {
    f"{thing}.{name}": kind
    for thing, attributes in FACTS.items()
    for name, kind in attributes.items()
}
PERSON = "person"
PERSON_FACTS = {"available": "yes_no", "status": "string"}
"""What is known of each of the client's people: `person.ian.available`."""

Facts = Mapping[str, Mapping[str, Value]]

_SAID = {
    "string": "text",
    "number": "number",
    "yes_no": "yes or no",
    "date": "date",
    "time": "time",
}
_WRITTEN: dict[str, tuple[Callable[[str], date | time], str]] = {
    "date": (date.fromisoformat, "2026-12-05"),
    "time": (time.fromisoformat, "17:30"),
}
_LIST = "list of "
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}


def check(text: str, types: Mapping[str, str], people: Collection[str] = ()) -> None:
    """Check `text` against the variables' types and the people's short names. Raises
    `ConditionError`."""
    checked(text, types, people)


def holds(
    text: str,
    types: Mapping[str, str],
    values: Mapping[str, Value],
    facts: Facts,
    people: Collection[str] = (),
) -> bool:
    """Whether the condition is true. All that `types`, `FACTS` and `people` name must be there."""
    expression = checked(text, types, people)
    return bool(worked_out(expression.tree, expression, _known(values, facts)))


def decided(
    text: str,
    types: Mapping[str, str],
    values: Mapping[str, Value],
    facts: Facts,
    people: Collection[str],
    unknown: Collection[str],
) -> bool | None:
    """Whether the condition is true whatever the variables `unknown` hold; None where they
    decide. The rest is as in `holds`."""
    expression = checked(text, types, people)
    known = {k: v for k, v in _known(values, facts).items() if k not in unknown}
    return _decided(expression.tree, expression, known)


def _known(values: Mapping[str, Value], facts: Facts) -> dict[str, Value]:
    known: dict[str, Value] = {**WORDS, **values}
    known |= {f"{thing}.{name}": value for thing in facts for name, value in facts[thing].items()}
    return known


def checked(text: str, types: Mapping[str, str], people: Collection[str] = ()) -> Expression:
    """The condition's tree. Raises `ConditionError` as `check` does."""
    return _checked(text, tuple(sorted(types.items())), tuple(sorted(people)))


@lru_cache(maxsize=4096)
def _checked(text: str, types: tuple[tuple[str, str], ...], people: tuple[str, ...]) -> Expression:
    expression = parsed(text)
    kinds = {name: _plain(kind) for name, kind in types} | _FACT_KINDS
    kinds |= {f"{PERSON}.{one}.{f}": kind for one in people for f, kind in PERSON_FACTS.items()}
    kinds |= dict.fromkeys(WORDS, "yes_no")
    for name in expression.names:
        _check_name(name, kinds, people)
    _Types(expression, kinds).wants(expression.tree, "yes_no")
    return expression


def _check_person(rest: str, people: Collection[str]) -> None:
    """Raises `ConditionError` for somebody, or something of them, that is not known."""
    who, _, fact = rest.partition(".")
    if who not in people:
        raise ConditionError(f"'{who}' is not a person{nearest(who, people)}")
    known = f"{PERSON}.{who}.available"
    if fact not in PERSON_FACTS:
        raise ConditionError(f"'{PERSON}.{rest}' is not a known fact; write '{known}'")


def _plain(kind: str) -> str:
    return "number" if kind == "money" else kind


def _check_name(name: str, kinds: Mapping[str, str], people: Collection[str]) -> None:
    if name in kinds:
        return
    thing, _, rest = name.partition(".")
    if thing == PERSON and rest:
        _check_person(rest, people)
    if thing in people and rest in PERSON_FACTS:
        raise ConditionError(f"'{name}' is not a known fact; write '{PERSON}.{name}'")
    if name in FACTS or "." in name:
        raise ConditionError(f"'{name}' is not a known fact{nearest(name, _FACT_KINDS)}")
    hint = nearest(name, kinds) or f'; words to compare with stand in quotes: "{name}"'
    raise ConditionError(f"'{name}' is neither a variable nor a known fact{hint}")


def _as_number(kind: str, other: ast.expr) -> str:
    """What to write where a number is compared with figures in quotes."""
    figures = isinstance(other, ast.Constant) and str(other.value)
    if kind != "number" or not figures or not re.fullmatch(r"-?\d+(\.\d+)?", figures):
        return ""
    return f"; write {figures} without quotes"


class _Types:
    """Finds out the type of each part of a condition, or what does not go together."""

    def __init__(self, expression: Expression, kinds: Mapping[str, str]) -> None:
        self._expression = expression
        self._kinds = kinds

    def wants(self, node: ast.expr, kind: str) -> None:
        """Raises `ConditionError` unless `node` is of this kind."""
        given = self.of(node)
        if given != kind:
            hint = '; compare it, as in: reason == "leak"' if kind == "yes_no" else ""
            raise ConditionError(f"{self._named(node)} is {_a(given)}, not {_a(kind)}{hint}")

    def of(self, node: ast.expr) -> str:
        """The kind of `node`."""
        match node:
            case ast.Name():
                return self._kinds[self._expression.name(node)]
            case ast.Constant(value=str()):
                return "string"
            case ast.BoolOp(values=parts):
                for part in parts:
                    self.wants(part, "yes_no")
                return "yes_no"
            case ast.UnaryOp(op=ast.Not(), operand=part):
                self.wants(part, "yes_no")
                return "yes_no"
            case ast.UnaryOp(operand=part):
                self.wants(part, "number")
            case ast.BinOp(left=left, right=right):
                self.wants(left, "number")
                self.wants(right, "number")
            case ast.Compare():
                return self._comparison(node)
            case ast.List():
                return self._list(node)
        return "number"

    def _comparison(self, node: ast.Compare) -> str:
        operands = [node.left, *node.comparators]
        for left, sign, right in zip(operands, node.ops, operands[1:], strict=False):
            if isinstance(sign, ast.In | ast.NotIn):
                self._membership(left, right)
            else:
                ordered = not isinstance(sign, ast.Eq | ast.NotEq)
                self._same(left, right, ordered)
        return "yes_no"

    def _membership(self, item: ast.expr, items: ast.expr) -> None:
        if not isinstance(items, ast.List):
            self.wants(item, "string")  # words in a text
            self.wants(items, "string")
        for each in items.elts if isinstance(items, ast.List) else ():
            self._same(item, each, ordered=False)

    def _same(self, left: ast.expr, right: ast.expr, ordered: bool) -> None:
        one, other = self.of(left), self.of(right)
        for kind, literal in ((one, right), (other, left)):
            if kind in _WRITTEN and isinstance(literal, ast.Constant):
                self._written(kind, literal)
                return
        if one != other:
            raise ConditionError(
                f"{self._named(left)} is {_a(one)} and {self._named(right)} is {_a(other)}; "
                f"the two cannot be compared{_as_number(one, right) or _as_number(other, left)}"
            )
        if one.startswith(_LIST) or (ordered and one == "yes_no"):
            raise ConditionError(f"{self._named(left)} is {_a(one)}, which is not compared so")

    def _written(self, kind: str, literal: ast.Constant) -> None:
        """A date or time that a condition names must be one; empty means that none is known."""
        read, example = _WRITTEN[kind]
        text = str(literal.value)
        try:
            if not text or read(text).isoformat()[: len(example)] == text:
                return
        except ValueError:
            pass  # 9:00, 0900 and 20261205 are times and dates too, and compared as texts
        meant = right_amount.day(text) if kind == "date" else right_amount.time_of_day(text)
        raise ConditionError(f"'{text}' is not {_a(kind)}; write \"{meant or example}\"")

    def _list(self, node: ast.List) -> str:
        if not node.elts:
            raise ConditionError("a list in brackets is empty; write what it should hold")
        kind = self.of(node.elts[0])
        for each in node.elts[1:]:
            self.wants(each, kind)
        return _LIST + kind

    def _named(self, node: ast.expr) -> str:
        match node:
            case ast.Name():
                return f"'{self._expression.name(node)}'"
            case ast.Constant(value=value):
                return f"'{value!s}'"
            case _:
                return "what stands there"


def _a(kind: str) -> str:
    said = _SAID.get(kind.removeprefix(_LIST), kind)
    return f"a list of {said}s" if kind.startswith(_LIST) else f"a {said}"


def _decided(node: ast.expr, expression: Expression, known: Mapping[str, Value]) -> bool | None:
    match node:
        case ast.BoolOp(op=sign, values=parts):
            found = [_decided(part, expression, known) for part in parts]
            enough = isinstance(sign, ast.Or)  # one such part decides the whole
            if enough in found:
                return enough
            return None if None in found else not enough
        case ast.UnaryOp(op=ast.Not(), operand=part):
            inner = _decided(part, expression, known)
            return None if inner is None else not inner
    names = {expression.name(each) for each in ast.walk(node) if isinstance(each, ast.Name)}
    return bool(worked_out(node, expression, known)) if names <= known.keys() else None


def worked_out(node: ast.expr, expression: Expression, known: Mapping[str, Value]) -> Any:
    """The value of `node`, whose types have been checked."""

    def value(part: ast.expr) -> Any:
        return worked_out(part, expression, known)

    match node:
        case ast.Name():
            return _exact(known[expression.name(node)])
        case ast.Constant(value=constant):
            return _exact(constant)
        case ast.List(elts=parts):
            return [value(part) for part in parts]
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(value(part) for part in parts)
        case ast.BoolOp(values=parts):
            return any(value(part) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not value(part)
        case ast.UnaryOp(operand=part):
            return -value(part)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return value(left) + value(right)
        case ast.BinOp(left=left, right=right):
            return value(left) - value(right)
        case ast.Compare(left=left, ops=signs, comparators=rest):
            values = [value(part) for part in (left, *rest)]
            pairs = zip(values, signs, values[1:], strict=False)
            return all(_COMPARED[type(sign)](one, other) for one, sign, other in pairs)
    raise AssertionError(ast.dump(node))  # no other node is ever let in


def _exact(value: Any) -> Any:
    """Sums of money are decimal: 0.1 + 0.2 is 0.3."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if number else value
