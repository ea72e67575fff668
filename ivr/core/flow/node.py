"""The outside of a node, as the language sees it: its kind, its settings, its ways out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from ivr.core.flow.types import (
    Model,
    Name,
    NodeName,
    Path,
    TemplateName,
    Text,
    VariableName,
    names_in,
)


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a node.

    `target` is the node it leads to, as written, or None where the file leaves it to
    `defaults`; `default` names the setting of `defaults` that then counts (`give_up`, `error`).
    `by_caller` says whether the way is only taken because a person did something: a loop needs
    at least one such way. `path` is where the target stands, or would stand, inside the node.
    An `optional` way is only there if the file or its defaults name a target.
    """

    name: str
    target: NodeName | None
    path: Path
    by_caller: bool = False
    default: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A node's use of a template: its name, and what is given for its inputs.

    `returns` are the variables that take over an output when the template returns. Then the
    node stands in the flow a second time, where the template returns to.
    """

    template: TemplateName
    inputs: Mapping[str, Text]
    returns: Mapping[VariableName, str]


@dataclass(frozen=True, slots=True)
class Write:
    """A variable that a node sets, and where that stands inside the node.

    Its value is worked out from `text`, or else is of one of `types`.
    """

    variable: str
    path: Path
    text: Text | None = None
    types: Collection[str] = ()


class Node(Model):
    """What every kind of node has. A kind's `verb` is the key that makes a mapping such a node.

    `example` is a node of the kind, under its name, as the language's reference shows it.
    """

    verb: ClassVar[str]
    example: ClassVar[str]

    @abstractmethod
    def exits(self) -> Iterator[Exit]:
        """Every way out, whether the file names it or leaves it to `defaults`."""

    @cached_property
    def names(self) -> tuple[tuple[Path, Name], ...]:
        """Every name in the node's settings, with its path."""
        return tuple(names_in(self))

    def uses(self) -> Use | None:
        """The template that this node puts in its place, if it does."""
        return None

    def writes(self) -> Iterator[Write]:
        """The variables that this node sets."""
        return iter(())

    def last_days(self) -> Iterator[tuple[Path, date]]:
        """The days after which the node is of no use, each with its path inside the node."""
        return iter(())

    def not_yet(self) -> Iterator[str]:
        """What the node is told to do and cannot do yet, a sentence each."""
        return iter(())

    def exit(self, name: str, *, by_caller: bool = False, default: str | None = None) -> Exit:
        """The way out that the setting `name` leads to."""
        return Exit(name, getattr(self, name), (name,), by_caller, default)
