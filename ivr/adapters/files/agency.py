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


class LatestAgency:
    """The agency's file as it is now; as it was last good where it cannot be read. Any thread may
    ask."""

    def __init__(self, flows: Path, at_first: Agency) -> None:
        self._flows = flows
        self._mark: object = None
        self._agency = at_first

    def __call__(self) -> Agency:
        """The agency."""
        mark = _mark(self._flows / AGENCY_FILE)
        if mark != self._mark:
            try:
                self._agency = load_agency(self._flows)
            except FlowError as error:  # what was good last still says who is told
                log.error("agency.file_refused", error=str(error))
            self._mark = mark
        return self._agency


def _mark(path: Path) -> object:
    """What tells one state of a file from another; None where it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


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
