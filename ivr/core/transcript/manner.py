"""What one language knows about being written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.core.transcript.pieces import Rule, Words

At = Callable[[Words, int], bool]
"""Something that holds of the word at a position or not."""


def _never(words: Words, at: int) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Manner:
    """How a language is written: the rules for its values, and its capitals.

    `addresses` are rules that come before the client's own names, which may be part of them.

    `capital` and `goes_on` say of a word whether it has a capital anywhere, and whether a
    sentence hardly ends with it. `frequency` says how common a word is; without it no word is
    ever taken for a misheard name.
    """

    addresses: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    capital: At = _never
    goes_on: At = _never
    frequency: Callable[[str], int] | None = None
