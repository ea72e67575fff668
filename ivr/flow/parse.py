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

from ivr.flow import amounts, misplaced, right_form
from ivr.flow.document import ClientFile, Part, TemplateFile
from ivr.flow.findings import Finding, nearest
from ivr.flow.flow import NodeT
from ivr.flow.source import Path, Source
from ivr.flow.types import Faults

PartT = TypeVar("PartT", bound=Part)
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
        near = difflib.get_close_matches(str(name), _settings(kind, error["loc"]), n=1)
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
                known = _settings(model, error["loc"])
                meant = right_form.setting(name)
                hint = f"; write '{meant}'" if meant in known else nearest(name, known)
                yield source.key_finding(path, "unknown-key", f"'{name}' is not a setting{hint}")
            case "missing":
                yield source.finding(path[:-1], "schema", f"'{name}' is missing")
            case "value_error" if name == "[key]":
                yield source.key_finding(path[:-1], "schema", str(error["ctx"]["error"]))
            case "value_error":
                fault = error["ctx"]["error"]
                faults = fault.faults if isinstance(fault, Faults) else [((), str(fault))]
                for inner, message in faults:
                    yield source.finding((*path, *inner), "schema", message)
            case _:
                yield source.finding(path, "schema", _in_plain_words(error, _raw(source, path)))


_SHOULD_BE = {
    "string_type": "be text",
    "bool_parsing": "be yes or no",
    "int_parsing": "be a whole number",
    "int_from_float": "be a whole number",
    "float_parsing": "be a number",
    "list_type": "be a list",
    "model_type": "hold names and values",
    "dict_type": "hold names and values",
    "tuple_type": "be a list",
    "string_pattern_mismatch": "be of another form",
}


_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def _limit(number: float, given: str, where: tuple[int | str, ...]) -> str:
    """The limit with the unit in which the value was given."""
    if not given.strip()[-1:].isalpha():
        return f"{number:g}"
    return amounts.days(number) if where[:1] == ("retention",) else amounts.seconds(number)


def _raw(source: Source, path: Path) -> str:
    """A value as it stands in the file; empty where that cannot be told."""
    value: Any = source.data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return value if isinstance(value, str) else ""


def _in_plain_words(error: ErrorDetails, raw: str) -> str:
    where = error["loc"][-1]
    name = f"'{where}'" if isinstance(where, str) else "this"
    if not error["input"] and error["type"] in (*_SHOULD_BE, "too_short", "string_too_short"):
        return f"{name} is empty"
    if error["type"] in ("string_pattern_mismatch", "string_too_long"):
        advice = right_form.advice(str(where), str(error["input"]))
        if advice is not None:
            return advice
    if error["type"] in _LIMITS:
        side, sign = _LIMITS[error["type"]]
        limit = _limit(error["ctx"][sign], raw, error["loc"])
        return f"{name} should be {side} {limit}, not {raw or error['input']}"
    if limit := _long_or_short(error):
        return f"{name} should {limit}"
    if error["type"] not in _SHOULD_BE:
        return f"{name} is not right: {error['msg'].replace('Input', 'it')}"
    given = f", not '{error['input']}'" if isinstance(error["input"], str) else ""
    if error["type"] in ("tuple_type", "list_type"):
        given += "; begin each line of it with '- '" if isinstance(error["input"], dict) else ""
    return f"{name} should {_SHOULD_BE[error['type']]}{given}"


def _long_or_short(error: ErrorDetails) -> str:
    """What a text, a list or one of a few words should be; empty for other faults."""
    limits, given = error.get("ctx", {}), error["input"]
    match error["type"]:
        case "string_too_long":
            return f"have at most {limits['max_length']} letters, not {len(given)}"
        case "string_too_short":
            return f"have at least {limits['min_length']} letters, not {len(given)}"
        case "too_long":
            return f"have at most {limits['max_length']} entries, not {limits['actual_length']}"
        case "too_short":
            return f"have at least {limits['min_length']} entries, not {limits['actual_length']}"
        case "literal_error":
            known = re.findall("'([^']*)'", limits["expected"])
            return f"be {limits['expected']}, not '{given}'{nearest(str(given), known)}"
        case _:
            return ""


def _follows_from_another(error: ErrorDetails, errors: Iterable[ErrorDetails]) -> bool:
    """A list is also called too short because of the wrong values that were taken out of it."""
    depth = len(error["loc"])
    return error["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == error["loc"] for other in errors
    )


def _settings(model: type[BaseModel], location: tuple[int | str, ...]) -> set[str]:
    """The settings that exist at `location` inside `model`, as far as they can be told."""
    found = model
    for step in location[:-1]:
        inner = found.model_fields.get(str(step))
        candidates = _models(inner.annotation) if inner else []
        found = candidates[0] if candidates else found
    return {info.alias or field for field, info in found.model_fields.items()}


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for a in getattr(annotation, "__args__", ()) for m in _models(a)]
