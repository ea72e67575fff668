"""Tokens: what is written down in one way is looked for in another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.records.search_text import client_token, document, terms, tokens


def found(query: str, *texts: str, number: str | None = None) -> bool:
    """Whether a query finds a document, by the rule that both databases follow."""
    body = document(texts, [number], "acme").split()
    wanted = terms(query)

    def stands(token: str) -> bool:
        begins = token.removesuffix("*")
        return any(w.startswith(begins) if token.endswith("*") else w == token for w in body)

    return bool(wanted) and all(any(all(map(stands, t)) for t in term) for term in wanted)


@pytest.mark.parametrize(
    "query",
    [
        "01604 529170",
        "01604529170",
        "01604 529 170",
        "(01604) 529-170",
        "+44 1604 529170",
        "+44 (0)1604 529170",
        "0044 1604 529170",
        "441604529170",
        "1604 529170",
        "529170",
        "01604 52",
        "0160",
    ],
)
def test_a_number_is_found_however_it_is_typed(query: str) -> None:
    assert found(query, number="+441604529170")
    assert found(query, "ring me on 01604 529170 please")
    assert not found(query, "ring me", number="+441632960001")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ceil drip", "The ceiling drips."),
        ("cafe", "Meet at the Café"),
        ("HAUPTSTRASSE", "Hauptstraße 4"),
        ("o'brien", "Mr O’Brien"),
        ("flat 12 34", "flat 12, 34 High Street"),
        ("한국", "한국어 메시지"),
        ("ann example", "ann@mail.example"),
    ],
)
def test_words_are_found_by_their_beginnings_whatever_case_and_accents(
    query: str, text: str
) -> None:
    assert found(query, text)
    assert not found(query, "something else")


def test_all_words_of_a_query_count() -> None:
    assert found("leak kitchen", "A leak in the kitchen")
    assert not found("leak bathroom", "A leak in the kitchen")


@pytest.mark.parametrize("query", ["", "   ", "“”", "*", '"', "-- ;", "_"])
def test_a_query_without_words_finds_nothing(query: str) -> None:
    assert terms(query) == []


@given(st.text())
def test_tokens_are_nothing_but_letters_and_figures(text: str) -> None:
    assert all(token.isalnum() and len(token) <= 60 for token in tokens(text))
    body = document([text], [text], text)
    assert all(part.isalnum() for part in body.split(" "))


def test_a_client_s_token_is_that_client_s_alone() -> None:
    each = {client_token(client) for client in ("acme", "acm", "ACME", "", "client")}
    assert len(each) == 5
    assert client_token(None) == client_token("")
