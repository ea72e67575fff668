"""The OpenAPI document, made of the operations and of the types that check them.

OpenAPI 3.1 has JSON Schema 2020-12 for its schemas, which is what pydantic writes
(https://spec.openapis.org/oas/v3.1.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter

from ivr.core.accounts.scopes import ALLOWS
from ivr.core.records.domain_event import DomainEvent
from ivr.web.api.examples import example_of, examples_of
from ivr.web.api.operation import Operation
from ivr.web.api.problems import KINDS, MEDIA_TYPE, Problem
from ivr.web.api.types import EXAMPLE_ID
from ivr.web.api.webhooks import Event

Json = dict[str, Any]

REF = "#/components/schemas/{model}"
ALWAYS = frozenset({400, 401, 403, 414, 429, 500, 503})
EXAMPLE_IDS = {"call": "CA0f1e2d3c", "client": "rainbow-frost"}
WITH_BODY = frozenset({413, 415, 422})

INFO: Json = {
    "title": "Tango",
    "version": "1",
    "description": "Calls, messages and jobs of a telephone-answering agency, for programs. Each "
    "token sees its own client, or the whole agency, and may do what its scopes say:\n\n"
    + "\n".join(f"- `{scope}`: {words}" for scope, words in ALLOWS.items()),
    "license": {"name": "MIT", "identifier": "MIT"},
}


def document(operations: Iterable[Operation]) -> Json:
    """The whole document."""
    operations = list(operations)
    schemas, definitions = _schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        described = _described(operation, schemas, definitions)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": name} for name in dict.fromkeys(each.tag for each in operations)],
        "paths": paths,
        "webhooks": {
            str(each): _told(each, schemas[("", "event")], definitions) for each in DomainEvent
        },
        "components": {
            "schemas": definitions,
            "responses": {str(status): _problem(status, definitions) for status in _statuses()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token that an administrator of the agency has made.",
                }
            },
        },
    }


def _schemas(operations: list[Operation]) -> tuple[dict[tuple[str, str], Json], Json]:
    """The schema of each type by operation and part, and what they refer to."""
    inputs: list[tuple[tuple[str, str], Any, TypeAdapter[Any]]] = [
        (("", "problem"), "serialization", TypeAdapter(Problem)),
        (("", "event"), "serialization", TypeAdapter(Event)),
    ]
    for each in operations:
        for part, mode, found in (
            ("query", "validation", each.query),
            ("body", "validation", each.body),
            ("answer", "serialization", each.answer),
        ):
            if found is not None:
                inputs.append(((each.name, part), mode, TypeAdapter(found)))
    schemas, rest = TypeAdapter.json_schemas(inputs, by_alias=True, ref_template=REF)
    return {key: schema for (key, _), schema in schemas.items()}, rest.get("$defs", {})


def _described(operation: Operation, schemas: dict[tuple[str, str], Json], known: Json) -> Json:
    query = schemas.get((operation.name, "query"), {})
    body = schemas.get((operation.name, "body"))
    needs = f"Needs the scope `{operation.scope}`: {ALLOWS[operation.scope]}."
    said: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": f"{operation.description}\n\n{needs}".strip(),
        "security": [{"token": [str(operation.scope)]}],
        "parameters": [*_parameters(operation, query, known)],
        "responses": _responses(operation, schemas.get((operation.name, "answer")), known),
    }
    if body is not None:
        content = {"schema": body, "examples": examples_of(body, known)}
        said["requestBody"] = {"required": True, "content": {"application/json": content}}
    return said


def _parameters(operation: Operation, query: Json, known: Json) -> Iterator[Json]:
    for name in re.findall(r"{(\w+)}", operation.path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": f"The id of the {name}.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
            "example": EXAMPLE_IDS.get(name, EXAMPLE_ID),
        }
    query = _resolved(query, known)
    for name, schema in query.get("properties", {}).items():
        yield {
            "name": name,
            "in": "query",
            "required": name in query.get("required", ()),
            "description": schema.get("description", ""),
            "schema": _without_null(schema),
        }
    if operation.once:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "A new UUID for each write. The same write sent again under the same "
            "key within 24 hours is not done again, and gets the same answer.",
            "schema": {"type": "string", "format": "uuid"},
            "example": "0d4a4a0e-5b0e-4f0e-9a57-3c1f4a1b7f10",
        }
    if operation.media:
        yield {
            "name": "Range",
            "in": "header",
            "required": False,
            "description": "Which part of it.",
            "schema": {"type": "string"},
            "example": "bytes=0-1023",
        }


def _responses(operation: Operation, answer: Json | None, known: Json) -> Json:
    found: Json = {}
    if operation.media:
        content: Json = {each: {} for each in operation.media}
        found["200"] = {"description": "All of it.", "content": content}
        found["206"] = {"description": "The part that was asked for.", "content": content}
        found["304"] = {"description": "It is as it was (`If-None-Match`)."}
    elif answer is None:
        found[str(operation.status)] = {"description": "Done."}
    else:
        content = {"schema": answer, "example": example_of(answer, known)}
        found[str(operation.status)] = {
            "description": "Done." if operation.is_write else "What was asked for.",
            "content": {"application/json": content},
        }
    problems = ALWAYS | operation.problems | (WITH_BODY if operation.body is not None else set())
    for status in sorted(problems):
        found[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return found


def _told(what: DomainEvent, schema: Json, known: Json) -> Json:
    """What a webhook is posted when something happens."""
    example = {**example_of(schema, known), "event": str(what)}
    content = {"schema": schema, "example": example}
    return {
        "post": {
            "operationId": f"told_{what.replace('.', '_')}",
            "tags": ["webhooks"],
            "summary": f"Tango tells a webhook: {what}",
            "description": "Signed: see `Tango-Signature` in docs/delivery.md. Answer 200 to 299 "
            "within ten seconds; 410 pauses the webhook.",
            "requestBody": {"required": True, "content": {"application/json": content}},
            "responses": {"2XX": {"description": "It is taken."}},
        }
    }


def _statuses() -> list[int]:
    return sorted({kind.status for kind in KINDS.values()} - {405})


def _problem(status: int, known: Json) -> Json:
    kinds = {name: kind for name, kind in KINDS.items() if kind.status == status}
    examples = {
        name: {
            "value": {
                **example_of(known["Problem"], known),
                "type": f"urn:tango:problem:{name}",
                "title": kind.title,
                "status": status,
                "detail": f"{kind.title}.",
                "mend": kind.mend,
            }
        }
        for name, kind in kinds.items()
    }
    said = " ".join(f"{kind.title}. {kind.mend}" for kind in kinds.values())
    schema = {"$ref": REF.format(model="Problem")}
    return {"description": said, "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}


def _resolved(schema: Json, known: Json) -> Json:
    while "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    return schema


def _without_null(schema: Json) -> Json:
    """The schema of a parameter: what is not there is not null, it is left out."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    if not kinds:
        return {name: value for name, value in schema.items() if name != "title"}
    merged = kinds[0] | rest if len(kinds) == 1 else {"anyOf": kinds, **rest}
    return {name: value for name, value in merged.items() if name != "title"}
