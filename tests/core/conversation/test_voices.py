"""Whose voices a recording's channels hold: the first who joined, and everybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.core.conversation.events import Joined
from ivr.core.conversation.machine import advance, begin
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState
from ivr.core.conversation.voices import UNKNOWN, speakers

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SAM = Party(PartyRole.OPERATOR, "sam", "+447700900301", PartyState.RINGING, label="operator")
TALK = begin("talk", "acme", "+441632960009", "+441632960001", "CA1", SAM, NOON, "", True)


def arrived(*roles: PartyRole) -> Conversation:
    return replace(TALK, arrivals=tuple(enumerate(roles, 1)))


@pytest.mark.parametrize(
    ("roles", "named"),
    [
        ((PartyRole.CALLER, PartyRole.OPERATOR), ("caller", "operator")),
        ((PartyRole.OPERATOR, PartyRole.CALLER), ("operator", "caller")),
        ((PartyRole.CALLER, PartyRole.OPERATOR, PartyRole.THIRD), ("caller", "others")),
        ((PartyRole.CALLER, PartyRole.OPERATOR, PartyRole.SUPERVISOR), ("caller", "operator")),
        ((PartyRole.CALLER,), UNKNOWN),
        ((PartyRole.SUPERVISOR, PartyRole.OPERATOR), UNKNOWN),
        ((), UNKNOWN),
    ],
)
def test_the_first_has_a_channel_and_all_others_share_one(
    roles: tuple[PartyRole, ...], named: tuple[str, str]
) -> None:
    assert speakers(arrived(*roles)) == named


def test_who_was_first_is_told_by_the_carrier_s_number_and_not_by_which_callback_came_first() -> (
    None
):
    caller, operator = Joined("caller", "CAcaller", 1), Joined("operator", "CAoperator", 2)
    for events in ([caller, operator], [operator, caller], [operator, operator, caller, caller]):
        conversation = TALK
        for event in events:
            conversation = advance(conversation, event, NOON).conversation
        assert speakers(conversation) == ("caller", "operator")


def test_what_we_found_out_ourselves_does_not_say_who_was_first() -> None:
    conversation = TALK
    for label in ("caller", "operator"):
        conversation = advance(conversation, Joined(label, "CA"), NOON).conversation
    assert speakers(conversation) == UNKNOWN
