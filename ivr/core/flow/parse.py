"""Source → models, with every fault found in one go."""

from __future__ import annotations

import contextlib
import copy
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ivr.core.flow import misplaced, right_form
from ivr.core.flow.document import ClientFile, Part, TemplateFile
from ivr.core.flow.findings import Finding, nearest
from ivr.core.flow.flow import NodeT
from ivr.core.flow.plain_words import in_plain_words, settings_at
from ivr.core.flow.source import Path, Source
from ivr.core.flow.types import Faults

PartT = TypeVar("PartT", bound=Part)
_NO_COLON = re.compile(r"([a-z_]+)\s*(?:->|=>|→|=|;|：)\s*(\S.*)")
"""A name and its value with another sign between than a colon."""
_NODE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")
RETURN = "return"


@dataclass(frozen=True, slots=True)
class Parsed(Generic[PartT, NodeT]):
    """A file's parts: its head, the nodes that could be read, and where all of it stands."""

    head: PartT
    nodes: Mapping[str, NodeT]
    source: Source


def parse(
    source: Source, model: type[PartT], kinds: Mapping[str, type[NodeT]], findings: list[Finding]
) -> Parsed[PartT, NodeT] | None:
    """Parse a whole file, adding what is wrong to `findings`; None where the head is unusable."""
    findings.extend(source.findings)
    source = replace(source, data=misplaced.mended(source, model, kinds, findings))
    nodes = _nodes(source, kinds, findings)
    try:
        return Parsed(model.model_validate(source.data), nodes, source)
    except ValidationError as error:
        findings.extend(explained(source, (), error.errors(), model))
        mended = _mended(source.data, error.errors())
    try:
        return Parsed(model.model_validate(mended), nodes, source)
    except ValidationError:
        return None


_ENTRIES: dict[str, dict[str, Any]] = {
    "people": {"name": "?", "phone": "+44 7700 900000", "email": "somebody@agency.example"},
    "calendars": {},
    "rotas": {},
    "agreement": {},
    "vars": {},
    "inputs": {"default": ""},
    "outputs": {},
}
_SECTIONS: dict[str, Any] = {
    "schema": "1",
    "client": {"name": "?", "numbers": "+44 1632 960000"},
    "template": "?",
}


def _mended(data: Mapping[str, Any], errors: Iterable[ErrorDetails]) -> dict[str, Any]:
    """`data` with stand-ins for what is wrong, so that the rest can be checked in the same run."""
    mended = dict(data)
    for error in errors:
        section, *inner = error["loc"]
        name = str(section)
        if name in _ENTRIES and inner and isinstance(mended.get(name), dict):
            entries = dict(mended[name])
            if inner[-1] == "[key]":
                entries.pop(inner[0], None)
            elif inner[0] in entries:
                entries[inner[0]] = _ENTRIES[name]
            mended[name] = entries
        elif name in _SECTIONS:
            mended[name] = _SECTIONS[name]
        elif name == "start" and isinstance(mended.get("nodes"), dict):
            mended[name] = next(iter(mended["nodes"]), "?")
        else:
            mended.pop(name, None)
    return mended


def parse_client(
    source: Source, kinds: Mapping[str, type[NodeT]], findings: list[Finding]
) -> Parsed[ClientFile, NodeT] | None:
    """Parse a client's file."""
    if "template" in source.data and "client" not in source.data:
        message = "this is a template; check the files of the clients that use it"
        findings.append(source.key_finding(("template",), "template", message))
        return None
    return parse(source, ClientFile, kinds, findings)


def parse_template(
    source: Source, kinds: Mapping[str, type[NodeT]], findings: list[Finding]
) -> Parsed[TemplateFile, NodeT] | None:
    """Parse a template."""
    return parse(source, TemplateFile, kinds, findings)


