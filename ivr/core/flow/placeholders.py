"""`{braces}` in spoken and written text: names only, nothing is evaluated.

`{{` and `}}` stand for the braces themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

FACTS: dict[str, str] = {
    "client.name": "the client's name as written",
    "client.say_as": "the client's name as spoken",
    "caller.number": "the caller's number, or “a withheld number”",
    "caller.name": "the caller's name where a list or `people` has it, else nothing",
    "called.number": "the number that was dialled",
    "daypart": "morning, afternoon or evening at the client's",
    "now.date": "today's date at the client's",
    "now.time": "the time at the client's",
    "now.weekday": "the day of the week at the client's",
}

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")


def problems(text: str, known: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Each unknown name and stray brace in `text`, as (name, what is wrong)."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in ("{{", "}}"):
            continue
        name = match[1]
        if name is None:
            meant = _half_closed(text, match.start())
            mend = f"'{{{meant}}}'" if known(meant) else f"'{token * 2}' for the brace itself"
            yield token, f"'{token}' stands alone; write {mend}"
        elif not _NAME.fullmatch(name):
            yield name, f"'{{{name}}}' is not a name; nothing is worked out inside braces"
        elif not known(name):
            yield name, f"'{{{name}}}' is neither a declared variable nor a known fact"


def only_name(text: str) -> str | None:
    """The name where `text` is nothing but one `{name}`."""
    match = _TOKEN.fullmatch(text)
    return match[1] if match else None


def names(text: str) -> frozenset[str]:
    """The names in braces in `text`."""
    return frozenset(match[1] for match in _TOKEN.finditer(text) if match[1])


def fill(text: str, lookup: Callable[[str], str]) -> str:
    """Replace every `{name}` by `lookup(name)`."""
    if "{" not in text and "}" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        return lookup(match[1] or "")

    return _TOKEN.sub(replace, text)


def _half_closed(text: str, at: int) -> str:
    """The name beside the brace at `at`: `{daypart, hello`, `daypart} hello`."""
    if text[at] == "{":
        match = _NAME.match(text, at + 1)
    else:
        match = re.search(rf"{_NAME.pattern}$", text[:at])
    return match[0] if match else ""
