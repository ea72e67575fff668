"""The two sides of a call, put together as people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ivr.core.records.message import TextSpan, Word
from ivr.core.transcript.values import FormattedText

CALLER = "caller"
"""Whose words may give a number to ring back. Of a recording that does not tell, all of them."""

Write = Callable[[Sequence[Word]], FormattedText]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What was said, in the order of time: all words, and the text with a line for each turn."""

    words: tuple[Word, ...]
    text: str
    stretches: tuple[TextSpan, ...]
    number_given: str | None
    difference: str | None


def dialogue(sides: Sequence[Sequence[Word]], write: Write) -> Dialogue:
    """The sides of a call put together; `write` makes text of the words of one turn."""
    words = tuple(sorted((word for side in sides for word in side), key=lambda word: word.start))
    turns = [(speaker, list(turn)) for speaker, turn in groupby(words, key=lambda w: w.speaker)]
    written = [write(turn) for _, turn in turns]
    callers = [each for (speaker, _), each in zip(turns, written, strict=True) if _rings(speaker)]
    lines = (_line(speaker, each) for (speaker, _), each in zip(turns, written, strict=True))
    return Dialogue(
        words=words,
        text="\n".join(lines),
        stretches=tuple(_stretches(turns, written)),
        number_given=next((each.number_given for each in callers if each.number_given), None),
        difference=next((each.difference for each in callers if each.difference), None),
    )


def _rings(speaker: str | None) -> bool:
    return speaker in (None, CALLER)


def _line(speaker: str | None, written: FormattedText) -> str:
    return f"{speaker.capitalize()}: {written.text}" if speaker else written.text


def _stretches(
    turns: Sequence[tuple[str | None, Sequence[Word]]], written: Sequence[FormattedText]
) -> Iterator[TextSpan]:
    """The stretches of every turn, their words counted through all of them."""
    begin = 0
    for (_, turn), each in zip(turns, written, strict=True):
        for token in each.tokens:
            yield TextSpan(token.text, begin + token.first, begin + token.last, token.confidence)
        begin += len(turn)
