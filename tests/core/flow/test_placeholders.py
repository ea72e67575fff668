"""Names in braces, and nothing else in braces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.flow.placeholders import fill, only_name, problems

VALUES = {"reason": "a leak", "client.name": "Acme", "evil": "{reason} {0} {{"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello", "Hello"),
        ("{reason} at {client.name}", "a leak at Acme"),
        ("{{reason}} costs {{}}", "{reason} costs {}"),
        ("{{{reason}}}", "{a leak}"),
        ("{evil}", "{reason} {0} {{"),
    ],
)
def test_a_name_is_replaced_once_and_doubled_braces_stand_for_themselves(
    text: str, filled: str
) -> None:
    assert list(problems(text, VALUES.__contains__)) == []
    assert fill(text, VALUES.__getitem__) == filled


@pytest.mark.parametrize(
    "text",
    ["{", "}", "{}", "{ reason }", "{reason!r}", "{reason.upper}", "{reason[0]}", "{0}", "{a{b}}"],
)
def test_anything_else_in_braces_is_a_problem(text: str) -> None:
    assert list(problems(text, VALUES.__contains__))


@pytest.mark.parametrize("text", ["Good {reason", "{reason, hello", "about reason} now"])
def test_a_name_of_which_one_brace_is_missing_is_shown_with_both(text: str) -> None:
    [(_, message)] = problems(text, VALUES.__contains__)
    assert "write '{reason}'" in message


@given(st.text("{}ab.", max_size=20))
def test_text_without_problems_can_always_be_filled(text: str) -> None:
    known = {"a": "1", "b": "2", "a.b": "3"}
    if not list(problems(text, known.__contains__)):
        assert isinstance(fill(text, known.__getitem__), str)


@pytest.mark.parametrize(
    ("text", "name"), [("{reason}", "reason"), ("{reason} ", None), ("reason", None), ("{{", None)]
)
def test_text_that_is_only_a_name_is_known(text: str, name: str | None) -> None:
    assert only_name(text) == name
