"""What a text is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.core.records.message import Word

DOUBTFUL = 0.8
"""Below this confidence a token is worth listening to; no more than a hint."""


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A stretch of the text, and the words `first` to `last` (inclusive) that it was made of.

    `confidence` is that of its words, weighted by how long they took; 0 to 1.
    """

    text: str
    first: int
    last: int
    confidence: float

    @property
    def doubtful(self) -> bool:
        """Whether a person should listen before relying on it."""
        return self.confidence < DOUBTFUL


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A message as people write it.

    Its text is that of its tokens with blanks between them; every word is in one token, in order.
    `number_given` is the telephone number (E.164) that the caller asked to be rung on, as far as
    can be told; `difference` says in words how it differs from the calling number.
    """

    tokens: tuple[WordSpan, ...] = ()
    number_given: str | None = None
    difference: str | None = None

    @property
    def text(self) -> str:
        """The whole text."""
        return " ".join(token.text for token in self.tokens)


def confidence(words: Sequence[Word]) -> float:
    """The confidence of words together, weighted by their length in time."""
    weights = [max(word.end - word.start, 0.01) for word in words]
    total = sum(word.confidence * weight for word, weight in zip(words, weights, strict=True))
    return total / sum(weights)
