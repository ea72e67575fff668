"""`menu`: the caller chooses by key or by word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ivr.events import Event, Pressed, Silence, Spoke
from ivr.flow.document import RetryOrNode
from ivr.flow.node import Exit
from ivr.flow.types import Duration, Model, NodeName, OneOrMany, Text
from ivr.instructions import Listen, Prompt
from ivr.nodes.base import Kind, Leave, Situation, Stay, Step, ask_again, retry_exit
from ivr.nodes.set import Assignments, assigned


class Choice(Model):
    """One choice: taken by its key, or by any of its words."""

    key: Annotated[str | None, Field(pattern=r"^[0-9*#]$")] = None
    words: Annotated[tuple[str, ...], OneOrMany] = ()
    set: Assignments = Field(default_factory=dict)
    next: NodeName

    @property
    def label(self) -> str:
        """What the choice is called where its way out is named."""
        return self.key or self.words[0]


def _reachable(value: object) -> object:
    for choice in value if isinstance(value, list) else ():
        if isinstance(choice, dict) and not (choice.get("key") or choice.get("words")):
            raise ValueError("a choice needs a key, words, or both")
    return value


class Menu(Kind):
    """Ask, and go where the caller's key or word leads."""

    verb: ClassVar[str] = "menu"
    menu: Text
    choices: Annotated[tuple[Choice, ...], BeforeValidator(_reachable)] = Field(min_length=1)
    timeout: Duration = Field(5, ge=1, le=60)
    retries: int | None = Field(None, ge=0, le=9)
    no_input: RetryOrNode | None = None
    no_match: RetryOrNode | None = None
    give_up: NodeName | None = None

    def exits(self) -> Iterator[Exit]:
        for index, choice in enumerate(self.choices):
            yield Exit(choice.label, choice.next, ("choices", index, "next"), by_caller=True)
        yield retry_exit("no_input", self.no_input)
        yield retry_exit("no_match", self.no_match)
        yield self.exit("give_up", default="give_up")

    def written(self) -> Collection[str]:
        return {name for choice in self.choices for name in choice.set}

    def enter(self, situation: Situation) -> Stay:
        return Stay((self._listen((situation.say(self.menu),), situation),))

    def resume(self, situation: Situation, event: Event) -> Step:
        match event:
            case Pressed(keys):
                choice = next((c for c in self.choices if c.key == keys[:1]), None)
                return self._chosen(choice, situation)
            case Spoke(words):
                return self._chosen(self._spoken(words, situation), situation)
            case Silence():
                return self._again("no_input", situation)
            case _:
                return self.enter(situation)

    def _chosen(self, choice: Choice | None, situation: Situation) -> Step:
        if choice is None:
            return self._again("no_match", situation)
        return Leave(choice.label, values=assigned(choice.set, situation))

    def _again(self, kind: str, situation: Situation) -> Step:
        own = self.no_input if kind == "no_input" else self.no_match
        step = ask_again(situation, kind, own, (situation.say(self.menu),), self.retries)
        if isinstance(step, Leave):
            return step
        return Stay((self._listen(step.prompts, situation),), attempt=step.attempt)

    def _listen(self, prompts: tuple[Prompt, ...], situation: Situation) -> Listen:
        words = tuple(word for choice in self.choices for word in choice.words)
        return Listen(
            prompts,
            digits=1,
            finish_on_key="",
            timeout=self.timeout,
            speech=bool(words),
            hints=words,
            language=situation.flow.client.language,
        )

    def _spoken(self, said: str, situation: Situation) -> Choice | None:
        """The choice whose longest word or phrase is in what was said; else a spoken digit."""
        found = [
            (len(word), -index, choice)
            for index, choice in enumerate(self.choices)
            for word in choice.words
            if contains(said, word)
        ]
        if found:
            return max(found, key=lambda entry: entry[:2])[2]
        for digit, word in enumerate(situation.phrases.listed("digits")):
            if contains(said, word) or contains(said, str(digit)):
                return next((c for c in self.choices if c.key == str(digit)), None)
        return None


def contains(said: str, phrase: str) -> bool:
    """Whether the words of `phrase` follow one another in `said`, whatever the case or marks."""
    return f" {_plain(phrase)} " in f" {_plain(said)} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower()))
