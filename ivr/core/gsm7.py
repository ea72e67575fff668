"""How many parts a text message has, and the same words in fewer.

A text is sent with the GSM 7-bit alphabet (3GPP TS 23.038, 6.2.1): 160 characters, or 153 in each
of several parts, as each then has a header. One character that is not in it, such as a curly
apostrophe, and all of it is sent as UTF-16: 70 characters, or 67 in each of several parts. Every
part is paid for. https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Each takes the place of two."""

GSM_WHOLE, GSM_PART = 160, 153
UTF16_WHOLE, UTF16_PART = 70, 67

_LIKE = {
    **dict.fromkeys("‘’‚‛′ʼʻ`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‹›", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·●▪", "-"),
    "…": "...",
    "⁄": "/",
    "×": "x",
    "÷": "/",
    "→": "->",
    "°": " deg",
    "\t": " ",
    "Đ": "D",
    "đ": "d",
    "Ð": "D",
    "ð": "d",
    "Þ": "Th",
    "þ": "th",
    "Ł": "L",
    "ł": "l",
    "Œ": "OE",
    "œ": "oe",
    "ı": "i",
    "ẞ": "SS",
    "©": "(c)",
    "®": "(r)",
}
"""What people take for the same, or near enough."""


@dataclass(frozen=True, slots=True)
class Segments:
    """In how many parts a text is sent, how many characters it counts as, and which of them have
    all of it sent as UTF-16, each once and in their order; none where it is sent with the GSM
    alphabet."""

    count: int
    units: int
    outside: tuple[str, ...] = ()


def segments(text: str) -> Segments:
    """How `text` is sent. An empty one counts as one part."""
    outside = tuple(dict.fromkeys(sign for sign in text if not _is_gsm7(sign)))
    if outside:
        sizes = [len(sign.encode("utf-16-le", "surrogatepass")) // 2 for sign in text]
        return Segments(_parts(sizes, UTF16_WHOLE, UTF16_PART), sum(sizes), outside)
    sizes = [2 if sign in _EXTENSION else 1 for sign in text]
    return Segments(_parts(sizes, GSM_WHOLE, GSM_PART), sum(sizes))


def in_gsm7(text: str) -> str:
    """The same words with signs of the GSM alphabet: straight quotes, letters without the accents
    that it lacks. A letter of another script stays as it is, for lack of anything like it; a
    pictogram is left out."""
    return "".join(_like(sign) for sign in text)


def fit(text: str, parts: int) -> str:
    """`in_gsm7` of `text`, without its end where it would have more than so many parts."""
    text = in_gsm7(text)
    while segments(text).count > parts:
        text = text[:-1]
    return text


def _is_gsm7(sign: str) -> bool:
    return sign in _BASIC or sign in _EXTENSION


def _like(sign: str) -> str:
    if _is_gsm7(sign):
        return sign
    if sign in _LIKE:
        return _LIKE[sign]
    bare = "".join(_LIKE.get(each, each) for each in unicodedata.normalize("NFKD", sign))
    plain = "".join(each for each in bare if _is_gsm7(each))
    if plain:
        return plain
    return sign if unicodedata.category(sign)[0] in "LN" else ""


def _parts(sizes: list[int], whole: int, part: int) -> int:
    """How many parts there are; what takes the place of two is not divided between them."""
    if sum(sizes) <= whole:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return count
