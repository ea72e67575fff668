"""What a node does and why a caller leaves it, in a few words for a picture.

Kinds are told apart by their verb and settings alone, so that a new kind is drawn without a
line here; a line here only makes its words better.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from ivr.core.flow.node import Exit, Node
from ivr.core.flow.types import Name, Text, names_in

MAX_TEXT = 120
"""Characters of a node's text; a picture is not the place for more."""

_WAYS = {
    "next": "then",
    "no_input": "says nothing",
    "no_match": "not understood",
    "give_up": "gives up",
    "empty": "no message left",
    "else": "otherwise",
    "nobody": "nobody there",
    "overflow": "too many waiting",
    "none": "none taken",
    "not_found": "not found there",
    "callback": "wants a call back",
    "known": "known caller",
    "vip": "VIP",
    "withheld": "number withheld",
    "other": "anybody else",
}


def way(node: Node, name: str, exit_: Exit | None) -> str:
    """Why a caller takes the way out called `name`: `press 1 or say booking`, `says nothing`."""
    stated = _stated(node, exit_.path) if exit_ else None
    match stated:
        case {"key": key, "words": words}:
            return _shortened(_choice(key, words), 40)
        case {"if_": condition}:
            return _shortened(f"if {condition}", 40)
        case _:
            return _WAYS.get(name, name.replace("_", " "))


def _stated(node: Node, path: tuple[str | int, ...]) -> dict[str, Any] | None:
    """The settings of the item of a list in which the way out stands, if it stands in one."""
    match path:
        case (str(field), int(index), _):
            item = getattr(node, field, ())[index]
            return dict(item) if isinstance(item, BaseModel) else None
        case _:
            return None


def _choice(key: str | None, words: tuple[str, ...]) -> str:
    said = f"“{words[0]}”" if words else ""
    return " or ".join(part for part in (key or "", said) if part)


def doing(node: Node) -> str:
    """What the caller hears at `node` where there is something to hear, else what it does."""
    setting = getattr(node, _field(node))
    match node.verb:
        case "hours":
            text = "opening hours " + " or ".join(f"“{name}”" for name in setting)
        case "branch":
            text = "depends on " + ", ".join(_names(setting))
        case "callers":
            text = "who rings?"
        case "set":
            text = ", ".join(f"{name} = {value}" for name, value in setting.items())
        case "queue":
            text = f"an operator, for up to {length(setting.max_wait)}"
        case "dial":
            text = f"rings {setting.to} for {length(setting.ring)}"
        case "escalate":
            text = f"rings rota “{setting.rota}”, {length(setting.ring)} each"
        case "appointment":
            text = f"offers times of “{setting.calendar}”"
        case "rsvp":
            text = f"takes replies for {setting.event}"
        case "text":
            text = f"texts {setting.to or 'the caller'}: “{setting.say}”"
        case "http":
            # Only the host: the rest of an address may be nobody else's business.
            text = f"asks {urlsplit(setting.get or setting.post).hostname}"
        case "call":
            text = f"template “{setting}”"
        case _:
            text = _heard(setting) or node.verb.replace("_", " ")
    return _shortened(text, MAX_TEXT)


def _field(node: Node) -> str:
    """The field of the verb, which has another name where the verb is a word of Python's."""
    for name, field in type(node).model_fields.items():
        if node.verb in (name, field.alias):
            return name
    raise AssertionError(f"{type(node).__name__} has no setting '{node.verb}'")


def _heard(setting: object) -> str:
    """The first words to be spoken inside a setting, else the first thing that it names."""
    if isinstance(setting, str) and not isinstance(setting, Name):
        return setting
    named = [name for _, name in names_in(setting)]
    spoken = next((name for name in named if isinstance(name, Text)), None)
    return f"“{spoken}”" if spoken is not None else str(next(iter(named), ""))


def _names(cases: tuple[Any, ...]) -> Iterator[str]:
    """What the conditions of a branch look at: the first word of each, once."""
    return iter(dict.fromkeys(str(case.if_).split()[0].strip("(!") for case in cases))


def length(seconds: int) -> str:
    """A length of time as people say it: `45 s`, `2 min`, `1 h 30 min`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (left, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _shortened(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
