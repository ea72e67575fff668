"""The parts of a flow file other than its nodes, as models."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ivr.flow.calendars import Calendar, Hours, parse_hours, parse_time
from ivr.flow.callers import CallerLists
from ivr.flow.expressions import RESERVED
from ivr.flow.findings import nearest
from ivr.flow.forms import FormField
from ivr.flow.rotas import Rota
from ivr.flow.testcase import TestCase
from ivr.flow.types import (
    CalendarName,
    Duration,
    Faults,
    JobKind,
    Model,
    NodeName,
    OneOrMany,
    OperatorName,
    Path,
    Period,
    Phone,
    Skill,
    TemplateName,
    Text,
    VoiceName,
)
from ivr.flow.utterance import Spoken
from ivr.flow.variables import Declared, DeclaredInput, DeclaredOutput, Output

AGENCY = "agency"
A_DAY = 24 * 60
"""Minutes."""


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
    return ZoneInfo(str(value))


_VARIABLE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_TAKEN_NAMES = RESERVED | {"client", "caller", "called", "daypart"}


def _variable_name(name: str) -> str:
    if not _VARIABLE_NAME.fullmatch(name):
        raise ValueError(f"'{name}' cannot name a variable; use small letters, digits and _")
    if name in _TAKEN_NAMES:
        raise ValueError(f"'{name}' has a meaning of its own; choose another name")
    return name


def _job_kind(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise ValueError(f"'{name}' cannot name a kind of job; use small letters, digits and _")
    return name


def _field_name(name: str) -> str:
    if not _VARIABLE_NAME.fullmatch(name):
        raise ValueError(f"'{name}' cannot name a field; use small letters, digits and _")
    return name


_SOME_FIELDS = Field(min_length=1, max_length=30)


def _template_file(name: str) -> str:
    if len(name) > 200 or not re.fullmatch(r"([a-zA-Z0-9_-]+/)*[a-zA-Z0-9_-]+\.yaml", name):
        raise ValueError(f"'{name}' is not a file; write templates/after-hours.yaml")
    return name


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


class Operators(Model):
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


class CallRecording(Model):
    """Whether conversations with operators are recorded."""

    calls: bool = Field(
        False,
        description="'yes' records every conversation between caller and operator; the caller is "
        "told so first.",
    )
    notice: Text | None = Field(
        None, description="What the caller is told; default: that the call is recorded."
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
    numbers: Annotated[tuple[Phone, ...], OneOrMany] = Field(
        min_length=1, description="The numbers that callers dial. No two clients may share one."
    )
    timezone: Annotated[Any, BeforeValidator(_zone)] = Field(
        ZoneInfo("Europe/London"), description="Where the client's clocks are."
    )
    language: str = Field(
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
    operators: Operators = Field(
        default_factory=lambda: Operators.model_validate({}),
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
    recording: CallRecording = Field(
        default_factory=lambda: CallRecording.model_validate({}),
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


class Person(Model):
    """One of the client's people, and how what is for them reaches them."""

    name: str = Field(min_length=1, description="The person's full name.")
    phone: Phone | None = Field(None, description="The number on which they are rung.")
    email: str | None = Field(
        None, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", description="Where their messages go."
    )
    deliver: Annotated[tuple[Literal["email", "sms", "webhook"], ...], OneOrMany] = Field(
        ("email",),
        min_length=1,
        description="By which ways messages come, one after another: the next one's turn is where "
        "one does not get through, or is not read.",
    )
    wait: Duration = Field(
        900, ge=60, le=86400, description="How long one way has before the next one's turn."
    )
    quiet: Annotated[Hours, BeforeValidator(parse_hours)] | None = Field(
        None, description="Hours in which nothing is sent, such as `21:00-07:00`."
    )
    digest: Annotated[int, BeforeValidator(parse_time)] | None = Field(
        None,
        description="A time such as `08:00`: what came since the day before comes then, in one "
        "e-mail.",
    )
    urgent: Annotated[tuple[JobKind, ...], OneOrMany] = Field(
        (), max_length=20, description="Kinds of job that heed neither `quiet` nor `digest`."
    )
    sms: Literal["short", "full"] = Field(
        "short", description="Whether the caller's words may stand in texts (`full`)."
    )

    @model_validator(mode="after")
    def _each_way_once(self) -> Self:
        faults: list[tuple[Path, str]] = [
            (("deliver", index), f"'{way}' stands here already")
            for index, way in enumerate(self.deliver)
            if way in self.deliver[:index]
        ]
        if "sms" in self.deliver and self.phone is None:
            faults.append((("deliver",), "a text needs a telephone number; add 'phone'"))
        if self.quiet is not None and self.quiet.closes - self.quiet.opens >= A_DAY:
            faults.append((("quiet",), "nothing could ever be sent; leave some hours out"))
        if self.digest is not None and self.email is None:
            faults.append((("digest",), "a digest needs an e-mail address; add 'email'"))
        if faults:
            raise Faults(faults)
        return self


