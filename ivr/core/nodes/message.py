"""`message`: the caller leaves a recorded message, which opens a job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from ivr.core.call.events import Event, Recorded, Silence
from ivr.core.call.instructions import Hangup, KeepMessage, Prompt, Record
from ivr.core.flow.flow import Flow
from ivr.core.flow.node import Exit
from ivr.core.flow.types import Duration, JobKind, Model, NodeName, Value
from ivr.core.flow.utterance import Spoken
from ivr.core.language import values
from ivr.core.language.phrases import phrases
from ivr.core.nodes.base import End, Kind, Leave, NodeContext, Stay, Step, ask_again


class MessageRecording(Model):
    """What the caller hears before the tone, and how long they may speak."""

    say: Spoken | None = Field(
        None,
        description="What the caller hears before the tone; default: a sentence of Tango.",
    )
    kind: JobKind = Field(JobKind("message"), description="The kind of job that the message opens.")
    record: Duration = Field(120, ge=5, le=3600, description="How long a message may be.")
    silence: Duration = Field(5, ge=2, le=30, description="The pause that ends it.")


def _words_alone(value: Any) -> Any:
    return {"say": value} if isinstance(value, str) else (value or {})


class TakeMessage(Kind):
    """Record what the caller says, and keep it for the person who owns messages of this kind."""

    verb: ClassVar[str] = "message"
    example: ClassVar[str] = """\
take_message:
  message: {say: "Please leave a message after the tone.", kind: message, record: 120s}
  next: done
"""
    message: Annotated[MessageRecording, BeforeValidator(_words_alone)] = Field(
        description="What is asked, and how long it may take."
    )
    next: NodeName | None = Field(None, description="Where the call goes after the message.")
    empty: NodeName | None = Field(
        None, description="Where the call goes if nothing is said; default: 'next'."
    )

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next", by_caller=True)
        yield Exit("empty", self.empty or self.next, ("empty" if self.empty else "next",))

    def enter(self, situation: NodeContext) -> Stay:
        return self._record(situation, self._question(situation), 0)

    def resume(self, situation: NodeContext, event: Event) -> Step:
        match event:
            case Recorded(hung_up=hung_up):
                effects = (self._keep(event, situation),)
                return End((Hangup(),), effects) if hung_up else Leave("next", effects=effects)
            case Silence():
                return self._again(situation)
            case _:
                return self.enter(situation)

    def _again(self, situation: NodeContext) -> Step:
        step = ask_again(situation, "no_input", None, self._question(situation))
        if isinstance(step, Leave):
            return Leave("empty")
        return self._record(situation, step.prompts, step.attempt)

    def _question(self, situation: NodeContext) -> tuple[Prompt, ...]:
        said = self.message.say
        return situation.prompts(said) if said else (situation.phrase("leave_message"),)

    def _record(self, situation: NodeContext, prompts: tuple[Prompt, ...], attempt: int) -> Stay:
        settings = self.message
        record = Record(settings.record, settings.kind, settings.silence)
        return Stay((*prompts, record), attempt=attempt)

    def _keep(self, event: Recorded, situation: NodeContext) -> KeepMessage:
        return KeepMessage(
            event.recording_sid,
            event.seconds,
            self.message.kind,
            situation.place.name,
            event.recording_url,
            known_fields(situation.flow, situation.variables),
        )


def known_fields(flow: Flow[Kind], variables: Mapping[str, Value]) -> Mapping[str, str]:
    """What the client's own variables hold, for the person who goes on with the matter."""
    own = {n: v for n, v in variables.items() if "/" not in n}
    words = phrases(flow.client.language)
    return {
        name: values.write(flow.types.get(name, "string"), value, words)
        for name, value in own.items()
        if value not in ("", False)
    }
