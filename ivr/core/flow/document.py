"""A file of the flow language as a whole, other than its nodes, as models."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from ivr.core.flow.agreement import AGENCY, Duty, Retention
from ivr.core.flow.calendars import Calendar
from ivr.core.flow.callers import CallerLists
from ivr.core.flow.client import Client
from ivr.core.flow.expressions import RESERVED
from ivr.core.flow.forms import FormField
from ivr.core.flow.people import EVERYBODY, Person
from ivr.core.flow.rotas import Rota
from ivr.core.flow.testcase import TestCase
from ivr.core.flow.types import Faults, Model, NodeName, OneOrMany, Path, TemplateName
from ivr.core.flow.utterance import Spoken
from ivr.core.flow.variables import Declared, DeclaredInput, DeclaredOutput, Output

_VARIABLE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_TAKEN_NAMES = RESERVED | {"client", "caller", "called", "daypart"}


def _variable_name(name: str) -> str:
    if not _VARIABLE_NAME.fullmatch(name):
        raise ValueError(f"'{name}' cannot name a variable; use small letters, digits and _")
    if name in _TAKEN_NAMES:
        raise ValueError(f"'{name}' has a meaning of its own; choose another name")
    return name


def _job_kind(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise ValueError(f"'{name}' cannot name a kind of job; use small letters, digits and _")
    return name


def _field_name(name: str) -> str:
    if not _VARIABLE_NAME.fullmatch(name):
        raise ValueError(f"'{name}' cannot name a field; use small letters, digits and _")
    return name


_SOME_FIELDS = Field(min_length=1, max_length=30)


def _template_file(name: str) -> str:
    if len(name) > 200 or not re.fullmatch(r"([a-zA-Z0-9_-]+/)*[a-zA-Z0-9_-]+\.yaml", name):
        raise ValueError(f"'{name}' is not a file; write templates/after-hours.yaml")
    return name


class Retry(Model):
    """What happens when a caller says nothing, or nothing that is understood.

    With `say` the caller hears it and is asked again, as often as `retries` allows. Then, or at
    once where there is no `say`, the call goes to `next`, or else to `give_up`.
    """

    say: Spoken | None = Field(
        None, description="What the caller hears before the question is put again."
    )
    next: NodeName | None = Field(
        None, description="Where the call goes after the retries, or at once where nothing is said."
    )


def _node_alone(value: object) -> object:
    return {"next": value} if isinstance(value, str) else value


RetryOrNode = Annotated[Retry, BeforeValidator(_node_alone)]


class Defaults(Model):
    """What counts wherever a node does not say it itself."""

    retries: Annotated[int, Field(ge=0, le=9)] = Field(
        2, description="How often a question is put again."
    )
    no_input: RetryOrNode | None = Field(
        None, description="What happens when a caller says nothing."
    )
    no_match: RetryOrNode | None = Field(
        None, description="What happens when a caller is not understood."
    )
    give_up: NodeName | None = Field(
        None, description="Where the call goes after the retries; default: a message is taken."
    )
    error: NodeName | None = Field(
        None,
        description="Where the call goes when a node cannot do its work; default: a message.",
    )


def _schema_one(value: object) -> object:
    if str(value) != "1":
        raise ValueError(f"this Tango reads 'schema: 1', not {value!r}")
    return 1


Schema = Annotated[int, BeforeValidator(_schema_one)]
RawNodes = dict[str, Any]
VariableKey = Annotated[str, AfterValidator(_variable_name)]


class Part(Model):
    """What a client's file and a template have in common."""

    schema_: Schema = Field(alias="schema", description="The version of the language: always 1.")
    vars: dict[VariableKey, Declared] = Field(
        default_factory=dict,
        description="Variables that hold what is learnt during a call, by name.",
    )
    defaults: Defaults = Field(
        default_factory=lambda: Defaults.model_validate({}),
        description="What counts wherever a node does not say it itself.",
    )
    start: NodeName = Field(description="The node where a call begins.")
    nodes: RawNodes = Field(min_length=1, description="The steps of a call, by name.")


class ClientFile(Part):
    """A client's file."""

    client: Client = Field(description="Whose calls these are.")
    people: dict[str, Person] = Field(
        default_factory=dict, description="The client's people, by short name."
    )
    calendars: dict[str, Calendar] = Field(
        default_factory=dict, description="Opening hours, by name."
    )
    rotas: dict[str, Rota] = Field(default_factory=dict, description="Who is on call, by name.")
    callers: CallerLists = Field(
        CallerLists(), description="Callers who are treated in a way of their own."
    )
    agreement: dict[Annotated[str, AfterValidator(_job_kind)], Duty] = Field(
        default_factory=dict,
        description="Who owns what a call leaves open, by kind of job. `callback` is the kind of "
        "call backs that reached nobody; without it they are of kind `message`.",
    )
    forms: dict[
        Annotated[str, AfterValidator(_job_kind)],
        Annotated[dict[Annotated[str, AfterValidator(_field_name)], FormField], _SOME_FIELDS],
    ] = Field(
        default_factory=dict,
        description="What operators write down, by kind of job: fields by name, in the order of "
        "the screen.",
    )
    retention: Retention = Field(
        default_factory=lambda: Retention.model_validate({}),
        description="How long what callers leave behind is kept.",
    )
    use: Annotated[tuple[Annotated[str, AfterValidator(_template_file)], ...], OneOrMany] = Field(
        (), max_length=20, description="Files of templates whose parts this file calls."
    )
    tests: tuple[TestCase, ...] = Field((), description="Calls that `python -m ivr test` plays.")

    @field_validator("people")
    @classmethod
    def _nobody_called_so(cls, people: dict[str, Person]) -> dict[str, Person]:
        if AGENCY in people:
            raise ValueError(f"'{AGENCY}' is the agency itself; choose another short name")
        if EVERYBODY in people:
            raise ValueError(f"'{EVERYBODY}' stands for all of them; choose another short name")
        return people


class TemplateFile(Part):
    """A part of a flow that clients share: a subflow with declared inputs."""

    template: TemplateName = Field(description="The template's name, as `call` gives it.")
    about: str = Field("", description="What it does, in words.")
    inputs: dict[VariableKey, DeclaredInput] = Field(
        default_factory=dict, description="What a client gives it, by name."
    )
    outputs: dict[VariableKey, DeclaredOutput] = Field(
        default_factory=dict, description="What the template hands back to the node that uses it."
    )

    @field_validator("outputs")
    @classmethod
    def _each_name_once(cls, outputs: dict[str, Output], info: ValidationInfo) -> dict[str, Output]:
        declared = {**info.data.get("vars", {}), **info.data.get("inputs", {})}
        message = "an output is a variable of its own; it is not declared again"
        faults: list[tuple[Path, str]] = [((n,), message) for n in outputs if n in declared]
        if faults:
            raise Faults(faults)
        return outputs
