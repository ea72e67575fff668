"""What every kind of node is, what it may know of the call, and what it may answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ivr.core.availability.standing import AS_USUAL, Availability
from ivr.core.call.events import Event
from ivr.core.call.instructions import Effect, Play, Prompt, Say, Verb, WaitTerms
from ivr.core.flow import placeholders
from ivr.core.flow.calendars import DAYS
from ivr.core.flow.conditions import PERSON
from ivr.core.flow.document import Retry
from ivr.core.flow.flow import Flow, Place
from ivr.core.flow.node import Exit, Node
from ivr.core.flow.types import Value
from ivr.core.flow.utterance import Spoken, Utterance
from ivr.core.flow.variables import typed
from ivr.core.language import dates, times, values
from ivr.core.language.phrases import Phrases, phrases
from ivr.core.nodes.live import Live
from ivr.core.secret_value import SecretValue, revealed


@dataclass(frozen=True, slots=True)
class Stay:
    """The call stays at this node; the caller hears `verbs`, and the next event comes here.

    `attempt` counts failed answers; `memory` is what the node wants to know next time.
    `terms` are set for as long as the caller is in the operator queue. `effects` are carried out
    as those of `Leave` are.
    """

    verbs: tuple[Verb, ...]
    attempt: int = 0
    memory: Mapping[str, Value] = field(default_factory=dict)
    terms: WaitTerms | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """The call leaves by `exit`, after `verbs`. `values` are variables by full name.

    With `to`, somebody's status leads the call to that node (by full name) instead.
    """

    exit: str
    verbs: tuple[Verb, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    to: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The call ends after `verbs`; `outcome` says how, in the records."""

    verbs: tuple[Verb, ...] = ()
    effects: tuple[Effect, ...] = ()
    outcome: str = "completed"


Step = Stay | Leave | End


@dataclass(frozen=True, slots=True)
class NodeContext:
    """What a node may know about the call. `now` is in the client's time zone.

    `waiting_since` is when the caller joined the operator queue, while they wait there. `standing`
    is how the client's people stand.
    """

    flow: Flow[Kind]
    place: Place[Kind]
    now: datetime
    caller: str | None
    called: str
    variables: Mapping[str, Value]
    attempt: int = 0
    memory: Mapping[str, Value] = field(default_factory=dict)
    waiting_since: datetime | None = None
    standing: Availability = AS_USUAL

    @property
    def waited(self) -> float:
        """Seconds since the caller joined the queue; 0 where they do not wait."""
        return (self.now - self.waiting_since).total_seconds() if self.waiting_since else 0.0

    @property
    def phrases(self) -> Phrases:
        """The sentences of the client's language."""
        return phrases(self.flow.client.language)

    def value(self, name: str) -> Value:
        """The variable that is called `name` where this node stands."""
        full = self.place.scope.full(name)
        # A call that began with an earlier version of the file lacks what is new in it.
        return self.variables[full] if full in self.variables else self.flow.variables[full]

    def said(self, name: str) -> str:
        """The variable's value as it is said."""
        return values.say(self._type(name), self.value(name), self.phrases, self.now.date())

    def _type(self, name: str) -> str:
        return self.place.scope.types[name]

    def values(self) -> dict[str, Value]:
        """Every variable that counts where this node stands, by its local name, for conditions:
        secrets too, as a condition says nothing of them but whether it holds."""
        return {name: revealed(self.value(name)) for name in self.place.scope.types}

    def facts(self) -> dict[str, dict[str, Value]]:
        """The known facts of the call, for conditions."""
        ringing = self.flow.ringing(self.caller)
        return {
            "caller": {
                "number": self.caller or "",
                "withheld": self.caller is None,
                "kind": ringing.kind,
                "known": ringing.known,
                "name": ringing.name,
            },
            "called": {"number": self.called},
            "now": {
                "date": f"{self.now:%Y-%m-%d}",
                "time": f"{self.now:%H:%M}",
                "weekday": DAYS[self.now.weekday()],
            },
            **{f"{PERSON}.{name}": self._person(name) for name in self.flow.people},
        }

    def _person(self, name: str) -> dict[str, Value]:
        kind = self.standing.of(name)
        return {"available": kind is None, "status": kind.value if kind else ""}

    def text(self, text: str) -> str:
        """`text` with its placeholders filled, to be said."""
        return placeholders.fill(text, self._spoken)

    def written(self, text: str) -> str:
        """`text` with its placeholders filled, to be read by people."""
        return placeholders.fill(text, self._written)

    def assigned(self, kind: str, text: str) -> Value:
        """The value of type `kind` that `text` gives a variable; the file's check has tried it."""
        name = placeholders.only_name(text)
        value = self.value(name) if name and name in self.place.scope.types else None
        if isinstance(value, SecretValue):
            return value
        if kind == "string":
            return str(placeholders.fill(text, self._written))
        return typed(kind, text) if value is None else value

    def say(self, text: str) -> Say:
        """`text`, filled, in the client's voice."""
        client = self.flow.client
        return Say(self.text(text), client.voice, client.language)

    def prompts(self, spoken: Spoken) -> tuple[Prompt, ...]:
        """What the file gives the caller to hear."""
        return tuple(self._prompt(utterance) for utterance in spoken)

    def _prompt(self, utterance: Utterance) -> Prompt:
        if utterance.audio is None:
            client = self.flow.client
            words = self.text(utterance.text or "")
            return Say(words, utterance.voice or client.voice, client.language)
        return Play(self.audio_url(utterance.audio))

    def audio_url(self, name: str) -> str:
        """Where one of the client's audio files is."""
        audio = self.flow.audio[name]
        return f"/media/audio/{self.flow.client_id}/{audio.digest}/{audio.name}"

    def phrase(self, name: str, **values: str) -> Say:
        """One of Tango's own sentences, in the client's voice."""
        text = placeholders.fill(self.phrases[name], values.__getitem__)
        client = self.flow.client
        return Say(text, client.voice, client.language)

    def _written(self, name: str) -> str:
        """As `_spoken`, but numbers of telephones stay as they are dialled."""
        match name:
            case "caller.number":
                return self.caller or ""
            case "called.number":
                return self.called
            case _ if name in self.place.scope.types:
                return values.write(self._type(name), self.value(name), self.phrases)
            case "now.date":
                return dates.write(self.now.date(), self.phrases)
            case "now.time":
                return times.write(self.now.time(), self.phrases)
            case _:
                return self._spoken(name)

    def _number(self, number: str) -> str:
        return values.phone(number, self.phrases)

    def _spoken(self, name: str) -> str:
        match name:
            case "client.name":
                return self.flow.client.name
            case "client.say_as":
                return self.flow.spoken_name
            case "caller.number":
                return self._number(self.caller) if self.caller else self.phrases["withheld"]
            case "caller.name":
                return self.flow.ringing(self.caller).name
            case "called.number":
                return self._number(self.called)
            case "daypart":
                return self.phrases.daypart(self.now.hour)
            case "now.date":
                return dates.say(self.now.date(), self.now.date(), self.phrases)
            case "now.time":
                return times.say(self.now.time(), self.phrases)
            case "now.weekday":
                return dates.weekday(self.now.date(), self.phrases)
            case _:
                return self.said(name)


