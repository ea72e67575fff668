"""Whose voices a recording of a conversation holds, channel by channel. Pure.

Of a conference's recording the first channel is whoever joined first, the second everybody else.
https://www.twilio.com/en-us/changelog/dual-channel-voice-conference-recordings
"""

from __future__ import annotations

from ivr.core.conversation.state import Conversation, PartyRole

OTHERS = "others"
UNKNOWN = ("first voice", "second voice")
"""Where it is not known who joined first."""


def speakers(conversation: Conversation) -> tuple[str, str]:
    """Who speaks in the first channel, and who in the second. Supervisors are not told of."""
    order = [role for _, role in sorted(conversation.arrivals)]
    here = [role for role in order if role is not PartyRole.SUPERVISOR]
    if not {PartyRole.CALLER, PartyRole.OPERATOR} <= set(here):
        return UNKNOWN
    rest = {role for role in here if role is not here[0]}
    return here[0].value, rest.pop().value if len(rest) == 1 else OTHERS