class Duty(Model):
    """Who owns one kind of open work, by when, and who is next.

    Once it is overdue it goes to each of `then`, in their order, and in the end to the agency;
    if it is not closed there in time either, the supervisors are told.
    """

    owner: str = Field(AGENCY, description="Who owns such a job: a person, a rota or `agency`.")
    due: Duration = Field(
        int(timedelta(hours=4).total_seconds()), ge=60, description="How soon it should be done."
    )
    hours: CalendarName | None = Field(
        None, description="A calendar: only its opening hours count towards `due`."
    )
    action: str = Field(
        "Ring the caller back",
        min_length=1,
        max_length=200,
        description="What is to be done, as the owner reads it.",
    )
    remind: Annotated[tuple[Literal["sms", "email"], ...], OneOrMany] = Field(
        (), description="How the owner is reminded."
    )
    remind_before: Duration | None = Field(
        None,
        ge=60,
        description="How long before it is due they are reminded; default: a quarter of `due`.",
    )
    read: Duration | None = Field(
        None,
        ge=60,
        description="Within how long the owner says that they have read it (docs/delivery.md); "
        "what nobody has read by then goes on as if it were overdue.",
    )
    then: Annotated[tuple[str, ...], OneOrMany] = Field(
        (),
        max_length=10,
        description="Who owns it when it is overdue: a person, a rota or `agency`, "
        "or a list of them, one after another.",
    )
    grace: Duration | None = Field(
        None,
        ge=60,
        description="How long whoever takes over has before it goes further; "
        "default: half of `due`, at least 5 minutes.",
    )


class Retention(Model):
    """How long what callers leave behind is kept, counted from the call.

    What is over its time is deleted within the hour; that it was, and by which version of the file,
    stays known.
    """

    audio: Period = Field(
        90, ge=1, le=36_500, description="How long recordings are kept; else 90d."
    )
    transcript: Period = Field(
        365, ge=1, le=36_500, description="How long what callers said is kept in words; else 1y."
    )
    caller: Period = Field(
        730,
        ge=1,
        le=36_500,
        description="How long calls are kept at all, with the caller's number and what was "
        "written down; else 2y. Open jobs keep theirs.",
    )
    at_carrier: Literal["delete", "keep"] = Field(
        "delete",
        description="Whether the carrier's copy of a recording is deleted once ours is safe, or "
        "only with ours.",
    )

    @model_validator(mode="after")
    def _nothing_outlives_the_call(self) -> Self:
        late = [name for name in ("audio", "transcript") if getattr(self, name) > self.caller]
        if late:
            message = "is kept longer than the call itself ('caller'); make it shorter"
            raise Faults([((name,), f"'{name}' {message}") for name in late])
        return self


class Retry(Model):
    """What happens when a caller says nothing, or nothing that is understood.

    With `say` the caller hears it and is asked again, as often as `retries` allows. Then, or at
    once where there is no `say`, the call goes to `next`, or else to `give_up`.
    """

    say: Spoken | None = Field(
        None, description="What the caller hears before the question is put again."
    )
    next: NodeName | None = Field(
        None, description="Where the call goes after the retries, or at once where nothing is said."
    )


def _node_alone(value: object) -> object:
    return {"next": value} if isinstance(value, str) else value


RetryOrNode = Annotated[Retry, BeforeValidator(_node_alone)]


