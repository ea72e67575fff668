"""Declared variables, and the values that a file gives them."""

from __future__ import annotations

import pytest

from ivr.core.flow.types import Value
from ivr.core.flow.variables import typed, unassignable

TYPES = {"visits": "number", "known": "yes_no", "word": "string"}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "012", "012"),
        ("number", "012", 12),
        ("number", "-3", -3),
        ("number", "2.50", 2.5),
        ("yes_no", "yes", True),
        ("yes_no", "No", False),
        ("yes_no", "true", True),
        ("string", None, ""),
        ("number", None, 0),
        ("yes_no", None, False),
    ],
)
def test_a_value_has_the_type_of_its_variable(kind: str, text: str | None, value: Value) -> None:
    found = typed(kind, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", word) for word in ("", "many", "1e9", "nan", "1_000", "9" * 16, "٣", "1.", "0x1")]
    + [("yes_no", word) for word in ("", "on", "1", "perhaps")],
)
def test_what_is_not_of_the_type_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"not a number|neither yes nor no"):
        typed(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("string", "anything, {visits}", None),
        ("number", "12", None),
        ("number", "{visits}", None),
        ("number", "{word}", "'{word}' is a string, and this must be a number"),
        ("number", "1{visits}", "'1{visits}' is not a number"),
        ("number", "{caller.number}", "'{caller.number}' is not a number"),
        ("yes_no", "{known}", None),
        ("yes_no", "{visits}", "'{visits}' is a number, and this must be a yes_no"),
    ],
)
def test_a_variable_takes_only_what_is_sure_to_be_of_its_type(
    kind: str, text: str, problem: str | None
) -> None:
    assert unassignable(kind, text, TYPES) == problem
