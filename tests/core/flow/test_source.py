"""YAML is read as text, with the place of every value, and within bounds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.flow.source import MAX_VALUES, read_source
from ivr.core.flow.tree import Refused

LAUGHS = "a0: &a0 [ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


SCALARS = """+441604529170 17:30 no on yes off true null ~ 012 0x1F 1_000 1e3 .5 .inf 2026-12-25
    2026-12-25T03:00:00Z 08:30-12:30 = 1.10"""


@pytest.mark.parametrize("scalar", SCALARS.split())
def test_a_scalar_is_the_text_that_stands_there(scalar: str) -> None:
    assert read_source("a.yaml", f"a: {scalar}\nb: [{scalar}]").data == {"a": scalar, "b": [scalar]}


def test_a_name_is_text_too() -> None:
    source = read_source("a.yaml", "no: a\n1: b\n2026-12-25: c")
    assert source.data == {"no": "a", "1": "b", "2026-12-25": "c"}


def test_a_value_that_is_left_out_differs_from_an_empty_text() -> None:
    assert read_source("a.yaml", "a:\nb: ''\nc: [, ]".replace("[, ]", "[]")).data == {
        "a": None,
        "b": "",
        "c": [],
    }


def test_every_value_and_every_key_knows_its_place() -> None:
    source = read_source("a.yaml", "people:\n  ian: {name: Ian, list: [a, b]}\n")
    assert source.marks[("people", "ian", "name")] == (2, 15)
    assert source.keys[("people", "ian", "name")] == (2, 9)
    assert source.marks[("people", "ian", "list", 1)] == (2, 30)


def test_a_finding_about_what_is_not_there_stands_at_the_nearest_place_around_it() -> None:
    source = read_source("a.yaml", "people:\n  ian: {name: Ian}\n")
    finding = source.finding(("people", "ian", "phone", "area"), "schema", "missing")
    assert (finding.line, finding.column) == (2, 8)


def test_an_alias_stands_for_its_value_and_its_place() -> None:
    source = read_source("a.yaml", "a: &hours 09:00-17:30\nb: *hours\n")
    assert source.data["b"] == "09:00-17:30"
    assert source.marks[("b",)] == (1, 4)


def test_the_line_ends_of_every_system_are_read() -> None:
    assert read_source("a.yaml", "a: 1\r\nb: 2\rc: 3\n").data == {"a": "1", "b": "2", "c": "3"}


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "a: &a " + "x" * 100_000 + "\nb: [" + "*a, " * 1000 + "]",
        "[" * 100_000,
        "a: " + "{b: " * 50_000,
        "- " * 100_000,
        "a: [" + "x, " * (MAX_VALUES + 1) + "]",
        "? " * 10_000,
        "&a " * 50_000,
    ],
    ids=["billion laughs", "a long text repeated", "lists", "mappings", "dashes", "many", "?", "&"],
)
def test_what_swells_or_nests_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(Refused):
        read_source("a.yaml", text)
    assert time.process_time() - began < 2


@given(st.text() | st.text("ab:-[]{}&*!|>'\"#%@`\n\t ,?<~"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        source = read_source("a.yaml", text)
    except Refused as refused:
        assert refused.finding.code in ("yaml", "too-large")
        assert refused.finding.line >= 1
    else:
        assert isinstance(source.data, dict)
