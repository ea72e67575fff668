"""Who has each telephone number. Pure.

A number is its holder's until the holder gives it up: by a live version that does not name it any
more, or by having its file taken away. Until then any other file that names it is refused, on every
machine and after every restart. A number that nobody holds goes to whoever has named it longest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.core.flow.source import read_source
from ivr.core.flow.tree import Refused
from ivr.core.flow.types import parse_phone

Claims = Mapping[str, frozenset[str] | None]
"""The clients that have a file here, each with the numbers that its live version names; None where
that cannot be told at the moment, so that it keeps what it has."""

First = Callable[[str, Sequence[str]], str]
"""Which of several clients, in order of their names, has named a number longest."""


@dataclass(frozen=True, slots=True)
class NumberHold:
    """`client` has a number. `place` is the machine that had its file last: that it is taken away
    there gives the number up, that it is missing elsewhere does not."""

    client: str
    place: str


def settle(
    holds: Mapping[str, NumberHold],
    claims: Claims,
    place: str,
    arrived: Collection[str] = (),
    first: First = lambda number, clients: clients[0],
) -> dict[str, NumberHold]:
    """Who has which number, given who had it and what the files at `place` claim.

    `arrived` are clients whose file has been seen here for the first time since the start.
    """
    kept: dict[str, NumberHold] = {}
    for number, hold in holds.items():
        if _keeps(hold, number, claims, place):
            here = hold.client in claims and hold.client in arrived
            kept[number] = NumberHold(hold.client, place) if here else hold
    wanted: dict[str, list[str]] = {}
    for client in sorted(claims):
        for number in claims[client] or ():
            if number not in kept:
                wanted.setdefault(number, []).append(client)
    for number, clients in wanted.items():
        chosen = clients[0] if len(clients) == 1 else first(number, clients)
        kept[number] = NumberHold(chosen, place)
    return kept


def _keeps(hold: NumberHold, number: str, claims: Claims, place: str) -> bool:
    if hold.client not in claims:
        return hold.place != place
    named = claims[hold.client]
    return named is None or number in named


def named_numbers(text: str) -> frozenset[str]:
    """The numbers that the text of a client's file names; none where it cannot be read."""
    try:
        client = read_source("", text).data.get("client")
    except Refused:
        return frozenset()
    written = client.get("numbers") if isinstance(client, dict) else None
    return frozenset(_numbers([written] if isinstance(written, str) else written or ()))


def _numbers(written: Iterable[object]) -> Iterator[str]:
    for each in written:
        try:
            yield parse_phone(each)
        except ValueError:
            continue
