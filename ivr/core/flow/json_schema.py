"""Models → JSON Schema, by which an editor completes, explains and checks a file while it is typed.

Draft 7 is the newest draft that every version of the YAML extension of VS Code knows
(https://github.com/redhat-developer/yaml-language-server). The schema accepts every file that
`check` accepts, in the types that an editor sees: it reads an unquoted `12` as a number, where
our loader reads text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

from ivr.core.flow.calendars import DAYS, Calendar, parse_hours, parse_time
from ivr.core.flow.node import Node
from ivr.core.flow.types import Name, parse_caller, parse_duration, parse_phone

Json = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
REF = "#/definitions/{model}"
NODE_NAMES = "^[a-z][a-z0-9_-]{0,40}$"

SCALAR: Json = {"type": ["string", "number", "boolean"]}
NULL: Json = {"type": "null"}
LENGTH_OF_TIME: Json = {
    "title": "length of time",
    "type": "string",
    "pattern": r"^\s*\d{1,6}\s*[smhd]\s*$",
    "examples": ["45s", "15m", "4h", "2d"],
}
PHONE: Json = {
    "title": "telephone number",
    "type": ["string", "integer"],
    "pattern": r"\d\D*\d",
    "examples": ["+44 1604 529170"],
}
YES_OR_NO: Json = {
    "anyOf": [
        {"enum": [True, False, "yes", "no"]},
        {"type": "string", "pattern": "^([yY]([eE][sS])?|[nN][oO]?|[oO][nN]|[oO][fF][fF]|[01])$"},
        {"type": "string", "pattern": "^([tT]([rR][uU][eE])?|[fF]([aA][lL][sS][eE])?)$"},
        {"enum": [0, 1]},
    ]
}
HOURS: Json = {
    "title": "hours",
    "type": "string",
    "pattern": r"^\s*\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2}\s*$",
    "examples": ["21:00-07:00"],
}
TIME: Json = {
    "title": "time of day",
    "type": "string",
    "pattern": r"^\s*\d{1,2}:\d{2}\s*$",
    "examples": ["08:00"],
}
_PARSED: dict[Callable[..., Any], Json] = {
    parse_duration: LENGTH_OF_TIME,
    parse_phone: PHONE,
    parse_caller: PHONE,
    parse_hours: HOURS,
    parse_time: TIME,
}
_EXAMPLES = {
    "timezone": ["Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Paris"],
    "language": ["en-GB", "cy-GB", "de-DE", "en-US"],
    "due": ["15m", "1h", "4h", "1d"],
}


def document_schema(
    model: type[BaseModel], title: str, kinds: Mapping[str, type[Node]] | None = None
) -> Json:
    """The schema of a whole file that is read as `model`; its nodes are of `kinds`."""
    kinds = kinds or {}
    models = [(each, "validation") for each in (model, *kinds.values())]
    _, found = models_json_schema(models, ref_template=REF, schema_generator=_Generator)  # type: ignore[arg-type]
    definitions: Json = found["$defs"]
    document = definitions.pop(model.__name__)
    if kinds:
        nodes = {"propertyNames": {"pattern": NODE_NAMES}, "additionalProperties": _node(kinds)}
        document["properties"]["nodes"] |= nodes
    document |= {"title": title, "definitions": definitions}
    return {"$schema": DRAFT, **_without_stray_bounds(document)}


def _without_stray_bounds(schema: Any) -> Any:
    """`schema` without bounds beside alternatives: that of a list would count for its shorthand."""
    if isinstance(schema, list):
        return [_without_stray_bounds(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    stray = {"maxLength", "minLength"} if "anyOf" in schema else set()
    return {key: _without_stray_bounds(item) for key, item in schema.items() if key not in stray}


def _node(kinds: Mapping[str, type[Node]]) -> Json:
    refs = [{"$ref": REF.format(model=kind.__name__)} for kind in kinds.values()]
    return {"description": "A node has one kind, and says where the call goes next.", "anyOf": refs}


class _Generator(GenerateJsonSchema):
    """What pydantic writes, for files in which every value is text to begin with."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> Json:
        return super().str_schema(schema) | SCALAR

    def int_schema(self, schema: core_schema.IntSchema) -> Json:
        # A bound of a number says nothing about one in quotes; `check` does.
        return super().int_schema(schema) | {
            "type": ["integer", "string"],
            "pattern": r"^\s*[+-]?\d[\d_]*(\.0*)?\s*$",
        }

    def bool_schema(self, schema: core_schema.BoolSchema) -> Json:
        return dict(YES_OR_NO)

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> Json:
        return _calendar() if schema["cls"] is Calendar else super().is_instance_schema(schema)

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> Json:
        found = super().function_after_schema(schema)
        function: Any = schema["function"]["function"]
        if isinstance(function, type) and issubclass(function, Name):
            found.setdefault("description", (function.__doc__ or "").strip())
            found["title"] = function.what
        return found

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> Json:
        if "json_schema_input_schema" in schema:
            return self.generate_inner(schema["json_schema_input_schema"])
        function: Any = schema["function"]["function"]
        if function in _PARSED:
            return dict(_PARSED[function])
        return _shorthands(function, self.generate_inner(schema["schema"]))

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Json:
        found = super().default_schema(schema)
        if found.get("pattern") == LENGTH_OF_TIME["pattern"] and "default" in found:
            found = found | {"default": length_of_time(found["default"])}
        if found.get("default") in (None, "", [], {}):
            found.pop("default", None)
        return found

    def encode_default(self, dft: Any) -> Any:
        return str(dft) if isinstance(dft, ZoneInfo) else super().encode_default(dft)

    def model_schema(self, schema: core_schema.ModelSchema) -> Json:
        found = super().model_schema(schema)
        model = schema["cls"]
        if issubclass(model, Node):
            found["title"] = model.verb
        for name, examples in _EXAMPLES.items():
            if name in found.get("properties", {}):
                found["properties"][name] = found["properties"][name] | {"examples": examples}
        return found


