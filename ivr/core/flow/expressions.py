"""The form of conditions: their words, and the tree that these make.

Python's own parser builds the tree, and nothing of Python ever runs: before, every name is
replaced by a number of ours, and what is not a name, a text, a number or one of a few signs is
refused; after, the tree may only have the few kinds of node that conditions are worked out from.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

CURLY = "“”„‟«»‘’‚"
OPERATORS = frozenset({"and", "or", "not", "in"})
WORDS = {"yes": True, "no": False, "true": True, "false": False}
RESERVED = OPERATORS | WORDS.keys() | {"if", "else", "for", "is", "null"}
"""Words of conditions, now or perhaps some day, which cannot name a variable."""

_MAX_TOKENS = 100
_TOKEN = re.compile(
    r"""(?P<blank>\s+) | "[^"\\\n]*" | '[^'\\\n]*' | (?P<number>\d{1,15}(\.\d{1,15})?)(?![\w.])
        | (?P<name>[a-zA-Z_][\w.]*)(?!["']) | [=!<>]= | [<>](?![<>]) | [(),+-] | \[ | \]""",
    re.VERBOSE,
)
_CLOCK = re.compile(r"\W?(\d{1,2}:\d\d)\b")
_ALLOWED = (
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
    *(ast.List, ast.Constant, ast.Name, ast.Load),
)


class ConditionError(ValueError):
    """A condition that cannot be understood, or names something unknown."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition's tree; `names[3]` is what the tree calls `n3`."""

    tree: ast.expr
    names: tuple[str, ...]

    def name(self, node: ast.Name) -> str:
        """The name that `node` stands for, as the condition writes it."""
        return self.names[int(node.id[1:])]


def parsed(text: str) -> Expression:
    """The tree of a condition. Raises `ConditionError`."""
    names: list[str] = []
    source = " ".join(_tokens(text, names))
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConditionError(
            f"'{text}' is not a condition; compare as in: reason == \"leak\", and close every "
            "bracket"
        ) from None
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise ConditionError(f"'{text}' is not a condition; lists stand in [square brackets]")
    return Expression(tree, tuple(names))


def _tokens(text: str, names: list[str]) -> Iterator[str]:
    """The tokens as Python is to read them. Raises `ConditionError` for what is none of ours."""
    position = 0
    for _ in range(_MAX_TOKENS):
        if position == len(text):
            return
        token = _TOKEN.match(text, position)
        if token is None and text[position] in CURLY:
            raise ConditionError('text stands in straight quotes, not in curly ones: "leak"')
        if token is None and (clock := _CLOCK.match(text, max(position - 2, 0))):
            raise ConditionError(f'a time stands in quotes: "{clock[1]}"')
        if token is None and text[position] in "{}":
            raise ConditionError('names stand without braces in a condition: reason == "leak"')
        if token is None:
            raise ConditionError(
                f"'{text[position : position + 10]}' is not used in conditions; "
                "compare with == != < > in, join with and, or"
            )
        position = token.end()
        if token["number"]:
            yield str(float(token[0]) if "." in token[0] else int(token[0]))
        elif token["name"] and token[0] not in OPERATORS:
            names.append(token[0])
            yield f"n{len(names) - 1}"
        elif not token["blank"]:
            yield token[0]
    raise ConditionError("the condition is too long; make several cases of it")
