"""Sentences: where they end, and the capitals at their beginnings."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.core.records.message import Word
from ivr.core.transcript.manner import Manner
from ivr.core.transcript.pieces import RecognisedWord, Words

SENTENCE_PAUSE = 0.7
"""A rest of so many seconds between two words ends a sentence."""


def rests(words: Sequence[Word]) -> tuple[float, ...]:
    """The pause behind each word, in seconds; none behind the last."""
    following = (word.start for word in words[1:])
    pairs = zip(words[:-1], following, strict=True)
    return (*(max(start - word.end, 0.0) for word, start in pairs), 0.0) if words else ()


def ends(
    words: Sequence[Word], parts: Sequence[RecognisedWord], plain: Words, manner: Manner
) -> set[int]:
    """The words behind which a sentence ends, the last one always.

    Where the recogniser has set full stops it knows better than the pauses do.
    """
    if not words:
        return set()
    marked = {at for at, part in enumerate(parts) if part.ends_sentence}
    last = len(words) - 1
    if marked:
        return marked | {last}
    pauses = enumerate(rests(words))
    return {
        at for at, rest in pauses if rest >= SENTENCE_PAUSE and not manner.goes_on(plain, at)
    } | {last}


def capitalised(text: str) -> str:
    """`text` with a capital at its beginning; an e-mail address stays as it is."""
    return text if "@" in text else text[:1].upper() + text[1:]