def _shorthands(function: Callable[[Any], Any], inner: Json) -> Json:
    """`inner`, or what `function` makes into it; it is found out by trying the function.

    One that refuses plain words reads them itself: its value may be any text.
    """
    if inner == NULL:
        return {"enum": [None, "", [], {}]}
    ways = [inner]
    try:
        match function("x"):
            case [{}]:
                item = {"anyOf": [SCALAR, inner.get("items", {})]}
                ways = [SCALAR, inner.get("items", {}), {**inner, "items": item}]
            case [_]:
                ways.append(inner.get("items", SCALAR))
            case {}:
                ways.append(SCALAR)
    except (ValueError, TypeError):
        ways = [inner] if "properties" in inner or "$ref" in inner else [dict(SCALAR)]
    if _takes_nothing(function):
        ways.append(NULL)
    return inner if ways == [inner] else ways[0] if len(ways) == 1 else {"anyOf": ways}


def _takes_nothing(function: Callable[[Any], Any]) -> bool:
    try:
        return bool(function(None) == {})
    except (ValueError, TypeError):
        return False


def _calendar() -> Json:
    listed = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}, NULL]}
    hours: Json = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]}
    hours |= {"examples": ["09:00-17:30", "09:00-12:00, 13:00-17:30", "closed"]}
    day = f"({'|'.join(DAYS)})"
    shown = dict.fromkeys(("mon-fri", *DAYS), hours)
    return {
        "type": "object",
        "description": "When the client is open. The most specific rule wins: "
        "`dates`, then `closed`, then `holidays`, then the weekday.",
        "properties": shown
        | {
            "holidays": {
                "description": "The region whose public holidays are closed.",
                "enum": _regions(),
            },
            "closed": {"description": "Days and ranges of days that are closed."} | listed,
            "dates": {
                "description": "The hours of single days.",
                "type": "object",
                "additionalProperties": hours,
            },
        },
        "patternProperties": {f"^{day}(-{day}?)?$": hours},
        "additionalProperties": False,
    }


def _regions() -> list[str]:
    countries = holidays.list_supported_countries(include_aliases=False)
    return [
        name
        for country, parts in sorted(countries.items())
        for name in (country, *(f"{country}-{part}" for part in parts))
    ]


def length_of_time(seconds: int) -> str:
    """`7200` → `2h`: the way in which a file says it."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
