"""The clients as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.core.call.engine import CallFlow
from ivr.core.nodes.base import Kind
from ivr.errors import UnknownClient


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients who have a file."""

    library: FolderLibrary[Kind]

    def names(self) -> dict[str, str]:
        """Their names by short name, in order of name."""
        names = {flow.client_id: flow.client.name for flow in self.library}
        return dict(sorted(names.items(), key=lambda item: item[1].lower()))

    def flow(self, client: str) -> CallFlow | None:
        """The version that answers a client's calls; None where there is none."""
        try:
            return self.library.flow(client)
        except UnknownClient:
            return None
