"""How those who took part in a client's call are named to people."""

from __future__ import annotations

from ivr.core.agency import Agency
from ivr.core.party_names import PartyNames
from ivr.errors import UnknownClient
from ivr.services.protocols.clients import Library


def party_names(agency: Agency, library: Library, client: str | None) -> PartyNames:
    """Names the agency's people and a client's; of a client whose file is gone, the agency's."""
    try:
        flow = library.flow(client or "")
    except UnknownClient:
        return PartyNames(agency.staff_names, {})
    people = {person.phone: person.name for person in flow.people.values() if person.phone}
    return PartyNames(agency.staff_names, people, flow.client.language)
