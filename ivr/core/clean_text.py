"""Cleans text from outside so that it can be kept, shown and logged. Pure."""

from __future__ import annotations

import re

_NO_TEXT = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, NUL among them, which PostgreSQL refuses
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of what follows
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\ud800-\udfff"  # halves of characters, which cannot be encoded
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters (https://www.unicode.org/faq/private_use.html)
    "]"
)
_LINES = re.compile("\r\n?|\u2028|\u2029|\x85")


def clean(text: str, most: int | None = None) -> str:
    """Return `text` without control, direction and other invisible characters.

    Lines end with a line feed, and at most `most` characters are kept.
    Joiners stay: emoji and some scripts need them.
    """
    return _NO_TEXT.sub("", _LINES.sub("\n", text))[:most]


def clean_values(value: object) -> object:
    """Return JSON with every text in it cleaned, including names."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_values(each) for each in value]
    if isinstance(value, dict):
        return {clean(str(name)): clean_values(each) for name, each in value.items()}
    return value
