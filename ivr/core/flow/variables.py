"""Declared variables: their types, and the values that a file gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from ivr.core.flow.placeholders import only_name
from ivr.core.flow.types import Faults, Model, Value


class Variable(Model):
    """A declared variable: its type, and its value until it is set."""

    type: Literal["string", "number", "yes_no", "date", "time", "money"] = Field(
        "string", description="What kind of value it holds."
    )
    default: str | None = Field(
        None, description="The value at the start of a call; default: empty, 0 or no."
    )

    @property
    def initial(self) -> Value:
        """The value at the start of a call."""
        return typed(self.type, self.default)


class Output(Variable):
    """A declared output of a template: a variable whose value the node using it may take over."""

    about: str = Field(default="", description="What it holds, for whoever uses the template.")


class Input(Model):
    """A declared input of a template; without a default it must be given."""

    type: Literal["string", "number", "yes_no", "date", "time", "money", "node"] = Field(
        "string", description="What kind of value it is; a `node` is one of the client's own nodes."
    )
    default: str | None = Field(
        None, description="The value where none is given; without a default it must be given."
    )
    about: str = Field("", description="What it is for, in words.")


_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
_EMPTY: dict[str, Value] = {
    "string": "",
    "number": 0,
    "yes_no": False,
    "date": "",
    "time": "",
    "money": 0,
}
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def typed(kind: str, text: str | None) -> Value:
    """A value of type `kind` as written in a file. Raises ValueError."""
    if text is None:
        return _EMPTY[kind]
    match kind:
        case "date":
            return _iso(date, text, "a date; write 2026-12-05") if text else ""
        case "time":
            return _iso(time, text, "a time of day; write 17:30")[:5] if text else ""
        case "number" | "money":
            if not _NUMBER.fullmatch(text):
                raise ValueError(f"'{text}' is not a number")
            return float(text) if "." in text else int(text)
        case "yes_no":
            if text.lower() not in _YES_NO:
                raise ValueError(f"'{text}' is neither yes nor no")
            return _YES_NO[text.lower()]
        case _:
            return text


def _iso(kind: type[date] | type[time], text: str, what: str) -> str:
    """`text`, where it is a `kind` in ISO 8601. Raises ValueError."""
    try:
        return kind.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"'{text}' is not {what}") from None


def unassignable(kind: str, text: str, types: Mapping[str, str]) -> str | None:
    """Why `text` can give no value to a variable of type `kind`; None where it can.

    A number or a yes or no may come from another variable, which then stands alone in the text.
    """
    if kind == "string":
        return None
    name = only_name(text)
    if name is not None and name in types:
        given = types[name]
        return None if given == kind else f"'{text}' is a {given}, and this must be a {kind}"
    try:
        typed(kind, text)
    except ValueError as error:
        return str(error)
    return None


DeclaredT = TypeVar("DeclaredT", Variable, Input)


def _typed_default(declared: DeclaredT) -> DeclaredT:
    if declared.type != "node" and declared.default is not None:
        try:
            typed(declared.type, declared.default)
        except ValueError as error:
            raise Faults([(("default",), str(error))]) from None
    return declared


Declared = Annotated[Variable, AfterValidator(_typed_default)]
DeclaredOutput = Annotated[Output, AfterValidator(_typed_default)]
DeclaredInput = Annotated[Input, AfterValidator(_typed_default)]
