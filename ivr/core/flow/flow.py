"""A checked flow: what the call engine runs. Immutable, and complete in itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ivr.core.flow.agreement import Duty, Retention
from ivr.core.flow.audio import AudioFile
from ivr.core.flow.calendars import Calendar
from ivr.core.flow.callers import OTHER, WITHHELD, Ringing
from ivr.core.flow.client import Client
from ivr.core.flow.document import Defaults
from ivr.core.flow.forms import Form
from ivr.core.flow.node import Node
from ivr.core.flow.people import Person
from ivr.core.flow.rotas import Rota
from ivr.core.flow.testcase import TestCase
from ivr.core.flow.types import Value

NodeT = TypeVar("NodeT", bound=Node)

LAST_RESORT = "tango.message"
LAST_GOODBYE = "tango.goodbye"

EMERGENCY = "emergency"
"""The kind of job that is an emergency without anybody saying so."""

MESSAGE = "message"
"""The kind of job that every client has."""

CALL_BACK = "callback"
"""The kind of job that a given-up call back opens, where the agreement has it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names count: the client's file, or one use of a template.

    `prefix` stands before the full name of every node and variable inside (`""` or
    `"after_hours/"`). `types` are the variables by their local names.
    """

    prefix: str
    types: Mapping[str, str]
    defaults: Defaults

    def full(self, name: str) -> str:
        """The full name of a variable declared here."""
        return self.prefix + name


@dataclass(frozen=True, slots=True)
class Place(Generic[NodeT]):
    """A node in its place: its full name, its ways out by name, where it stands in the file."""

    name: str
    node: NodeT
    scope: Scope
    exits: Mapping[str, str]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Flow(Generic[NodeT]):
    """A client's flow in one version.

    `version` is a hash of the files that it was made from; `texts` are these files, by their paths
    in the folder of client files. `variables` and `types` are the variables' first values and
    their types, by full name.
    """

    client_id: str
    version: str
    client: Client
    people: Mapping[str, Person]
    calendars: Mapping[str, Calendar]
    rotas: Mapping[str, Rota]
    agreement: Mapping[str, Duty]
    start: str
    places: Mapping[str, Place[NodeT]]
    variables: Mapping[str, Value]
    types: Mapping[str, str]
    tests: tuple[TestCase, ...]
    callers: Mapping[str, Ringing]
    audio: Mapping[str, AudioFile]
    texts: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    retention: Retention = field(default_factory=lambda: Retention.model_validate({}))

    def ringing(self, number: str | None) -> Ringing:
        """Who it is that rings from `number` (E.164), or with it withheld (None)."""
        return WITHHELD if number is None else self.callers.get(number, OTHER)

    @property
    def job_kinds(self) -> tuple[str, ...]:
        """The kinds of job that a call may leave open, `message` first."""
        return tuple(dict.fromkeys((MESSAGE, *self.agreement)))

    @property
    def call_back_kind(self) -> str:
        """The kind of job that a call back becomes where the caller could not be reached."""
        return CALL_BACK if CALL_BACK in self.agreement else MESSAGE

    @property
    def emergencies(self) -> frozenset[str]:
        """The kinds of job that are emergencies: `emergency`, and what is `urgent` to anybody."""
        return frozenset({EMERGENCY, *(k for p in self.people.values() for k in p.urgent)})

    @property
    def spoken_name(self) -> str:
        """The client's name as it is said."""
        return self.client.say_as or self.client.name

    @property
    def names(self) -> tuple[str, ...]:
        """What callers of this client name: its people, itself and its vocabulary, as written."""
        people = (person.name for person in self.people.values())
        return tuple(dict.fromkeys((*people, self.client.name, *self.client.vocabulary)))
