"""Conditions such as `reason == "emergency" and visits > 2`: typed, without access to Python.

The expression language is a part of rule-engine's: names, numbers, texts and lists in brackets,
`== != < <= > >= in not and or + -` and parentheses. The rest of that language (patterns, built-in
functions, powers, shifts …) is refused before it is compiled, because constants are worked out on
the way and may take for ever. A condition is compiled once, when the file is read, and its names
and types are checked then. Besides the declared variables it may use `FACTS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace

import rule_engine
from rule_engine.errors import EngineError, SymbolResolutionError

from ivr.flow.findings import nearest
from ivr.flow.types import Value

TYPES: dict[str, rule_engine.DataType] = {
    "string": rule_engine.DataType.STRING,
    "number": rule_engine.DataType.FLOAT,
    "yes_no": rule_engine.DataType.BOOLEAN,
    "date": rule_engine.DataType.STRING,
    "time": rule_engine.DataType.STRING,
    "money": rule_engine.DataType.FLOAT,
}
FACTS: dict[str, dict[str, str]] = {
    "caller": {
        "number": "string",
        "withheld": "yes_no",
        "kind": "string",
        "known": "yes_no",
        "name": "string",
    },
    "called": {"number": "string"},
    "now": {"date": "string", "time": "string", "weekday": "string"},
}
_FACT_NAMES = [f"{name}.{attribute}" for name, fact in FACTS.items() for attribute in fact]
Facts = Mapping[str, Mapping[str, Value]]


_MAX_TOKENS = 100
_TOKEN = re.compile(
    r"""\s+ | "[^"\\]*" | '[^'\\]*' | \d{1,15}(\.\d{1,15})?(?![\w.])
        | (?P<name>[a-zA-Z_][\w.]*)(?!["']) | [=!<>]= | [<>](?![<>]) | [(),+-] | \[ | \]""",
    re.VERBOSE,
)
_WORDS = {"yes": True, "no": False}
RESERVED = frozenset(
    {
        *_WORDS,
        "and",
        "or",
        "not",
        "in",
        "for",
        "if",
        "true",
        "false",
        "null",
        "nan",
        "inf",
        "elif",
        "else",
    }
)
"""Words of the expression language, which cannot name a variable."""


class ConditionError(ValueError):
    """A condition that cannot be understood, or names something unknown."""


def check(text: str, types: Mapping[str, str]) -> None:
    """Compile `text` against the variables' types. Raises `ConditionError`."""
    _compiled(text, tuple(sorted(types.items())))


def holds(text: str, types: Mapping[str, str], values: Mapping[str, Value], facts: Facts) -> bool:
    """Whether the condition is true. Raises `ConditionError` where it cannot be worked out."""
    rule = _compiled(text, tuple(sorted(types.items())))
    thing: dict[str, object] = {name: SimpleNamespace(**fact) for name, fact in facts.items()}
    thing |= _WORDS
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
    _check_tokens(text)
    known = {name: TYPES[kind] for name, kind in types} | dict.fromkeys(_WORDS, TYPES["yes_no"])
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
    except EngineError as error:
        raise ConditionError(f"'{text}' is not a condition: {error.message}") from None


def _check_tokens(text: str) -> None:
    """Refuse what does not belong to our part of the language. Raises `ConditionError`."""
    position = 0
    for _ in range(_MAX_TOKENS):
        if position == len(text):
            return
        token = _TOKEN.match(text, position)
        if token is None or token[0] == "for":
            rest = text[position : position + 10]
            raise ConditionError(
                f"'{rest}' is not used in conditions; compare with == != < > in, join with and, or"
            )
        name = token["name"]
        if name and name not in _FACT_NAMES and (name in FACTS or "." in name):
            raise ConditionError(f"'{name}' is not a known fact{nearest(name, _FACT_NAMES)}")
        position = token.end()
    raise ConditionError("the condition is too long; make several cases of it")
