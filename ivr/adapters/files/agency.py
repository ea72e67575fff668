"""The agency itself: its name, where its own messages go, and its operators by short name.

All of it stands in `agency.yaml` beside the client files::

    agency:
      name: Larkfield Answering
      phone: "+44 20 7946 0100"
      email: desk@larkfield.example
      operators:
        sam: {name: Sam Okafor, phone: "+44 7700 900301", skills: [legal, welsh]}
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import structlog
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from ivr.adapters.files.flows.folder import AGENCY_FILE
from ivr.adapters.files.flows.load import read
from ivr.core.flow.client import Zone
from ivr.core.flow.findings import Finding, nearest
from ivr.core.flow.people import Person
from ivr.core.flow.source import Source
from ivr.core.flow.staff import Staff
from ivr.core.flow.types import Duration, Model, OneOrMany
from ivr.errors import FlowError

log = structlog.get_logger()


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


def load_agency(flows: Path) -> Agency:
    """Read the agency's file in the folder `flows`; without one, no operators are known.

    Raises `FlowError` with every fault of the file and its line.
    """
    path = flows / AGENCY_FILE
    if not os.path.lexists(path):
        return Agency.model_validate({})
    faults: list[Finding] = []
    source = read(path, faults)
    if source is None:
        raise FlowError("\n".join(map(str, faults)))
    try:
        return AgencyFile.model_validate(source.data).agency
    except ValidationError as error:
        findings = sorted(_finding(source, details) for details in error.errors())
        raise FlowError("\n".join(map(str, findings))) from None


def agency_here(flows: Path) -> Agency:
    """As `load_agency`; a broken file must not keep the clients' calls from being answered."""
    try:
        return load_agency(flows)
    except FlowError as error:
        log.error("agency.file_refused", error=str(error))
        return Agency.model_validate({})


def _finding(source: Source, error: ErrorDetails) -> Finding:
    path, name = error["loc"], str(error["loc"][-1])
    match error["type"]:
        case "extra_forbidden":
            models = (AgencyFile, Agency, Agency, Person)
            known = models[min(len(path), len(models)) - 1].model_fields
            message = f"'{name}' is not a setting{nearest(name, known)}"
            return source.key_finding(path, "unknown-key", message)
        case "missing":
            return source.finding(path[:-1], "schema", f"'{name}' is missing")
        case "value_error":
            return source.finding(path, "schema", str(error["ctx"]["error"]))
        case _:
            said = error["msg"].replace("Input should", "it should")
            return source.finding(path, "schema", f"'{name}' is not right: {said}")
