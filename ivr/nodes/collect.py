"""`collect`: the caller gives a value, by key or by voice, into a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from ivr.events import Event, Pressed, Silence, Spoke
from ivr.flow.document import RetryOrNode
from ivr.flow.node import Exit, Write
from ivr.flow.phrases import Phrases
from ivr.flow.types import Duration, NodeName, Text, Value, VariableName, parse_phone
from ivr.instructions import Listen, Prompt
from ivr.nodes import spoken
from ivr.nodes.base import Kind, Leave, Situation, Stay, Step, ask_again, retry_exit
from ivr.nodes.menu import contains


def _length(value: Any) -> Any:
    """`6` or `4-8` → (least, most)."""
    if isinstance(value, tuple):
        return value
    match = re.fullmatch(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?", str(value))
    if not match:
        raise ValueError(f"'{value}' is not a number of digits; write 6 or 4-8")
    least, most = int(match[1]), int(match[2] or match[1])
    if not 1 <= least <= most:
        raise ValueError(f"'{value}' does not run from a smaller to a larger number")
    return least, most


MAX_WORDS = 1000
"""Characters that are kept of what a caller says."""

_VARIABLE_TYPES = {
    "digits": ("string", "number"),
    "phone": ("string",),
    "yes_no": ("yes_no",),
    "speech": ("string",),
}


class Collect(Kind):
    """Ask for a value; with `confirm`, read it back and let the caller correct it."""

    verb: ClassVar[str] = "collect"
    example: ClassVar[str] = """\
number:
  collect: "Please key in your patient number, then hash."
  type: digits
  length: 4-6
  into: patient
  confirm: yes
  give_up: take_message
  next: operators