class Kind(Node):
    """A node that can be run. Both methods are pure."""

    @abstractmethod
    def enter(self, situation: NodeContext) -> Step:
        """The call comes to this node."""

    def resume(self, situation: NodeContext, event: Event) -> Step:
        """Something happened while the call stayed here.

        An event that the node does not expect does no harm: the node begins again.
        """
        return self.enter(situation)

    @property
    def takes_secret(self) -> bool:
        """Whether what is given here must not be kept where people read it."""
        return False

    @property
    def listens_live(self) -> bool:
        """Whether the file asks for live words here."""
        return False

    def live(self, situation: NodeContext) -> Live | None:
        """What is listened for live while the call stays here; None where nothing is."""
        return None


def retry_exit(kind: str, own: Retry | None) -> Exit:
    """The way out that `ask_again` may take for `kind`."""
    target = own.next if own else None
    return Exit(kind, target, (kind, "next"), default=None if own else kind, optional=True)


@dataclass(frozen=True, slots=True)
class Again:
    """The question is to be put again, with `prompts`."""

    prompts: tuple[Prompt, ...]
    attempt: int


def ask_again(
    situation: NodeContext,
    kind: str,
    own: Retry | None,
    question: tuple[Prompt, ...],
    retries: int | None = None,
    says: tuple[Prompt, ...] = (),
) -> Again | Leave:
    """What follows a failed answer.

    `kind` is `no_input` or `no_match`, `own` the node's setting for it, `question` what asks
    again, `retries` how often (None: as the defaults say). `says` is what the caller hears in any
    case, in place of the node's own words.
    """
    defaults = situation.place.scope.defaults
    retry = own or getattr(defaults, kind)
    allowed = defaults.retries if retries is None else retries
    if (retry is None or retry.say) and situation.attempt < allowed:
        own_words = situation.prompts(retry.say) if retry and retry.say else None
        said = own_words or (situation.phrase(kind),)
        return Again((*(says or said), *question), situation.attempt + 1)
    return Leave(kind if retry and retry.next else "give_up", says)
