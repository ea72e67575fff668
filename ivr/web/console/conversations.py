"""What pages ask of conversations with operators."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.core.conversation.commands import Command
from ivr.core.conversation.state import Conversation


class Conversations(Protocol):
    """What is asked of conversations (`ivr.services.conversations.conversation_service`)."""

    def conversation_of(self, operator: str) -> Conversation | None:
        """The operator's conversation, if they are in one."""

    def command(self, id_: str, command: Command, by: str, now: datetime, /) -> object:
        """Do as asked. Raises `ConversationError` in a plain sentence."""
