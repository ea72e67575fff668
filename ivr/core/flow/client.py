"""The `client` part of a file: whose calls these are, and how they are answered."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    model_validator,
)

from ivr.core.flow import right_form
from ivr.core.flow.findings import nearest
from ivr.core.flow.types import (
    CallerNumber,
    Duration,
    Faults,
    Model,
    OneOrMany,
    OperatorName,
    Skill,
    Text,
    VoiceName,
)


@cache
def _zones() -> frozenset[str]:
    """The time zones by name; finding them takes a walk over many files."""
    return frozenset(available_timezones())


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    if str(value) not in _zones():
        alike = [zone for zone in sorted(_zones()) if zone[:2] == str(value)[:2]]
        hint = nearest(str(value), alike) or "; write Europe/London"
        raise ValueError(f"'{value}' is not a time zone{hint}")
    if str(value) in _NO_SUMMER_TIME:
        meant = _NO_SUMMER_TIME[str(value)]
        raise ValueError(f"'{value}' has no summer time; write {meant}, which has, or Etc/UTC")
    return ZoneInfo(str(value))


_NO_SUMMER_TIME = {
    "EST": "America/New_York",
    "GMT": "Europe/London",
    "MST": "America/Denver",
}
"""Names of zones that stand still, by which people mean a place where the clocks change."""


Zone = Annotated[Any, BeforeValidator(_zone)]
"""A time zone by its name, such as `Europe/London`."""


def _vocabulary_entry(entry: str) -> str:
    if not any(character.isalpha() for character in entry) or not entry.isprintable():
        raise ValueError(f"'{entry}' is not a word or name; write Velux or Kingsley Park")
    return " ".join(entry.split())


VocabularyEntry = Annotated[str, Field(max_length=100), AfterValidator(_vocabulary_entry)]


class Speech(Model):
    """How what callers say is turned into words."""

    recogniser: Literal["vosk", "whisper"] | None = Field(
        None, description="Which recogniser hears the messages; default: the best there is."
    )
    model: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="Which of its models, as `python -m ivr models list` names them.",
    )
    mask_cards: bool = Field(
        True, description="Whether card numbers are taken out of words and audio."
    )


class OperatorRouting(Model):
    """Which operators a waiting caller is offered to first, before whoever has been idle longest.

    The usual ones come first, then those with the skills preferred, then everybody who has the
    skills that a `queue` demands. Where none of the first is at work, it is the next ones' turn.
    """

    usual: Annotated[tuple[OperatorName, ...], OneOrMany] = Field(
        (), max_length=100, description="Operators who know the client; they are offered first."
    )
    usual_for: Duration = Field(
        15, ge=0, le=600, description="How long callers are kept for the usual operators."
    )
    prefer: Annotated[tuple[Skill, ...], OneOrMany] = Field(
        (), max_length=20, description="Skills that an operator should have, though need not."
    )
    prefer_for: Duration = Field(
        20, ge=0, le=600, description="How long callers are kept for operators with these skills."
    )
    wrap_up: Duration = Field(
        30, ge=0, le=900, description="How long operators have after a call to write things down."
    )
    amber: Duration | None = Field(
        None,
        ge=1,
        le=3600,
        description="After how long a waiting caller is amber on the operators' screen; default: "
        "as the agency says.",
    )
    red: Duration | None = Field(
        None, ge=1, le=3600, description="After how long a waiting caller is red there."
    )
    outcomes: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], OneOrMany] = Field(
        ("message taken", "put through", "answered", "wrong number", "nuisance call"),
        min_length=1,
        max_length=20,
        description="How a call can have ended, for the operator to choose from.",
    )

    @model_validator(mode="after")
    def _amber_before_red(self) -> Self:
        if self.amber and self.red and self.amber >= self.red:
            raise Faults([(("amber",), "'amber' comes before 'red'")])
        return self


class RecordingSettings(Model):
    """Whether conversations with operators are recorded, and turned into words."""

    calls: bool = Field(
        False,
        description="'yes' records every conversation between caller and operator; the caller is "
        "told so first.",
    )
    notice: Text | None = Field(
        None, description="What the caller is told; default: that the call is recorded."
    )
    transcribe: bool = Field(
        True,
        description="'no' keeps recordings of conversations without words. Card numbers are found "
        "in the words, so then none is silenced.",
    )


def _hook_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("https", "http") or not host or not re.fullmatch(r"[!-~]+", url):
        raise ValueError(f"'{url}' is not an address; write https://crm.acme.example/messages")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("an address that is posted to has no user and no part after '#'")
    return url


class Webhook(Model):
    """Where the client's own system takes every message, signed."""

    url: Annotated[str, Field(max_length=500), AfterValidator(_hook_url)] = Field(
        description="The address that is posted to."
    )
    secret: str = Field(
        pattern=r"^[a-z_][a-z0-9_]{0,40}$",
        description="The name of the secret that signs; the secret itself stands on the server.",
    )


class Client(Model):
    """Whose calls these are, and how they are answered."""

    name: str = Field(min_length=1, max_length=100, description="The client's name, as written.")
    say_as: str | None = Field(
        None, description="The name as it is spoken; default: the name as written."
    )
    numbers: Annotated[tuple[CallerNumber, ...], OneOrMany] = Field(
        min_length=1, description="The numbers that callers dial. No two clients may share one."
    )
    timezone: Zone = Field(ZoneInfo("Europe/London"), description="Where the client's clocks are.")
    language: Annotated[str, AfterValidator(right_form.language)] = Field(
        "en-GB",
        pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$",
        description="The language of callers: of voice, recogniser, dates and numbers.",
    )
    voice: VoiceName = Field(
        VoiceName("Polly.Amy"), description="Who speaks: one of the carrier's voices."
    )
    colour: str = Field(
        "#555555",
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="The client's colour on the operator's screen.",
    )
    answer_phrase: Text = Field(
        Text("Good {daypart}, {client.say_as}, how may I help?"),
        description="What an operator says first.",
    )
    notes: Annotated[tuple[str, ...], OneOrMany] = Field(
        (), description="What an operator should know."
    )
    operators: OperatorRouting = Field(
        default_factory=lambda: OperatorRouting.model_validate({}),
        description="Which operators are offered the client's callers first.",
    )
    vocabulary: Annotated[tuple[VocabularyEntry, ...], OneOrMany] = Field(
        (),
        max_length=500,
        description="Words and names that callers say and a recogniser may not know, as they are "
        "written: products, streets, villages. The names of `people` need not be repeated.",
    )
    speech: Speech = Field(
        default_factory=lambda: Speech.model_validate({}),
        description="How messages are turned into words.",
    )
    recording: RecordingSettings = Field(
        default_factory=lambda: RecordingSettings.model_validate({}),
        description="Whether conversations are recorded. Messages that callers leave always are.",
    )
    webhook: Webhook | None = Field(
        None, description="The client's own system, to which every message is posted."
    )
    live: bool = Field(
        True,
        description="'no' tries a client out: whatever would be rung, texted or written to is "
        "replaced by the agency's own number and address.",
    )
