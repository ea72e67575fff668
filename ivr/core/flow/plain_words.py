"""What pydantic found wrong with a value, in words for whoever typed it, with what to type."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ivr.core.flow import amounts, right_amount, right_form
from ivr.core.flow.findings import nearest

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


def in_plain_words(error: ErrorDetails, raw: str, model: type[BaseModel]) -> str:
    """What is wrong with the value, which stands in the file as `raw`, inside a `model`."""
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
    if error["type"] in ("int_parsing", "float_parsing"):
        number = right_amount.number(str(error["input"]))
        given += "" if number is None else f"; write {number}"
    if error["type"] in ("model_type", "dict_type"):
        given += f"; {right_form.entry(str(where), error['input'], _first_setting(model, error))}"
    if error["type"] in ("tuple_type", "list_type") and isinstance(error["input"], dict):
        given = "; begin each entry with '- ', or put [ ] round all of them"
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
            meant = right_form.word(str(given), known)
            hint = f"; write {meant}" if meant else nearest(str(given), known)
            return f"be {limits['expected']}, not '{given}'{hint}"
        case _:
            return ""


def _limit(number: float, given: str, where: tuple[int | str, ...]) -> str:
    """The limit with the unit in which the value was given."""
    if not given.strip()[-1:].isalpha():
        return f"{number:g}"
    return amounts.days(number) if where[:1] == ("retention",) else amounts.seconds(number)


def settings_at(model: type[BaseModel], location: tuple[int | str, ...]) -> set[str]:
    """The settings that exist at `location` inside `model`, as far as they can be told."""
    return set(_model_at(model, location)[1])


def _first_setting(model: type[BaseModel], error: ErrorDetails) -> str:
    """The first setting of the model that stands where the error is; empty for a mapping."""
    if error["type"] == "dict_type":
        return ""
    return next(iter(_model_at(model, (*error["loc"], ""))[1]), "")


def _model_at(
    model: type[BaseModel], location: tuple[int | str, ...]
) -> tuple[type[BaseModel], tuple[str, ...]]:
    """The model around `location`, as far as it can be told, and its settings in their order."""
    found = model
    for step in location[:-1]:
        inner = found.model_fields.get(str(step)) or _by_alias(found, str(step))
        candidates = _models(inner.annotation) if inner else []
        found = candidates[0] if candidates else found
    names = (info.alias or field for field, info in found.model_fields.items())
    return found, tuple(names)


def _by_alias(model: type[BaseModel], name: str) -> FieldInfo | None:
    return next((info for info in model.model_fields.values() if info.alias == name), None)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for a in getattr(annotation, "__args__", ()) for m in _models(a)]
