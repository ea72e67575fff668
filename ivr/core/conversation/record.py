"""What is kept of a conversation while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.conversation.actions import Action
from ivr.core.conversation.state import Conversation, Phase
from ivr.core.queue.entry import QueueEntry


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """What is kept of a conversation.

    `owed` is what is still to be done for it, since `owed_since`. `text` is how it was read.
    """

    conversation: Conversation
    ticket: QueueEntry
    owed: tuple[Action, ...] = ()
    owed_since: datetime | None = None
    text: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether there is anything more to come."""
        return self.conversation.phase is not Phase.OVER or bool(self.owed)
