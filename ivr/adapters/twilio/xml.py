"""XML text, element by element.

Twilio's `VoiceResponse` costs two to four times as much, a good part of a whole turn
(docs/decisions/0007). What is written is checked by the simulated carrier's parser.
"""

from __future__ import annotations

from collections.abc import Mapping

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

Attributes = Mapping[str, str | int | bool | None]

# What XML 1.0 cannot write, not even escaped, is left out: https://www.w3.org/TR/xml/#charsets
_UNWRITABLE = {
    *(code for code in range(0x20) if chr(code) not in "\t\n\r"),
    *range(0xD800, 0xE000),
    0xFFFE,
    0xFFFF,
}
_ESCAPES: dict[int, str | None] = dict.fromkeys(_UNWRITABLE) | str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)


def element(name: str, attributes: Attributes, *children: str) -> str:
    """One element around its children, which are XML already. None leaves an attribute out."""
    written = "".join(
        [f' {key}="{_value(value)}"' for key, value in attributes.items() if value is not None]
    )
    if not children:
        return f"<{name}{written} />"
    return f"<{name}{written}>{''.join(children)}</{name}>"


def text(words: str) -> str:
    """Words as the content of an element or of an attribute."""
    return words.translate(_ESCAPES)


def _value(value: str | int | bool) -> str:
    if isinstance(value, str):
        return text(value)
    return str(value).lower()
