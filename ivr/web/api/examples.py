"""Whole examples, put together from those of the fields."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def example_of(schema: Json, known: Json) -> Any:
    """An example of what `schema` describes; `known` are the schemas that it refers to by name."""
    if "examples" in schema:
        return schema["examples"][0]
    match schema:
        case {"$ref": reference}:
            return example_of(known[reference.rpartition("/")[2]], known)
        case {"const": value}:
            return value
        case {"enum": [value, *_]}:
            return value
        case {"default": value}:
            return value
        case {"oneOf": [first, *_]} | {"anyOf": [first, *_]}:
            return example_of(first, known)
        case {"properties": fields}:
            return {name: example_of(each, known) for name, each in fields.items()}
        case {"items": item}:
            return [example_of(item, known)]
    return None


def examples_of(schema: Json, known: Json) -> Json:
    """An example of each of the forms that a body can have, by name."""
    forms = schema.get("oneOf", [schema])
    return {
        form.get("$ref", "it").rpartition("/")[2]: {"value": example_of(form, known)}
        for form in forms
    }
