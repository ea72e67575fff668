"""Forms: what operators write down, by kind of job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ivr.core.flow.types import Faults, Model, OneOrMany, Path

FieldType = Literal["text", "long", "phone", "date", "time", "choice", "yes_no", "email"]


class FormField(Model):
    """One thing that an operator asks for and writes down.

    Where a variable of the client's file has the field's name, the field begins with its value.
    """

    type: FieldType = Field(
        "text", description="What is written: `long` is a text of several lines."
    )
    label: str = Field(
        "", max_length=80, description="What the operator reads; default: the field's name."
    )
    required: bool = Field(False, description="Whether it must be filled in before it is sent.")
    help: str = Field(
        "", max_length=200, description="What helps the operator to ask, below the field."
    )
    choices: Annotated[tuple[str, ...], OneOrMany] = Field(
        (), max_length=20, description="Of a `choice`: what there is to choose from."
    )
    past: bool = Field(
        False, description="Of a date: `yes` where it lies behind us, such as a day of birth."
    )

    @model_validator(mode="after")
    def _settings_of_the_type(self) -> Self:
        """Refuse a choice of nothing, and a setting that would do nothing."""
        faults: list[tuple[Path, str]] = []
        if self.type == "choice" and len(self.choices) < 2:
            faults.append((("choices",), "a choice needs two 'choices' or more"))
        if self.type != "choice" and self.choices:
            faults.append((("choices",), "'choices' go with the type 'choice'"))
        if self.type != "date" and self.past:
            faults.append((("past",), "'past' goes with the type 'date'"))
        if faults:
            raise Faults(faults)
        return self


Form = Mapping[str, FormField]

USUAL: Form = {
    name: FormField.model_validate({"type": kind, "label": label, "required": True})
    for name, kind, label in (
        ("name", "text", "Name"),
        ("number", "phone", "Number to ring back"),
        ("about", "long", "What it is about"),
    )
}
"""What is written down where the client's file has no form for the kind of job."""


def form_for(forms: Mapping[str, Form], kind: str) -> Form:
    """The client's form for a kind of job, or the usual one."""
    return forms.get(kind) or USUAL