class Defaults(Model):
    """What counts wherever a node does not say it itself."""

    retries: Annotated[int, Field(ge=0, le=9)] = Field(
        2, description="How often a question is put again."
    )
    no_input: RetryOrNode | None = Field(
        None, description="What happens when a caller says nothing."
    )
    no_match: RetryOrNode | None = Field(
        None, description="What happens when a caller is not understood."
    )
    give_up: NodeName | None = Field(
        None, description="Where the call goes after the retries; default: a message is taken."
    )
    error: NodeName | None = Field(
        None,
        description="Where the call goes when a node cannot do its work; default: a message.",
    )


def _schema_one(value: object) -> object:
    if str(value) != "1":
        raise ValueError(f"this Tango reads 'schema: 1', not {value!r}")
    return 1


Schema = Annotated[int, BeforeValidator(_schema_one)]
RawNodes = dict[str, Any]
VariableKey = Annotated[str, AfterValidator(_variable_name)]


class Part(Model):
    """What a client's file and a template have in common."""

    schema_: Schema = Field(alias="schema", description="The version of the language: always 1.")
    vars: dict[VariableKey, Declared] = Field(
        default_factory=dict,
        description="Variables that hold what is learnt during a call, by name.",
    )
    defaults: Defaults = Field(
        default_factory=lambda: Defaults.model_validate({}),
        description="What counts wherever a node does not say it itself.",
    )
    start: NodeName = Field(description="The node where a call begins.")
    nodes: RawNodes = Field(min_length=1, description="The steps of a call, by name.")


class ClientFile(Part):
    """A client's file."""

    client: Client = Field(description="Whose calls these are.")
    people: dict[str, Person] = Field(
        default_factory=dict, description="The client's people, by short name."
    )
    calendars: dict[str, Calendar] = Field(
        default_factory=dict, description="Opening hours, by name."
    )
    rotas: dict[str, Rota] = Field(default_factory=dict, description="Who is on call, by name.")
    callers: CallerLists = Field(
        CallerLists(), description="Callers who are treated in a way of their own."
    )
    agreement: dict[Annotated[str, AfterValidator(_job_kind)], Duty] = Field(
        default_factory=dict, description="Who owns what a call leaves open, by kind of job."
    )
    forms: dict[
        Annotated[str, AfterValidator(_job_kind)],
        Annotated[dict[Annotated[str, AfterValidator(_field_name)], FormField], _SOME_FIELDS],
    ] = Field(
        default_factory=dict,
        description="What operators write down, by kind of job: fields by name, in the order of "
        "the screen.",
    )
    retention: Retention = Field(
        default_factory=lambda: Retention.model_validate({}),
        description="How long what callers leave behind is kept.",
    )
    use: Annotated[tuple[Annotated[str, AfterValidator(_template_file)], ...], OneOrMany] = Field(
        (), max_length=20, description="Files of templates whose parts this file calls."
    )
    tests: tuple[TestCase, ...] = Field((), description="Calls that `python -m ivr test` plays.")

    @field_validator("people")
    @classmethod
    def _no_person_called_agency(cls, people: dict[str, Person]) -> dict[str, Person]:
        if AGENCY in people:
            raise ValueError(f"'{AGENCY}' is the agency itself; choose another short name")
        return people


class TemplateFile(Part):
    """A part of a flow that clients share: a subflow with declared inputs."""

    template: TemplateName = Field(description="The template's name, as `call` gives it.")
    about: str = Field("", description="What it does, in words.")
    inputs: dict[VariableKey, DeclaredInput] = Field(
        default_factory=dict, description="What a client gives it, by name."
    )
    outputs: dict[VariableKey, DeclaredOutput] = Field(
        default_factory=dict, description="What the template hands back to the node that uses it."
    )

    @field_validator("outputs")
    @classmethod
    def _each_name_once(cls, outputs: dict[str, Output], info: ValidationInfo) -> dict[str, Output]:
        declared = {**info.data.get("vars", {}), **info.data.get("inputs", {})}
        message = "an output is a variable of its own; it is not declared again"
        faults: list[tuple[Path, str]] = [((n,), message) for n in outputs if n in declared]
        if faults:
            raise Faults(faults)
        return outputs
