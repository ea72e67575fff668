"""What the carrier is answered, as services see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ivr.core.call.instructions import Verb
from ivr.services.calls.links import Links


class Documents(Protocol):
    """Writes the documents that the carrier carries out. `ivr.adapters.twilio.twiml` is one."""

    def render(self, verbs: Iterable[Verb], links: Links) -> str:
        """One document in which `verbs` follow one another."""

    def spoken(self, words: str, voice: str, language: str) -> str:
        """A document that says `words` and ends the call."""
