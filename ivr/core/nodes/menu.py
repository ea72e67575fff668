"""`menu`: the caller chooses by key or by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from ivr.core.call.events import CardNumber, Event, Pressed, Silence, Spoke
from ivr.core.call.instructions import Listen, Prompt
from ivr.core.flow.document import RetryOrNode
from ivr.core.flow.node import Exit, Write
from ivr.core.flow.types import (
    Duration,
    Faults,
    Model,
    NodeName,
    OneOrMany,
    SpokenWord,
    TelephoneKey,
)
from ivr.core.flow.utterance import Spoken
from ivr.core.nodes.base import Kind, Leave, NodeContext, Stay, Step, ask_again, retry_exit
from ivr.core.nodes.live import Live, WorkerRecognisers
from ivr.core.nodes.set import Assignments, assigned, assignments


def _sayable(word: SpokenWord) -> SpokenWord:
    if not _plain(word):
        raise ValueError(f"'{word}' cannot be said; write letters or digits")
    return word


class Choice(Model):
    """One choice: taken by its key, or by any of its words."""

    key: TelephoneKey | None = Field(None, description="The key that takes it: one of 0-9 * #.")
    words: Annotated[tuple[Annotated[SpokenWord, AfterValidator(_sayable)], ...], OneOrMany] = (
        Field((), max_length=50, description="What the caller may say to take it.")
    )
    set: Assignments = Field(
        default_factory=dict, description="Variables that get a value on the way."
    )
    next: NodeName = Field(description="Where the call goes.")

    @property
    def label(self) -> str:
        """What the choice is called where its way out is named."""
        return self.key or f'"{self.words[0]}"'


def _reachable(value: object) -> object:
    without = [
        index
        for index, choice in enumerate(value if isinstance(value, list) else ())
        if isinstance(choice, dict) and not (choice.get("key") or choice.get("words"))
    ]
    if without:
        raise Faults([((index,), "a choice needs a key, words, or both") for index in without])
    return value


class Menu(Kind):
    """Ask, and go where the caller's key or word leads."""

    verb: ClassVar[str] = "menu"
    example: ClassVar[str] = """\
main:
  menu: "For a booking, press 1, or say booking. For anything else, press 2."
  choices:
    - {key: "1", words: [booking, appointment], set: {reason: booking}, next: operators}
    - {key: "2", next: operators}
  timeout: 7s
  no_match: {say: "Please press 1 or 2."}
  give_up: take_message
"""
    menu: Spoken = Field(description="The question: words, an audio file, or a list of both.")
    choices: Annotated[tuple[Choice, ...], BeforeValidator(_reachable)] = Field(
        min_length=1, max_length=50, description="What can be chosen."
    )
    listen: WorkerRecognisers = "carrier"
    timeout: Duration = Field(5, ge=1, le=60, description="How long to wait for an answer.")
    retries: int | None = Field(
        None, ge=0, le=9, description="How often it is asked again; default: as `defaults` says."
    )
    no_input: RetryOrNode | None = Field(
        None, description="What happens when the caller says nothing."
    )
    no_match: RetryOrNode | None = Field(
        None, description="What happens when the answer is none of the choices."
    )
    give_up: NodeName | None = Field(
        None, description="Where the call goes after the retries; default: defaults.give_up."
    )

    def exits(self) -> Iterator[Exit]:
        for index, choice in enumerate(self.choices):
            yield Exit(choice.label, choice.next, ("choices", index, "next"), by_caller=True)
        yield retry_exit("no_input", self.no_input)
        yield retry_exit("no_match", self.no_match)
        yield self.exit("give_up", default="give_up")

    def writes(self) -> Iterator[Write]:
        for index, choice in enumerate(self.choices):
            yield from assignments(choice.set, ("choices", index, "set"))

    def enter(self, situation: NodeContext) -> Stay:
        return Stay((self._listen(situation.prompts(self.menu), situation),))

    def resume(self, situation: NodeContext, event: Event) -> Step:
        match event:
            case Pressed(keys):
                choice = next((c for c in self.choices if c.key == keys[:1]), None)
                return self._chosen(choice, situation)
            case Spoke(words):
                return self._chosen(self._spoken(words, situation), situation)
            case CardNumber():
                return self._again("no_match", situation, (situation.phrase("no_cards"),))
            case Silence():
                return self._again("no_input", situation)
            case _:
                return self.enter(situation)

    @property
    def listens_live(self) -> bool:
        return self.listen == "live"

    def live(self, situation: NodeContext) -> Live | None:
        keys = [choice.key for choice in self.choices if choice.key and choice.key.isdecimal()]
        names = [situation.phrases.digits[int(key)] for key in keys]
        phrases = (*self._words(), *names)
        if not (self.listens_live and phrases):
            return None
        return Live(phrases, lambda said: self._spoken(said, situation) is not None)

    def _chosen(self, choice: Choice | None, situation: NodeContext) -> Step:
        if choice is None:
            return self._again("no_match", situation)
        return Leave(choice.label, values=assigned(choice.set, situation))

    def _again(self, kind: str, situation: NodeContext, says: tuple[Prompt, ...] = ()) -> Step:
        own = self.no_input if kind == "no_input" else self.no_match
        step = ask_again(situation, kind, own, situation.prompts(self.menu), self.retries, says)
        if isinstance(step, Leave):
            return step
        return Stay((self._listen(step.prompts, situation),), attempt=step.attempt)

    def _listen(self, prompts: tuple[Prompt, ...], situation: NodeContext) -> Listen:
        words, live = self._words(), self.live(situation) is not None
        return Listen(
            prompts,
            digits=1,
            finish_on_key="",
            timeout=self.timeout,
            speech=bool(words) or live,
            hints=words,
            language=situation.flow.client.language,
            live=live,
        )

    def _words(self) -> tuple[str, ...]:
        return tuple(word for choice in self.choices for word in choice.words)

    def _spoken(self, said: str, situation: NodeContext) -> Choice | None:
        """The choice whose longest word or phrase is in what was said; else a spoken digit."""
        found = [
            (len(word), -index, choice)
            for index, choice in enumerate(self.choices)
            for word in choice.words
            if contains(said, word)
        ]
        if found:
            return max(found, key=lambda entry: entry[:2])[2]
        names = situation.phrases.digits
        for choice in self.choices:
            key = choice.key or ""
            if key.isdecimal() and (contains(said, key) or contains(said, names[int(key)])):
                return choice
        return None


def contains(said: str, phrase: str) -> bool:
    """Whether the words of `phrase` follow one another in `said`, whatever the case or marks."""
    return f" {_plain(phrase)} " in f" {_plain(said)} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower().replace("’", "'")))
