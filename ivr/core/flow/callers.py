"""Who rings: the client's lists of callers, by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ivr.core.flow.types import CallerNumber, Faults, Model, OneOrMany, Path

CallerKind = Literal["vip", "blocked", "known", "withheld", "other"]
LISTS: tuple[CallerKind, ...] = ("vip", "blocked", "known")


@dataclass(frozen=True, slots=True)
class Ringing:
    """Whose call it is: the list that has the number, and the name there, if there is one."""

    kind: CallerKind
    name: str = ""

    @property
    def known(self) -> bool:
        """Whether this is somebody whom the client wants to hear from."""
        return self.kind in ("vip", "known")


WITHHELD, OTHER = Ringing("withheld"), Ringing("other")


def _number_alone(value: object) -> object:
    return {"number": value} if isinstance(value, str) else value


class Caller(Model):
    """A caller by telephone number. The name can be said and written as `{caller.name}`."""

    number: CallerNumber = Field(description="The number that the caller rings from.")
    name: str = Field("", max_length=100, description="Who that is.")


ListedCaller = Annotated[Caller, BeforeValidator(_number_alone)]
Listed = Annotated[tuple[ListedCaller, ...], OneOrMany]


class CallerLists(Model):
    """Callers who are treated in a way of their own by `callers` nodes, as numbers or with names.

    The client's `people` are known callers without being listed.
    """

    vip: Listed = Field(default=(), max_length=1000, description="Callers who come first.")
    blocked: Listed = Field(default=(), max_length=1000, description="Callers who are refused.")
    known: Listed = Field(default=(), max_length=1000, description="Callers who are known by name.")

    def of(self, kind: CallerKind) -> tuple[Caller, ...]:
        """The list of one kind."""
        return {"vip": self.vip, "blocked": self.blocked, "known": self.known}.get(kind, ())

    @model_validator(mode="after")
    def _each_number_once(self) -> Self:
        faults: list[tuple[Path, str]] = []
        seen: dict[str, str] = {}
        for kind in LISTS:
            for index, caller in enumerate(self.of(kind)):
                other = seen.setdefault(caller.number, kind)
                if other != kind:
                    message = f"{caller.number} is also in '{other}'; a caller is in one list"
                    faults.append(((kind, index), message))
        if faults:
            raise Faults(faults)
        return self


def by_number(
    lists: CallerLists, people: Iterable[tuple[str | None, str]]
) -> Mapping[str, Ringing]:
    """Every caller who is known by number. `people` are numbers and names of the client's own."""
    found = {phone: Ringing("known", name) for phone, name in people if phone}
    for kind in LISTS:
        for caller in lists.of(kind):
            own = found.get(caller.number)
            found[caller.number] = Ringing(kind, caller.name or (own.name if own else ""))
    return found
