"""`collect`: the caller gives a value, by key or by voice, into a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ivr.core.call.events import CardNumber, Event, Pressed, Silence, Spoke
from ivr.core.call.instructions import Listen, Prompt
from ivr.core.flow.document import RetryOrNode
from ivr.core.flow.node import Exit, Write
from ivr.core.flow.types import Duration, Faults, NodeName, Path, Value, VariableName
from ivr.core.flow.utterance import Spoken
from ivr.core.language import dates, values
from ivr.core.nodes.answers import (
    VARIABLE_TYPES,
    Answer,
    DateContext,
    certain,
    understood,
    yes_or_no,
)
from ivr.core.nodes.base import Kind, Leave, NodeContext, Stay, Step, ask_again, retry_exit
from ivr.core.nodes.live import (
    LIVE_TYPES,
    LONG_PAUSE,
    SHORT_PAUSE,
    Live,
    WorkerRecognisers,
    live_phrases,
)
from ivr.core.secret_value import SecretValue

STAR = "*"
"""The key that takes a caller out of a question, as in most menus it takes them back."""

SHORTEST_CARD = 13
"""Digits from which on an answer may be a card number (ISO/IEC 7812)."""


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


class Collect(Kind):
    """Ask for a value; with `confirm`, read it back and let the caller correct it.

    A star alone takes the caller out of the question, by `give_up`.
    """

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
    collect: Spoken = Field(description="The question.")
    into: VariableName = Field(description="The variable that holds the answer.")
    type: Literal["digits", "phone", "yes_no", "date", "time", "money", "name", "speech"] = Field(
        "digits", description="What is asked for; `speech` is whatever the caller says."
    )
    length: Annotated[tuple[int, int], BeforeValidator(_length)] = Field(
        (1, 20), description="How many digits, such as `6` or `4-8`."
    )
    past: bool = Field(
        False,
        description="Of a date: `yes` where it lies behind us, such as a day of birth. "
        "Otherwise days that are over are not taken.",
    )
    least: float | None = Field(
        None, description="The smallest number or amount of money that is taken."
    )
    most: float | None = Field(
        None, description="The largest number or amount of money that is taken."
    )
    confirm: bool = Field(
        False, description="Whether the answer is read back and can be corrected."
    )
    secret: bool = Field(
        False,
        description="`yes` for a PIN and the like: it is dots wherever it would be seen, and never "
        "read back, not even with `confirm`. Conditions compare it, and an `http` node may send "
        "it. Digits that may be as long as a card number are dots in the timeline too.",
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
        None, description="What happens when the answer is not of the type."
    )
    give_up: NodeName | None = Field(
        None, description="Where the call goes after the retries; default: defaults.give_up."
    )
    next: NodeName | None = Field(None, description="Where the call goes with the answer.")

    @model_validator(mode="after")
    def _settings_of_the_type(self) -> Self:
        """Refuse a setting that would do nothing."""
        bounds = self.type in ("digits", "money")
        fits = {"length": self.type == "digits", "past": self.type == "date"}
        fits |= {"least": bounds, "most": bounds, "listen": self.type in LIVE_TYPES or self.confirm}
        faults: list[tuple[Path, str]] = [
            ((name,), f"'{name}' does nothing where the type is '{self.type}'")
            for name in fits
            if name in self.model_fields_set and not fits[name]
        ]
        if self.least is not None and self.most is not None and self.least > self.most:
            faults.append((("least",), "'least' is more than 'most'; no answer would be taken"))
        if faults:
            raise Faults(faults)
        return self

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next", by_caller=True)
        yield retry_exit("no_input", self.no_input)
        yield retry_exit("no_match", self.no_match)
        yield self.exit("give_up", default="give_up")

    def writes(self) -> Iterator[Write]:
        yield Write(self.into, ("into",), types=VARIABLE_TYPES[self.type])

    def enter(self, situation: NodeContext) -> Stay:
        return self._ask(situation.prompts(self.collect), situation, 0)

    def resume(self, situation: NodeContext, event: Event) -> Step:
        heard = self._heard(situation)
        match event:
            case Pressed(keys=keys) if keys == STAR:
                return Leave("give_up")
            case Pressed() | Spoke():
                if heard is not None:
                    return self._confirmed(heard, event, situation)
                sure = certain(self.type, event, situation.phrases)
                return self._given(self._value(event, situation), situation, sure)
            case CardNumber():
                return self._again("no_match", situation, (situation.phrase("no_cards"),))
            case Silence() if heard is not None:
                return self._read_back(heard, situation, "no_input")
            case Silence():
                return self._again("no_input", situation)
            case _:
                return self.enter(situation)

    @property
    def takes_secret(self) -> bool:
        asks_for_card = "length" in self.model_fields_set and self.length[1] >= SHORTEST_CARD
        return self.secret or asks_for_card

    @property
    def listens_live(self) -> bool:
        return self.listen == "live"

    def live(self, situation: NodeContext) -> Live | None:
        reads_back = self._heard(situation) is not None
        kind = "yes_no" if reads_back else self.type
        words = live_phrases(kind, situation.phrases)
        if not (self.listens_live and words):
            return None
        if kind == "yes_no":
            return Live(words, lambda said: yes_or_no(Spoke(said), situation.phrases) is not None)
        grows = kind in ("date", "phone") or self.length[0] != self.length[1]
        return Live(
            words,
            lambda said: self._is_sure(said, situation),
            exact=True,
            pause=LONG_PAUSE if grows else SHORT_PAUSE,
        )

    def _is_sure(self, said: str, situation: NodeContext) -> bool:
        answer = Spoke(said)
        sure = certain(self.type, answer, situation.phrases)
        return sure and self._value(answer, situation) is not None

    def _heard(self, situation: NodeContext) -> Value | None:
        """What is being read back, if anything is."""
        # In another version of the file the node may ask for something else.
        same = situation.memory.get("type") == self.type
        return situation.memory.get("heard") if same else None

    def _given(self, value: Value | None, situation: NodeContext, sure: bool) -> Step:
        if value is None:
            return self._again("no_match", situation)
        if self.secret:
            return self._done(value, situation) if sure else self._again("no_match", situation)
        if self.confirm or not sure:
            return self._confirmation(value, situation, (), situation.attempt)
        return self._done(value, situation)

    def _done(self, value: Value, situation: NodeContext) -> Leave:
        scope = situation.place.scope
        if self.type == "digits" and scope.types[self.into] == "number":
            value = int(value)
        kept = SecretValue(value) if self.secret else value
        return Leave("next", values={scope.full(self.into): kept})

    def _confirmed(self, heard: Value, answer: Answer, situation: NodeContext) -> Step:
        """Yes or no, or at once what is right: `no, the sixth`."""
        agreed = yes_or_no(answer, situation.phrases)
        corrected = self._correction(heard, answer, situation)
        if agreed and corrected in (None, heard):  # `right, it's the sixth` is no agreement
            return self._done(heard, situation)
        if corrected is not None:
            return self._corrected(corrected, situation)
        if agreed is None:
            return self._read_back(heard, situation, "no_match")
        return self._corrected(None, situation)

    def _correction(self, heard: Value, answer: Answer, situation: NodeContext) -> Value | None:
        """What is right, where the caller says it in place of yes or no."""
        key = isinstance(answer, Pressed) and len(answer.keys) == 1
        if key or self.type in ("yes_no", "name", "speech"):
            return None  # whatever is said would be a name
        month = date.fromisoformat(str(heard)) if self.type == "date" else None
        return self._value(answer, situation, month, wrong=str(heard))

    def _corrected(self, value: Value | None, situation: NodeContext) -> Step:
        """It was heard wrongly: read back `value` or ask again, as often as `retries` allows."""
        allowed = situation.place.scope.defaults.retries if self.retries is None else self.retries
        if situation.attempt >= allowed:
            return Leave("give_up")
        attempt = situation.attempt + 1
        if value is not None:
            return self._confirmation(value, situation, (), attempt)
        question = (situation.phrase("once_more"), *situation.prompts(self.collect))
        return self._ask(question, situation, attempt)

    def _read_back(self, heard: Value, situation: NodeContext, kind: str) -> Step:
        """The read-back was not answered: read it back again, as often as `retries` allows."""
        step = ask_again(situation, kind, self._own(kind), (), self.retries)
        if isinstance(step, Leave):
            return step
        return self._confirmation(heard, situation, step.prompts, step.attempt)

    def _confirmation(
        self, value: Value, situation: NodeContext, before: tuple[Prompt, ...], attempt: int
    ) -> Stay:
        question = situation.phrase("read_back", value=self._said(value, situation))
        words = (*situation.phrases.listed("yes"), *situation.phrases.listed("no"))
        listen = Listen(
            (*before, question),
            digits=1,
            timeout=self.timeout,
            speech=True,
            hints=words,
            language=situation.flow.client.language,
            live=self.listens_live,
        )
        return Stay((listen,), attempt=attempt, memory={"heard": value, "type": self.type})

    def _said(self, value: Value, situation: NodeContext) -> str:
        if self.type == "digits":
            return values.digits(str(value))
        if self.type == "phone":
            return values.phone(str(value), situation.phrases)
        kind = VARIABLE_TYPES[self.type][0]
        return values.say(kind, value, situation.phrases, situation.now.date())

    def _again(self, kind: str, situation: NodeContext, says: tuple[Prompt, ...] = ()) -> Step:
        question = situation.prompts(self.collect)
        step = ask_again(situation, kind, self._own(kind), question, self.retries, says)
        if isinstance(step, Leave):
            return step
        return self._ask(step.prompts, situation, step.attempt)

    def _own(self, kind: str) -> Any:
        return self.no_input if kind == "no_input" else self.no_match

    def _ask(self, prompts: tuple[Prompt, ...], situation: NodeContext, attempt: int) -> Stay:
        least, most = self.length
        fixed = most if self.type == "digits" and least == most else None
        listen = Listen(
            prompts,
            digits=1 if self.type == "yes_no" else fixed,
            timeout=self.timeout,
            speech=True,
            hints=self._hints(situation),
            language=situation.flow.client.language,
            live=self.listens_live and self.type in LIVE_TYPES,
        )
        return Stay((listen,), attempt=attempt)

    def _hints(self, situation: NodeContext) -> tuple[str, ...]:
        """Words that the carrier's recogniser should expect."""
        match self.type:
            case "digits" | "phone":
                return situation.phrases.digits
            case "date":
                return dates.hints(situation.phrases)
            case "yes_no":
                return (*situation.phrases.listed("yes"), *situation.phrases.listed("no"))
            case _:
                return ()

    def _value(
        self, answer: Answer, situation: NodeContext, month: date | None = None, wrong: str = ""
    ) -> Value | None:
        """What the caller gave; None where it is not such a value, or out of bounds."""
        today = situation.now.date()
        reckoning = DateContext(today, self.past, month)
        fits = partial(self._fits, today=today)
        value = understood(self.type, answer, situation.phrases, reckoning, fits, wrong)
        return value if value is not None and self._fits(value, today) else None

    def _fits(self, value: Value, today: date) -> bool:
        match self.type:
            case "digits":
                least, most = self.length
                return least <= len(str(value)) <= most and self._in_bounds(int(value))
            case "money":
                return self._in_bounds(float(value))
            case "date":
                day = date.fromisoformat(str(value))
                return day <= today if self.past else day >= today
            case _:
                return True

    def _in_bounds(self, number: float) -> bool:
        too_small = self.least is not None and number < self.least
        too_large = self.most is not None and number > self.most
        return not (too_small or too_large)