def _nodes(
    source: Source, kinds: Mapping[str, type[NodeT]], findings: list[Finding]
) -> dict[str, NodeT]:
    raw = source.data.get("nodes")
    nodes: dict[str, NodeT] = {}
    for name, settings in raw.items() if isinstance(raw, dict) else ():
        path: Path = ("nodes", name)
        if not _NODE_NAME.fullmatch(name) or name == RETURN:
            message = f"'{name}' cannot name a node; use small letters, digits, _ and -"
            if (meant := right_form.node_name(name)) not in (RETURN, ""):
                message += f": {meant}"
            findings.append(source.key_finding(path, "schema", message))
        if not isinstance(settings, dict):
            message = f"'{name}' must be a node, such as {{say: …, next: …}}"
            findings.append(source.key_finding(path, "no-verb", message))
            continue
        kind = _kind(source, path, settings, kinds, findings)
        if kind is None:
            continue
        try:
            nodes[name] = kind.model_validate(settings)
        except ValidationError as error:
            findings.extend(explained(source, path, error.errors(), kind))
            with contextlib.suppress(ValidationError):
                nodes[name] = kind.model_validate(_respelt(settings, error.errors(), kind))
    return nodes


def _respelt(
    settings: Mapping[str, Any], errors: Iterable[ErrorDetails], kind: type[BaseModel]
) -> dict[str, Any]:
    """A node in which unknown settings are those that were meant, so that the rest is checked."""
    meant = copy.deepcopy(dict(settings))
    for error in errors:
        if error["type"] != "extra_forbidden":
            continue
        *way, name = error["loc"]
        place: Any = meant
        for step in way:
            if isinstance(place, list) or not isinstance(step, int):  # one value may be a list
                place = place[step]
        value = place.pop(name)
        near = difflib.get_close_matches(str(name), settings_at(kind, error["loc"]), n=1)
        if near:
            place.setdefault(near[0], value)
    return meant


def _kind(
    source: Source,
    path: Path,
    settings: Mapping[str, Any],
    kinds: Mapping[str, type[NodeT]],
    findings: list[Finding],
) -> type[NodeT] | None:
    """The kind whose verb the node has. A menu may `set`, so a verb can also be a setting."""
    verbs = [key for key in settings if key in kinds]
    owners = [v for v in verbs if not any(v in kinds[o].model_fields for o in verbs if o != v)]
    if len(owners) == 1:
        return kinds[owners[0]]
    if owners:
        message = f"a node has one kind, and this has {' and '.join(owners)}"
    else:
        known = {name for kind in kinds.values() for name in kind.model_fields}
        odd = [key for key in settings if key not in known]
        near = [(key, hint) for key in odd if (hint := nearest(key.lower(), kinds))]
        message = f"this node has no kind; it needs one of {', '.join(kinds)}"
        if near:
            path = (*path, near[0][0])
            message = f"'{near[0][0]}' is no kind of node{near[0][1]}"
    findings.append(source.key_finding(path, "no-verb", message))
    return None


def explained(
    source: Source, base: Path, errors: Iterable[ErrorDetails], model: type[BaseModel]
) -> Iterable[Finding]:
    """What pydantic found wrong with the value at `base`, which should be a `model`."""
    found = list(errors)
    for error in found:
        if _follows_from_another(error, found):
            continue
        path = (*base, *error["loc"])
        name = str(path[-1]) if path else ""
        match error["type"]:
            case "extra_forbidden":
                known = settings_at(model, error["loc"])
                meant = right_form.setting(name)
                hint = f"; write '{meant}'" if meant in known else nearest(name, known)
                typed = _NO_COLON.fullmatch(name)
                if typed and typed[1] in known:
                    hint = f"; write {typed[1]}: {typed[2]}"
                yield source.key_finding(path, "unknown-key", f"'{name}' is not a setting{hint}")
            case "missing":
                hint = "; write schema: 1" if path == ("schema",) else ""
                yield source.finding(path[:-1], "schema", f"'{name}' is missing{hint}")
            case "value_error" if name == "[key]":
                yield source.key_finding(path[:-1], "schema", str(error["ctx"]["error"]))
            case "value_error":
                fault = error["ctx"]["error"]
                faults = fault.faults if isinstance(fault, Faults) else [((), str(fault))]
                for inner, message in faults:
                    yield source.finding((*path, *inner), "schema", message)
            case _:
                message = in_plain_words(error, _raw(source, path), model)
                yield source.finding(path, "schema", message)


def _raw(source: Source, path: Path) -> str:
    """A value as it stands in the file; empty where that cannot be told."""
    value: Any = source.data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return value if isinstance(value, str) else ""


def _follows_from_another(error: ErrorDetails, errors: Iterable[ErrorDetails]) -> bool:
    """A list is also called too short because of the wrong values that were taken out of it."""
    depth = len(error["loc"])
    return error["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == error["loc"] for other in errors
    )
