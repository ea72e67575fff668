"""What people call somebody whom the records know by a short name or a number. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.language import telephone


@dataclass(frozen=True, slots=True)
class PartyNames:
    """Names those who take part in a client's calls.

    `staff` are the agency's people by short name or login, `people` the client's by number (E.164);
    `language` is the client's (BCP 47), which says how numbers are written.
    """

    staff: Mapping[str, str]
    people: Mapping[str, str]
    language: str = "en-GB"

    def __call__(self, who: str) -> str:
        """The name of `who`, with the number where it is one; whoever is unknown as they stand."""
        if not who.startswith("+"):
            return self.staff.get(who, who)
        number = telephone.written(who, telephone.country_of(self.language))
        return f"{self.people[who]} ({number})" if who in self.people else number
