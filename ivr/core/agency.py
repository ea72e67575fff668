"""The agency itself: its name, where its own messages go, and its operators by short name."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from ivr.core.flow.client import Zone
from ivr.core.flow.people import Person
from ivr.core.flow.staff import Staff
from ivr.core.flow.types import Duration, Model, OneOrMany


class Operator(Person):
    """Somebody who takes callers."""

    skills: Annotated[tuple[str, ...] | None, OneOrMany] = Field(
        None,
        description="What they can do: languages, clients, kinds of call; default: everything.",
    )


class Agency(Person):
    """Who answers for the clients. Telephone numbers are E.164."""

    name: str = Field("the agency", min_length=1)
    timezone: Zone = Field(
        ZoneInfo("Europe/London"),
        description="Where the agency’s clocks are: pages about several clients show its time.",
    )
    amber: Duration = Field(
        15, ge=1, le=3600, description="After how long a waiting caller is amber on the screen."
    )
    red: Duration = Field(
        30, ge=1, le=3600, description="After how long a waiting caller is red on the screen."
    )
    away: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], OneOrMany] = Field(
        ("break", "lunch", "meeting", "training"),
        min_length=1,
        max_length=20,
        description="Why operators are away, for them to choose from.",
    )
    operators: dict[str, Operator] = Field(
        default_factory=dict, description="Who takes callers, by short name."
    )
    supervisors: dict[str, Person] = Field(
        default_factory=dict,
        description="Who may listen in, by the login of their account: their telephone is rung.",
    )

    @property
    def operator_names(self) -> dict[str, str]:
        """The operators' full names by their short ones."""
        return {short: each.name for short, each in self.operators.items()}

    @property
    def staff_names(self) -> dict[str, str]:
        """The full names of operators by short name, and of supervisors by login."""
        return {login: each.name for login, each in self.supervisors.items()} | self.operator_names

    @property
    def staff(self) -> Staff:
        """The operators, and every skill that some of them are said to have."""
        skills = (name for each in self.operators.values() for name in each.skills or ())
        return Staff(frozenset(self.operators), frozenset(skills))


class AgencyFile(Model):
    """The whole of `agency.yaml`."""

    agency: Agency
