"""Requests → what operations are asked: each part checked by the type that documents it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import request
from pydantic import TypeAdapter, ValidationError

from ivr.core.card_numbers import without_card_numbers_in
from ivr.core.clean_text import clean, clean_values
from ivr.errors import ApiError
from ivr.web.api.operation import Operation, missing
from ivr.web.api.types import RequestModel

NUL = "\0"
NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL, and no backslash that somebody has written before `u0000`."""

ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""What an id in an address can be: whatever is none, is nobody's."""


def path_of(found: Mapping[str, str]) -> Mapping[str, str]:
    """The variables of the address. Raises `ApiError` where one can be no id."""
    for name, value in found.items():
        if not ID.fullmatch(value):
            raise missing(name)
    return found


def query_of(operation: Operation) -> RequestModel:
    """The query. Raises `ApiError`."""
    several = [name for name, values in request.args.lists() if len(values) > 1]
    if several:
        wrong = tuple((f"query.{name}", "say it once") for name in several)
        raise ApiError("bad-request", "Something stands in the query more than once.", wrong)
    try:
        sent = request.args.to_dict()
        if NUL not in "".join(sent.values()):  # that is refused
            sent = {name: clean(value) or value for name, value in sent.items()}
        return (operation.query or RequestModel).model_validate(sent)
    except ValidationError as error:
        raise _wrong("query", error) from error


def body_of(body: TypeAdapter[Any] | None) -> Any:
    """The body. Raises `ApiError`."""
    if body is None:
        return None
    if request.mimetype != "application/json":
        raise ApiError("media-type", "The body is not sent as application/json.")
    sent = request.get_data()
    cleaned = _cleaned(sent)
    try:
        return body.validate_json(cleaned, strict=True)
    except ValidationError as error:
        raise _wrong("body", error, _holds(body, sent) and cleaned != sent) from error


def _holds(body: TypeAdapter[Any], sent: bytes) -> bool:
    try:
        body.validate_json(sent, strict=True)
    except ValidationError:
        return False
    return True


def _cleaned(sent: bytes) -> bytes:
    """The JSON without what is no text in it, and without card numbers. As it was sent where there
    is no such thing, where it is not JSON, and where it has a NUL, which is refused."""
    if NUL_IN_JSON.search(sent):
        return sent
    try:
        content = json.loads(sent)
        cleaned = without_card_numbers_in(clean_values(content))
    except (ValueError, RecursionError):
        return sent
    return sent if cleaned == content else json.dumps(cleaned).encode()


def _wrong(part: str, error: ValidationError, no_text: bool = False) -> ApiError:
    """`no_text` says that only what is no text kept the part from being empty."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    places = tuple((".".join(map(str, (part, *each["loc"]))), each["msg"]) for each in found)
    kind = "refused" if no_text else "bad-request"
    return ApiError(kind, f"The {part} is not as it should be.", places)
