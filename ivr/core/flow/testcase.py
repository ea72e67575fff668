"""The tests in a client's file: a call, what surrounds it, and what should come of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ivr.core.flow import right_amount
from ivr.core.flow.types import (
    Assigned,
    CallerNumber,
    Duration,
    JobKind,
    Model,
    NodeName,
    OneOrMany,
    PersonName,
    Phone,
    RotaName,
    VariableName,
    parse_duration,
)

WITHHELD = "withheld"
ACTS = ("hears", "hears_not", "press", "says", "speaks", "silence", "waits", "hangup")
OPERATOR = "operator"
TAKES_SECONDS = 5
"""How long an operator who is available takes to answer."""


class CallerStep(Model):
    """One thing that the caller does or hears."""

    hears: str | None = Field(None, description="Words that the caller must have heard by now.")
    hears_not: str | None = Field(None, description="Words that the caller must not have heard.")
    press: Annotated[str | None, Field(pattern=r"^[0-9*#]{1,40}$")] = Field(
        None, description="Keys that the caller presses."
    )
    says: str | None = Field(None, min_length=1, description="Words that answer a question.")
    speaks: str | None = Field(None, min_length=1, description="Words that are left as a message.")
    silence: bool | None = Field(None, description="The caller says and presses nothing.")
    waits: Duration | None = Field(None, ge=1, le=7200, description="The caller holds on so long.")
    hangup: bool | None = Field(None, description="The caller hangs up.")

    @model_validator(mode="after")
    def _one_act(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"a step is one of {', '.join(ACTS)}")
        return self

    @property
    def act(self) -> tuple[str, Any]:
        """What is done, and with what."""
        [name] = self.model_fields_set
        return name, getattr(self, name)


def _local(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        meant = right_amount.moment(str(value)) or "2026-12-25T03:00"
        raise ValueError(f"'{value}' is not a moment; write {meant}") from None
    if moment.tzinfo is not None:
        raise ValueError(f"'{value}' has a time zone; it is always the client's own time")
    return moment


def _caller(value: object) -> object:
    if str(value).lower() in _HIDDEN:
        raise ValueError(f"'{value}' is no number; where it is not shown write {WITHHELD}")
    return None if value == WITHHELD else value


_HIDDEN = ("anonymous", "private", "unknown", "hidden", "none", "blocked", "restricted")

OFF_SHIFT = "off"


def _operators(value: object) -> int | str | None:
    if value in ("none", None):
        return None
    if value == OFF_SHIFT:
        return OFF_SHIFT
    return TAKES_SECONDS if value == "available" else parse_duration(value)


class CannedReply(Model):
    """What the client's own system answers an `http` node; `status: 0` stands for no answer."""

    status: int = Field(200, ge=0, le=599, description="The HTTP status, or 0 for no answer.")
    body: str = Field("", description="The text of the reply, usually JSON.")


class ExpectedJob(Model):
    """The job that the call should leave."""

    kind: JobKind | None = Field(None, description="Its kind.")
    owner: str | None = Field(None, description="Whose it is: a person, or `agency`.")
    due: Duration | None = Field(None, description="In how long it is due.")


def _none(value: object) -> object:
    return None if value == "none" else value


class Expected(Model):
    """What should come of the call."""

    visited: Annotated[tuple[NodeName, ...], OneOrMany] = Field(
        (), description="Nodes that the call came to, in any order."
    )
    not_visited: Annotated[tuple[NodeName, ...], OneOrMany] = Field(
        (), description="Nodes that the call did not come to."
    )
    path: Annotated[tuple[NodeName, ...], OneOrMany] = Field(
        (), description="All nodes that the call came to, in their order."
    )
    ends: NodeName | None = Field(None, description="The last node.")
    job: Annotated[
        ExpectedJob | None,
        BeforeValidator(_none, json_schema_input_type=ExpectedJob | Literal["none"]),
    ] = Field(None, description="The job that the call leaves, or `none`.")
    vars: dict[VariableName, Assigned] = Field(
        default_factory=dict, description="Variables, and what they hold at the end."
    )
    dialled: Annotated[tuple[PersonName, ...], OneOrMany] = Field(
        (), description="The people who were rung, in their order."
    )
    texts: Annotated[tuple[str, ...], OneOrMany] = Field(
        (), description="Words of each text message that was sent, in their order."
    )
    call_back: Annotated[Phone | None, BeforeValidator(_none, json_schema_input_type=str)] = Field(
        None, description="The number that is promised a call back, or `none`."
    )
    connected: str | None = Field(
        None, description="Who spoke with the caller: `operator`, a person, or `nobody`."
    )


class TestCase(Model):
    """One test: when who rings, what surrounds the call, what the caller does, what should come."""

    __test__ = False  # the name is the editor's; pytest shall not collect it

    name: str = Field(min_length=1, max_length=200, description="What the test shows.")
    at: Annotated[datetime, BeforeValidator(_local)] = Field(
        description="When the call comes in, in the client's time: 2026-12-25T03:00."
    )
    caller: Annotated[CallerNumber | None, BeforeValidator(_caller, json_schema_input_type=str)] = (
        Field("+441632960001", description="The caller's number, or `withheld`.")
    )
    operators: Annotated[
        int | Literal["off"] | None, BeforeValidator(_operators, json_schema_input_type=str)
    ] = Field(
        None,
        description="`none` (default), `available`, after how long one answers (`20s`), or `off` "
        "where they have all gone home.",
    )
    waiting: int = Field(
        0, ge=0, le=1000, description="How many callers are in line before this one."
    )
    people: dict[PersonName, Literal["answers", "busy", "no_answer", "declines"]] = Field(
        default_factory=dict, description="How people who are rung behave; default: no_answer."
    )
    rotas: dict[RotaName, Annotated[tuple[PersonName, ...], OneOrMany]] = Field(
        default_factory=dict, description="Who is on call in this test, instead of the rota."
    )
    status: dict[PersonName, Literal["away", "messages", "emergencies"]] = Field(
        default_factory=dict,
        description="What people have said of themselves, such as `ian: away`; `everybody` for all "
        "of them.",
    )
    replies: dict[NodeName, CannedReply] = Field(
        default_factory=dict, description="What the client's system answers at `http` nodes."
    )
    vars: dict[VariableName, Assigned] = Field(
        default_factory=dict, description="Variables that are set when the call begins."
    )
    steps: tuple[CallerStep, ...] = Field(
        (), max_length=200, description="What the caller does and hears, in order."
    )
    expect: Expected = Field(
        default_factory=lambda: Expected.model_validate({}),
        description="What should come of the call.",
    )
