"""The settings of a `queue` node: on what terms callers wait, and what they hear meanwhile."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.core.flow.types import (
    Duration,
    JobKind,
    Key,
    Model,
    MusicName,
    OneOrMany,
    Skill,
    TelephoneKey,
)
from ivr.core.flow.utterance import Spoken
from ivr.core.nodes.call_back import CallBackOrKey

OFFER_AFTER = 60
"""Seconds after which the keys are named where the file does not say."""


class WaitingTerms(Model):
    """On what terms callers wait, what they hear, and which keys they may press meanwhile."""

    priority: int = Field(
        5,
        ge=0,
        le=10,
        description="Each step counts as a minute of waiting, a head start on others.",
    )
    skills: Annotated[tuple[Skill, ...], OneOrMany] = Field(
        (), description="What an operator must have to take the call."
    )
    kind: JobKind | None = Field(
        None,
        description="The kind of job on which the operator's form opens; default: the one that "
        "the caller has chosen on the way, else `message`.",
    )
    max_wait: Duration = Field(120, ge=10, le=3600, description="How long a caller waits at most.")
    max_waiting: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="With so many in line before them, callers do not join but go to `overflow`, "
        "or else to `nobody`.",
    )
    joined: Spoken | None = Field(
        None, description="What callers hear when they join; default: a sentence of Tango."
    )
    while_waiting: Spoken | None = Field(
        None, description="What they hear in between: one part after the other, in turn."
    )
    every: Duration = Field(
        30, ge=10, le=600, description="How often they hear a part of `while_waiting`."
    )
    music: MusicName | None = Field(
        None,
        description="The music they hear: an audio file of at most 60 seconds, which is played "
        "again and again; default: Tango's own.",
    )
    position: Annotated[bool, Field(description="whether callers hear their place")] = True
    expected_wait: bool = Field(
        False,
        description="Whether callers hear about how long it will take, where enough is known of "
        "the last hours to say.",
    )
    leave_message: TelephoneKey | None = Field(
        None, description="The key that leads to `message`, at any time while waiting."
    )
    call_back: CallBackOrKey | None = Field(
        None,
        description="The key to be called back, or that and how often it is tried. The default, "
        "where there is an `offer_callback_after` or a way `callback`, is key 1.",
    )
    offer_callback_after: Duration | None = Field(
        None,
        ge=10,
        le=3600,
        description="After how long the keys for a call back and a message are named, and then "
        "again every 90 seconds; default: 60s.",
    )

    @property
    def offer_after(self) -> int:
        """Seconds until the keys are first named."""
        return OFFER_AFTER if self.offer_callback_after is None else self.offer_callback_after

    def names_keys(self, call_back: Key | None) -> bool:
        """Whether there is a key to be named; `call_back` is the one for that."""
        return bool(call_back or self.leave_message)
