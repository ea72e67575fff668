"""Numbers on which a caller can be rung: the one they gave, then the calling number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.language import telephone

_DIALLED = re.compile(r"[+(]?\d[\d ().\-/\u00a0]{5,}\d(;ext=\d{1,7}| ext\. \d{1,7})?")
"""How people write a number, and nothing else beside it."""

_NAMED = re.compile(r"tele?phone|phone|mobile|\btel\b|\bcell\b|call_?back", re.IGNORECASE)
"""A field of this name holds a number, also where that begins with neither `0` nor `+`."""


@dataclass(frozen=True, slots=True)
class RingNumber:
    """A number (E.164) on which to ring a caller.

    `written` is the number as people in the client's country write it. `stated` says that the
    caller gave it and did not ring from it.
    """

    number: str
    written: str
    stated: bool

    @property
    def whose(self) -> str:
        """Where the number is from, in words."""
        return "the number they gave" if self.stated else "the number they called from"


def ring_numbers(
    caller: str | None, fields: Mapping[str, str], given: str | None, language: str
) -> tuple[RingNumber, ...]:
    """Return the numbers to ring, the best first and each once.

    `caller` is the calling number; `fields` are what the caller or an operator filled in; `given`
    is the number in the words of a recording; `language` is the client's (BCP 47).
    """
    region = telephone.country_of(language)
    stated = [*_in_fields(fields, region), *([given] if given else [])]
    calling = caller if caller and caller.startswith("+") else None
    found = dict.fromkeys((*stated, *([calling] if calling else [])))
    return tuple(
        RingNumber(each, telephone.written(each, region), each != calling) for each in found
    )


REACHED = "reached them"
CAME_OF_RINGING = (REACHED, "no answer", "engaged", "left a message", "wrong number")
"""What can come of ringing somebody, in words."""


def rang(numbers: tuple[RingNumber, ...], number: str, came: str) -> str:
    """Return the note for a job's history of an attempt to ring one of its `numbers`.

    Raises `ValueError` for any other number, or if the outcome is missing.
    """
    found = next((each for each in numbers if each.number == number), None)
    if found is None or came not in CAME_OF_RINGING:
        raise ValueError("Choose which number you rang, and what came of it.")
    return f"rang {found.written}: {came}"


NOT_RUNG = "not reached, as the operator’s own telephone was not answered, or was cut off"
_CAME = {"no-answer": "no answer", "busy": "engaged", "failed": "the call failed"}


def came_of(reason: str) -> str:
    """Return the outcome of ringing somebody in vain, from the reason of a conversation."""
    return _CAME.get(reason, reason.replace("-", " "))


def how_to_ring(numbers: tuple[RingNumber, ...]) -> str:
    """Return a sentence on where the caller can be rung, or an empty text if they gave no other
    number."""
    if not numbers or not numbers[0].stated:
        return ""
    first, *others = (f"{each.written} ({each.whose})" for each in numbers)
    return f"Ring {' or '.join([first, *others])}."


def _in_fields(fields: Mapping[str, str], region: str) -> Iterator[str]:
    for name, value in fields.items():
        text = value.strip()
        if not _DIALLED.fullmatch(text) or not (text[0] in "+0(" or _NAMED.search(name)):
            continue
        try:
            yield telephone.parse_with_extension(text, region)
        except ValueError:
            continue
