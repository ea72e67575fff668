"""How much room text takes: estimated, since who draws it chooses the font."""

from __future__ import annotations

import unicodedata

BODY, SMALL = 13.0, 11.5
"""Sizes of type, in pixels; `picture.css` has the same."""

_NARROW = frozenset("fijlrtI.,:;'’‘!|()[]{}/ ")
_WIDE = frozenset("mwMW@%×…—“”")


def height_of(size: float) -> float:
    """From one line to the next."""
    return size * 1.36


def width_of(text: str, size: float) -> float:
    """About how wide `text` is, in pixels."""
    return sum(map(_em, text)) * size


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.37
    if character in _WIDE:
        return 0.93
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.72 if character.isupper() else 0.605


def wrapped(text: str, width: float, most: int, size: float = BODY) -> list[str]:
    """`text` in at most `most` lines of `width` pixels; what does not fit is cut off with `…`."""
    lines = [""]
    for word in _pieces(text, width, size):
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            return [*lines[:-1], _cut(longer, width, size)]
        else:
            lines.append(word)
    return lines


def _pieces(text: str, width: float, size: float) -> list[str]:
    """The words of `text`; one too long for a line is broken."""
    pieces: list[str] = []
    for word in text.split():
        while width_of(word, size) > width and len(word) > 1:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or _fits(word[:n], width))
            pieces.append(word[:fits])
            word = word[fits:]
        pieces.append(word)
    return pieces


def _fits(text: str, width: float) -> bool:
    return width_of(text, BODY) <= width


def _cut(text: str, width: float, size: float) -> str:
    while text and width_of(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
