"""Conditions such as `reason == "emergency" and visits > 2`: typed, without access to Python.

The expression language is rule-engine's. A condition is compiled once, when the file is read, and
its names and types are checked then. Besides the declared variables it may use `FACTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace

import rule_engine
from rule_engine.errors import (
    AttributeResolutionError,
    EngineError,
    ObjectAttributeError,
    SymbolResolutionError,
)

from ivr.flow.findings import nearest
from ivr.flow.types import Value

TYPES: dict[str, rule_engine.DataType] = {
    "string": rule_engine.DataType.STRING,
    "number": rule_engine.DataType.FLOAT,
    "yes_no": rule_engine.DataType.BOOLEAN,
}
FACTS: dict[str, dict[str, str]] = {
    "caller": {"number": "string", "withheld": "yes_no"},
    "called": {"number": "string"},
}
Facts = Mapping[str, Mapping[str, Value]]


class ConditionError(ValueError):
    """A condition that cannot be understood, or names something unknown."""


def check(text: str, types: Mapping[str, str]) -> None:
    """Compile `text` against the variables' types. Raises `ConditionError`."""
    _compiled(text, tuple(sorted(types.items())))


def holds(text: str, types: Mapping[str, str], values: Mapping[str, Value], facts: Facts) -> bool:
    """Whether the condition is true. Raises `ConditionError` where it cannot be worked out."""
    rule = _compiled(text, tuple(sorted(types.items())))
    thing: dict[str, object] = {name: SimpleNamespace(**fact) for name, fact in facts.items()}
    thing |= {name: _plain(value) for name, value in values.items()}
    try:
        return bool(rule.matches(thing))
    except EngineError as error:
        raise ConditionError(f"the condition '{text}' failed: {error.message}") from None


def _plain(value: Value) -> Value:
    """rule-engine knows one kind of number."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@lru_cache(maxsize=4096)
def _compiled(text: str, types: tuple[tuple[str, str], ...]) -> rule_engine.Rule:
    if "=~" in text or "!~" in text:
        raise ConditionError("patterns ('=~') are not used here; compare with == or in")
    known = {name: TYPES[kind] for name, kind in types}
    for name, fact in FACTS.items():
        attributes = {attribute: TYPES[kind] for attribute, kind in fact.items()}
        known[name] = rule_engine.DataType.OBJECT(name, attributes)
    resolver = rule_engine.type_resolver_from_dict(known)
    try:
        return rule_engine.Rule(text, context=rule_engine.Context(type_resolver=resolver))
    except SymbolResolutionError as error:
        hint = nearest(error.symbol_name, known)
        message = f"'{error.symbol_name}' is neither a variable nor a known fact{hint}"
        raise ConditionError(message) from None
    except (AttributeResolutionError, ObjectAttributeError) as error:
        raise ConditionError(f"'{error.attribute_name}' is not known here") from None
    except EngineError as error:
        raise ConditionError(f"'{text}' is not a condition: {error.message}") from None