"""
    collect: Text = Field(description="The question.")
    into: VariableName = Field(description="The variable that holds the answer.")
    type: Literal["digits", "phone", "yes_no", "speech"] = Field(
        "digits", description="What is asked for."
    )
    length: Annotated[tuple[int, int], BeforeValidator(_length)] = Field(
        (1, 20), description="How many digits, such as `6` or `4-8`."
    )
    confirm: bool = Field(
        False, description="Whether the answer is read back and can be corrected."
    )
    timeout: Duration = Field(5, ge=1, le=60, description="How long to wait for an answer.")
    retries: int | None = Field(
        None, ge=0, le=9, description="How often it is asked again; default: as `defaults` says."
    )
    no_input: RetryOrNode | None = Field(
        None, description="What happens when the caller says nothing."
    )
    no_match: RetryOrNode | None = Field(
        None, description="What happens when the answer is not of the type."
    )
    give_up: NodeName | None = Field(
        None, description="Where the call goes after the retries; default: defaults.give_up."
    )
    next: NodeName | None = Field(None, description="Where the call goes with the answer.")

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next", by_caller=True)
        yield retry_exit("no_input", self.no_input)
        yield retry_exit("no_match", self.no_match)
        yield self.exit("give_up", default="give_up")

    def writes(self) -> Iterator[Write]:
        yield Write(self.into, ("into",), types=_VARIABLE_TYPES[self.type])

    def enter(self, situation: Situation) -> Stay:
        return self._ask((situation.say(self.collect),), situation, 0)

    def resume(self, situation: Situation, event: Event) -> Step:
        # In another version of the file the node may ask for something else.
        same = situation.memory.get("type") == self.type
        heard = situation.memory.get("heard") if same else None
        match event:
            case Pressed() | Spoke():
                if heard is not None:
                    return self._confirmed(heard, event, situation)
                return self._given(self._value(event, situation), situation)
            case Silence() if heard is not None:
                return self._read_back(heard, situation, "no_input")
            case Silence():
                return self._again("no_input", situation)
            case _:
                return self.enter(situation)

    def _given(self, value: Value | None, situation: Situation) -> Step:
        if value is None:
            return self._again("no_match", situation)
        if self.confirm:
            return self._confirmation(value, situation, (), situation.attempt)
        return self._done(value, situation)

    def _done(self, value: Value, situation: Situation) -> Leave:
        scope = situation.place.scope
        if scope.types[self.into] == "number":
            value = int(value)
        return Leave("next", values={scope.full(self.into): value})

    def _confirmed(self, heard: Value, event: Pressed | Spoke, situation: Situation) -> Step:
        answer = yes_or_no(event, situation)
        if answer is None:
            return self._read_back(heard, situation, "no_match")
        return self._done(heard, situation) if answer else self._corrected(situation)

    def _corrected(self, situation: Situation) -> Step:
        """The caller says that it was heard wrongly: ask again, as often as `retries` allows."""
        allowed = situation.place.scope.defaults.retries if self.retries is None else self.retries
        if situation.attempt >= allowed:
            return Leave("give_up")
        question = (situation.phrase("once_more"), situation.say(self.collect))
        return self._ask(question, situation, situation.attempt + 1)

    def _read_back(self, heard: Value, situation: Situation, kind: str) -> Step:
        """The read-back was not answered: read it back again, as often as `retries` allows."""
        step = ask_again(situation, kind, self._own(kind), (), self.retries)
        if isinstance(step, Leave):
            return step
        return self._confirmation(heard, situation, step.prompts, step.attempt)

    def _confirmation(
        self, value: Value, situation: Situation, before: tuple[Prompt, ...], attempt: int
    ) -> Stay:
        said = spoken.value(value, situation.phrases)
        if self.type == "digits":
            said = spoken.digits(str(value))
        question = situation.phrase("read_back", value=said)
        words = (*situation.phrases.listed("yes"), *situation.phrases.listed("no"))
        listen = Listen(
            (*before, question),
            digits=1,
            timeout=self.timeout,
            speech=True,
            hints=words,
            language=situation.flow.client.language,
        )
        return Stay((listen,), attempt=attempt, memory={"heard": value, "type": self.type})

    def _again(self, kind: str, situation: Situation) -> Step:
        question = (situation.say(self.collect),)
        step = ask_again(situation, kind, self._own(kind), question, self.retries)
        if isinstance(step, Leave):
            return step
        return self._ask(step.prompts, situation, step.attempt)

    def _own(self, kind: str) -> Any:
        return self.no_input if kind == "no_input" else self.no_match

    def _ask(self, prompts: tuple[Prompt, ...], situation: Situation, attempt: int) -> Stay:
        least, most = self.length
        fixed = most if self.type == "digits" and least == most else None
        listen = Listen(
            prompts,
            digits=1 if self.type == "yes_no" else fixed,
            timeout=self.timeout,
            speech=True,
            hints=situation.phrases.listed("digits") if self.type in ("digits", "phone") else (),
            language=situation.flow.client.language,
        )
        return Stay((listen,), attempt=attempt)

    def _value(self, event: Pressed | Spoke, situation: Situation) -> Value | None:
        """What the caller gave, in the variable's type; None where it is not such a value."""
        if self.type == "yes_no":
            return yes_or_no(event, situation)
        if self.type == "speech":
            return event.words.strip()[:MAX_WORDS] or None if isinstance(event, Spoke) else None
        digits = (
            event.keys
            if isinstance(event, Pressed)
            else spoken_digits(event.words, situation.phrases)
        )
        if self.type == "phone":
            return _phone(digits)
        least, most = self.length
        return digits if digits.isdecimal() and least <= len(digits) <= most else None


def yes_or_no(event: Pressed | Spoke, situation: Situation) -> bool | None:
    """1 or yes, 2 or no; None for anything else."""
    if isinstance(event, Pressed):
        return {"1": True, "2": False}.get(event.keys[:1])
    if any(contains(event.words, word) for word in situation.phrases.listed("no")):
        return False
    if any(contains(event.words, word) for word in situation.phrases.listed("yes")):
        return True
    return None


def spoken_digits(words: str, phrases: Phrases) -> str:
    """`oh one six, 3 double two` → `016322`: the digits in what was said, in order."""
    values = {name: str(digit) for digit, name in enumerate(phrases.listed("digits"))}
    values |= dict.fromkeys(phrases.listed("zero"), "0")
    repeats = {name: count for count, name in enumerate(phrases.listed("repeat"), start=2)}
    found, times = [], 1
    for word in re.findall(r"\w+", words.lower()):
        digits = word if word.isascii() and word.isdecimal() else values.get(word, "")
        found.append(digits[:1] * (times - 1) + digits)
        times = repeats.get(word, 1)
    return "".join(found)


def _phone(digits: str) -> str | None:
    try:
        return parse_phone(digits)
    except ValueError:
        return None
