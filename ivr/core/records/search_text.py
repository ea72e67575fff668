"""What can be searched for, as tokens: texts, numbers in all the ways that they are written. Pure.

Both databases index the very tokens that are made here, in small letters without accents, so that
neither's own idea of a word counts, and no query can be anything but tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import sha256

import phonenumbers
from phonenumbers import PhoneNumberFormat

LONGEST = 60
"""Characters of a token; what is longer is cut, in texts and in queries alike."""

MOST_TOKENS = 12
"""Tokens of a query that count."""

MOST_KEPT = 20_000
"""Different tokens that are kept of one document: more than an hour of speech has."""

_DIGITS = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){4,}")
"""A number of five digits or more, however it is grouped."""

_JOINED = 6
"""Figures of a query that are together at least so long may be one number, grouped otherwise."""


def tokens(text: str) -> Iterator[str]:
    """The words and figures of a text, in order."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    for found in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", kept)):
        yield found[:LONGEST]


def number_tokens(number: str, region: str = "GB") -> Iterator[str]:
    """A telephone number as people may type it: international, national, and in its groups."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        yield from tokens(number)
        return
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    groups = list(tokens(national))
    yield f"{parsed.country_code}{parsed.national_number}"
    yield str(parsed.national_number)
    yield "".join(groups)
    yield from groups


def document(texts: Iterable[str | None], numbers: Iterable[str | None], client: str | None) -> str:
    """The body of a document: its tokens, each once, with a space between.

    Telephone numbers inside the texts are found too. `client` is whose document it is.
    """
    kept: dict[str, None] = {client_token(client): None}
    for number in numbers:
        if number:
            kept |= dict.fromkeys(number_tokens(number))
    for text in texts:
        kept |= dict.fromkeys(tokens(text or ""))
        for found in _DIGITS.findall(text or ""):
            kept |= dict.fromkeys(number_tokens(found))
    return " ".join(list(kept)[:MOST_KEPT])


def client_token(client: str | None) -> str:
    """What stands in each document of a client, and in no text that anybody would write."""
    return f"client{sha256((client or '').encode()).hexdigest()[:20]}"


def terms(query: str) -> list[list[list[str]]]:
    """What a query asks for: all of the terms, of each any of its alternatives, of an alternative
    all words. A word that ends with `*` is a beginning of words.

    Figures that follow each other are also looked for as one number: `01604 529 170` finds what was
    written down as +441604529170.
    """
    found: list[list[list[str]]] = []
    figures: list[str] = []
    for token in [*_of_query(query), ""]:
        if token.isdecimal():
            figures.append(token)
            continue
        if figures:
            found += _figures(figures)
            figures = []
        if token:
            found.append([[f"{token}*"]])
    return found


def _of_query(query: str) -> list[str]:
    """The tokens of a query, the nought in `+44 (0)1604` and the noughts of `0044` left out."""
    plain = re.sub(r"(\+\d{1,3}\s*)\(0\)", r"\1", query)
    plain = re.sub(r"^\s*00(?=[1-9])", "", plain)
    return list(tokens(plain))[:MOST_TOKENS]


def _figures(figures: list[str]) -> list[list[list[str]]]:
    joined = "".join(figures)
    if len(figures) == 1 or len(joined) < _JOINED:
        return [[[f"{figure}*"]] for figure in figures]
    return [[[f"{joined[:LONGEST]}*"], [*figures[:-1], f"{figures[-1]}*"]]]
