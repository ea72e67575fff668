"""Texts that come in, for numbers that no client file names."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import SqlRecords
from ivr.core.nodes import KINDS
from ivr.core.records.text_message import TextReceived
from ivr.services.incoming_texts import IncomingTexts


@dataclass
class Received:
    """Receives texts, and notes whose consoles are told."""

    records: SqlRecords
    flows: Path
    told: list[str] = field(default_factory=list)

    def receive(self, text: TextReceived) -> None:
        """Receive a text, as the carrier tells of it."""
        library = FolderLibrary(self.flows, KINDS)
        IncomingTexts(lambda: library, self.records, self.told.append, lambda: None).receive(text)
