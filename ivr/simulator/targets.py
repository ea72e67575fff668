"""Where a call goes next: an address to ask for a document, or a document given outright."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """The next document.

    `url` is absolute; `form` is what the carrier adds to the standard parameters. With
    `document`, nothing is requested: it is TwiML given in a REST call.
    """

    url: str
    method: str = "POST"
    form: Mapping[str, str] = field(default_factory=dict)
    document: str | None = None
