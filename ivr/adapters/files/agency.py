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

import structlog
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr.adapters.files.flows.folder import AGENCY_FILE
from ivr.adapters.files.flows.load import read
from ivr.core.agency import Agency, AgencyFile
from ivr.core.flow.findings import Finding, nearest
from ivr.core.flow.people import Person
from ivr.core.flow.source import Source
from ivr.errors import FlowError

log = structlog.get_logger()


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
