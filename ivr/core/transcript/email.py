"""E-mail addresses as they are spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.core.transcript.digits import item_at, spoken
from ivr.core.transcript.pieces import Rewriting, Words, word_set

_SIGNS: Mapping[str, str] = {
    "dot": ".",
    "point": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "plus": "+",
}
_ENDINGS = word_set("com uk org net eu ie io info biz co me cymru wales scot london gov ac")
_ANNOUNCING = (("address", "is"), ("email", "is"), ("email", "address"), ("mail", "is"), ("email",))
_LONGEST_LOCAL, _LONGEST_DOMAIN = 16, 6
_ADDRESS = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@[a-z0-9]+(?:[.-][a-z0-9]+)*")


def email(words: Words, start: int) -> Rewriting | None:
    """`jo dot smith at gmail dot com` → `jo.smith@gmail.com`."""
    near = range(start + 1, min(start + _LONGEST_LOCAL, len(words)))
    at = next((i for i in near if words[i] in ("at", "@")), None)
    if at is None or words[start] in ("is", "address"):
        return None
    local = _local(words, start, at)
    domain = _domain(words, at + 1)
    if local is None or domain is None:
        return None
    address = f"{local}@{domain.text}"
    return Rewriting(domain.end, address) if _ADDRESS.fullmatch(address) else None


def _local(words: Words, start: int, at: int) -> str | None:
    """What stands before the @: names, letters and digits with dots or dashes between them."""
    announced = any(tuple(words[max(start - len(w), 0) : start]) == w for w in _ANNOUNCING)
    text, names, position = "", 0, start
    while position < at:
        word = words[position]
        item = None if word == "o" else item_at(words[:at], position, spoken("en"))
        if word in _SIGNS and position > start:
            text, names, position = text + _SIGNS[word], 0, position + 1
        elif item is not None:
            text, position = text + item.digits, item.end
        elif re.fullmatch(r"[a-z0-9._+-]+", word):
            names += len(word) > 1
            text, position = text + word, position + 1
        else:
            return None
        if names > 1 and not announced:
            return None  # two words side by side are rather a sentence
    return None if not announced and text in ("i", "a") else text


def _domain(words: Words, start: int) -> Rewriting | None:
    """`gmail dot com`, `rainbow frost dot co dot uk`."""
    end = start
    text = ""
    while end < len(words) and end - start < _LONGEST_DOMAIN and words[end] not in {*_SIGNS, "at"}:
        text, end = text + words[end], end + 1
    labels = [text]
    while end + 1 < len(words) and _SIGNS.get(words[end]) in (".", "-"):
        if words[end] in ("dash", "hyphen"):
            labels[-1] += "-" + words[end + 1]
        else:
            labels.append(words[end + 1])
        end += 2
        if _complete(labels, words, end):
            return Rewriting(end, ".".join(labels))
    return None


def _complete(labels: list[str], words: Words, end: int) -> bool:
    """Whether the address ends here, and does not go on: `co` … `dot uk`."""
    goes_on = end + 1 < len(words) and words[end] == "dot"
    return len(labels) > 1 and labels[-1] in _ENDINGS and not goes_on
