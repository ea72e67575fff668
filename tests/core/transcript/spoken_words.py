"""Words as a recogniser gives them, made from a line of text."""

from __future__ import annotations

from ivr.core.records.message import Word

WORD, GAP, PAUSE = 0.3, 0.05, 1.0


def words(line: str, confidence: float = 1.0) -> tuple[Word, ...]:
    """The words of `line`, a third of a second each; `|` is a pause of a second."""
    found: list[Word] = []
    now = 0.0
    for text in line.split():
        if text == "|":
            now += PAUSE
            continue
        found.append(Word(text, round(now, 2), round(now + WORD, 2), confidence))
        now += WORD + GAP
    return tuple(found)
