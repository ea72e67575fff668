"""What the call engine asks for: verbs for the carrier, effects for the rest of the system.

Verbs say what the caller hears next; the carrier adapter renders them as TwiML and adds the
URLs. Effects are to be carried out before the verbs are sent; each may be carried out twice
without harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text` in the carrier's `voice` and `language` (BCP 47)."""

    text: str
    voice: str
    language: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play an audio file, named by its path below our public URL or by a whole URL.

    `music` is played only so that nobody waits in silence.
    """

    url: str
    music: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Say nothing for `seconds`."""

    seconds: int


Prompt = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class Listen:
    """Play `prompts` and listen for keys, and for words if `speech` is set.

    `digits` ends the input at that many keys (None: until `finish_on_key` or silence).
    `timeout` is the seconds of silence, after the prompts, that count as no input.
    `hints` are words the recogniser should expect. With `live` we listen too, word by word
    (`Kind.live` says for which); whoever hears an answer first has it. On `hold` nothing is asked
    of the caller: they wait, and may press a key meanwhile.
    """

    prompts: tuple[Prompt, ...]
    digits: int | None = None
    finish_on_key: str = "#"
    timeout: int = 5
    speech: bool = False
    hints: tuple[str, ...] = ()
    language: str = "en-GB"
    live: bool = False
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller after a tone, for at most `max_seconds`.

    Recording ends at `finish_on_key` or after `silence` seconds without sound. `kind` is the
    kind of job that the message opens.
    """

    max_seconds: int
    kind: str
    silence: int = 5
    finish_on_key: str = "#"


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring one telephone `number` (E.164) for `ring_seconds`.

    With `whisper`, the person who answers hears it first; with `accept_key`, they must press
    that key before they are connected.
    """

    number: str
    ring_seconds: int
    whisper: str | None = None
    accept_key: str | None = None
    language: str = "en-GB"
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Conference:
    """Join the conference `room`, where an operator is, until the conversation is over.

    It is `recorded` where the caller has been told so.
    """

    room: str
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Continue:
    """Ask at once what comes next: a turn that waits for nothing, as while on hold."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call.

    With `refusal`, a call that has not been answered is refused instead, so that it costs nothing.
    """

    refusal: Literal["busy", "rejected"] | None = None


Verb = Prompt | Listen | Record | Dial | Conference | Continue | Hangup


@dataclass(frozen=True, slots=True)
class KeepMessage:
    """Make a durable record of a message the caller has left.

    `recording_url` is where the audio will be. `fields` holds what the flow collected before
    (name, reason, …).
    """

    recording_sid: str
    seconds: int
    kind: str
    node: str
    recording_url: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Secret:
    """What must not stand in a flow file: the edge knows the client's secret of this `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask another system; what it answers is the event of a later turn.

    `url` is complete and encoded. `send` is the JSON body of a POST. Each of the two tries may
    take `timeout` seconds.
    """

    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    send: Mapping[str, str | int | float | bool] | None = None
    timeout: int = 4


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a text message to the number `to` (E.164), from the number that was dialled."""

    to: str
    body: str
    node: str


@dataclass(frozen=True, slots=True)
class RoutingTier:
    """Operators to whom a waiting caller is offered for `lasts` seconds before a wider circle is:
    those with all these `skills`, and of these `operators` where any are named."""

    lasts: int
    skills: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RoutingTier:
        """The circle of which `asdict` made `data`."""
        return cls(data["lasts"], tuple(data["skills"]), tuple(data["operators"]))


@dataclass(frozen=True, slots=True)
class WaitTerms:
    """On what terms a caller waits for an operator: as they were when the caller joined.

    `priority` is 0 to 10, each step a head start; `skills` are those that an operator must have;
    `max_wait` is in seconds, as is `wrap_up`, the operator's time after the call; `circles` come
    before everybody else, the narrowest first. Where `max_before` callers or more would be served
    before them, they do not join. With `estimate` the expected wait is asked for. `recorded` says
    whether the conversation is to be.
    """

    priority: int
    skills: tuple[str, ...]
    max_wait: int
    circles: tuple[RoutingTier, ...] = ()
    wrap_up: int = 0
    max_before: int | None = None
    estimate: bool = False
    recorded: bool = False

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> WaitTerms:
        """The terms of which `asdict` made `data`."""
        circles = tuple(RoutingTier.from_data(each) for each in data["circles"])
        return cls(**{**data, "skills": tuple(data["skills"]), "circles": circles})


@dataclass(frozen=True, slots=True)
class PromiseCallBack:
    """Promise to call the caller back on `number` (E.164) when their turn comes.

    They keep the place in the queue that they have had since `joined_at` (aware) on `terms`. They
    are called up to `tries` times, `after` seconds apart, within the `hours` of a calendar of the
    client if one is named. `fields` are what the operator should know, as in a message.
    """

    number: str
    name: str
    node: str
    joined_at: datetime
    terms: WaitTerms
    tries: int
    after: int
    hours: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


Effect = KeepMessage | Ask | SendText | PromiseCallBack
