"""Spaces that look like a space, or like nothing, and are not one for YAML or for a carrier.

They come with what is pasted from web pages, word processors and telephones.
"""

from __future__ import annotations

import re
import unicodedata

_WIDE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_JOINERS = "\u200c\u200d"
ODD = re.compile(f"[{_WIDE}{_INVISIBLE}]")
_ODD_WIDE = re.compile(f"[{_WIDE}]")
_TYPOGRAPHIC = re.compile("[\u00a0\u202f](?=[!?:;»%€])|(?<=«)[\u00a0\u202f]")
"""A no-break space that French typography asks for."""

_NAMES = {"\u200b": "zero-width space", "\ufeff": "zero-width no-break space"}


def found(text: str) -> int | None:
    """Where the first odd space of `text` stands; None where there is none.

    Joiners between letters or signs that are not English, and French spaces, are meant.
    """
    for match in ODD.finditer(text):
        at = match.start()
        beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        if match[0] in _JOINERS and not beside.isascii():
            continue
        if not _TYPOGRAPHIC.match(text, at):
            return at
    return None


def name(character: str) -> str:
    """What the character is called, with its code: `no-break space (U+00A0)`."""
    called = _NAMES.get(character) or unicodedata.name(character, "invisible character").lower()
    return f"{called} (U+{ord(character):04X})"


def mended(text: str) -> str:
    """`text` with ordinary spaces, without the invisible ones, and without any at its ends."""
    if found(text) is None:
        return text
    spaced = _ODD_WIDE.sub(" ", text)
    at = found(spaced)
    while at is not None:
        spaced = spaced[:at] + spaced[at + 1 :]
        at = found(spaced)
    return spaced.strip(" ")


def advice(character: str) -> str:
    """What stands there and what to do about it, as the rest of a sentence."""
    mend = "type an ordinary space instead" if _ODD_WIDE.match(character) else "delete it"
    article = "an" if name(character)[0] in "aeiou" else "a"
    return f"{article} {name(character)}, which looks like nothing special; {mend}"
