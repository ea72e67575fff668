"""What changes from one version of a flow to another, in words for an editor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ivr.core.flow.amounts import between, unit_of
from ivr.core.flow.calendars import Hours, shown
from ivr.core.flow.document import Defaults
from ivr.core.flow.flow import Flow, NodeT, Place
from ivr.core.flow.types import Path

_SECTIONS = {
    "people": "person",
    "calendars": "calendar",
    "rotas": "rota",
    "agreement": "kind of job",
    "forms": "form",
}


def differences(old: Flow[NodeT], new: Flow[NodeT]) -> Iterator[str]:
    """A sentence for each difference; none where callers and jobs are treated alike."""
    if old.start != new.start:
        yield f"calls now start at '{new.start}' instead of '{old.start}'"
    for path, before, after in _changes(_plain(old.client), _plain(new.client)):
        yield _setting("the client's", path, before, after)
    for path, before, after in _changes(_plain(old.retention), _plain(new.retention)):
        yield _setting("the retention's", path, before, after)
    for section, what in _SECTIONS.items():
        yield from _section(what, getattr(old, section), getattr(new, section))
    yield from _callers(old, new)
    yield from _variables(old, new)
    yield from _defaults(_scopes(old), _scopes(new))
    yield from _audio(old, new)
    yield from _places(old.places, new.places)


def _callers(old: Flow[NodeT], new: Flow[NodeT]) -> Iterator[str]:
    for number in {**old.callers, **new.callers}:
        before, after = old.ringing(number), new.ringing(number)
        if before != after:
            name = f", {after.name}" if after.name else ""
            yield f"{number} now counts as {after.kind}{name} (before: {before.kind})"


def _variables(old: Flow[NodeT], new: Flow[NodeT]) -> Iterator[str]:
    for name, kind in old.types.items():
        if name not in new.types:
            yield f"the variable '{name}' is gone"
        elif kind != new.types[name]:
            yield f"the variable '{name}' is now a {new.types[name]} instead of a {kind}"
        elif old.variables[name] != new.variables[name]:
            was, is_ = old.variables[name], new.variables[name]
            yield _setting(f"the variable '{name}'", ("at the start",), was, is_)
    for name, kind in new.types.items():
        if name not in old.types:
            yield f"there is a new variable '{name}' ({kind})"


def _scopes(flow: Flow[NodeT]) -> dict[str, Defaults]:
    """The defaults of the client's file, and of each use of a template."""
    return {place.scope.prefix: place.scope.defaults for place in flow.places.values()}


def _defaults(old: Mapping[str, Defaults], new: Mapping[str, Defaults]) -> Iterator[str]:
    for prefix, defaults in new.items():
        if prefix in old:
            whose = f"the defaults of '{prefix.rstrip('/')}':" if prefix else "the defaults:"
            for path, before, after in _changes(_plain(old[prefix]), _plain(defaults)):
                yield _setting(whose, path, before, after)


def _audio(old: Flow[NodeT], new: Flow[NodeT]) -> Iterator[str]:
    for name, audio in new.audio.items():
        if name in old.audio and old.audio[name].digest != audio.digest:
            yield f"the audio file '{name}' sounds different"


def _section(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in old:
        if name not in new:
            yield f"the {what} '{name}' is gone"
    for name, value in new.items():
        if name not in old:
            yield f"there is a new {what} '{name}'"
            continue
        if what == "calendar":
            if old[name] != value:
                yield f"the opening hours '{name}' are different"
            continue
        for path, before, after in _changes(_plain(old[name]), _plain(value)):
            yield _setting(f"the {what} '{name}':", path, before, after)


def _places(old: Mapping[str, Place[NodeT]], new: Mapping[str, Place[NodeT]]) -> Iterator[str]:
    for name in old:
        if name not in new:
            yield f"the node '{name}' is gone"
    for name, place in new.items():
        before = old.get(name)
        if before is None:
            yield f"there is a new node '{name}' ({place.node.verb})"
        elif type(before.node) is not type(place.node):
            yield f"'{name}' is now a {place.node.verb} instead of a {before.node.verb}"
        else:
            yield from _node(name, before, place)


def _node(name: str, old: Place[NodeT], new: Place[NodeT]) -> Iterator[str]:
    yield from _choices(name, _plain(old.node), _plain(new.node))
    led: list[tuple[str, str]] = []
    for exit_, target in new.exits.items():
        was = old.exits.get(exit_)
        if was is not None and was != target:
            led.append((was, target))
            yield f"'{name}' leads to '{target}' instead of '{was}' ({exit_})"
    before, after = (_without_choices(_plain(place.node)) for place in (old, new))
    for path, was_, is_ in _changes(before, after):
        if (was_, is_) not in led:
            yield _setting(f"'{name}':", path, was_, is_)


def _choices(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """What a menu offers: its choices by their keys, or their first words."""
    before, after = _offered(old), _offered(new)
    for key, choice in after.items():
        words = ", ".join(choice.get("words") or ()) or choice["next"]
        if key not in before:
            yield f"the menu '{name}' now offers {key}: {words}"
        elif (choice.get("words"), choice.get("set")) != (
            before[key].get("words"),
            before[key].get("set"),
        ):
            yield f"the menu '{name}' takes {key} differently: {words}"
    for key in before:
        if key not in after:
            yield f"the menu '{name}' no longer offers {key}"


def _offered(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    choices = node.get("choices") or ()
    return {str(choice.get("key") or choice["words"][0]): choice for choice in choices}


def _without_choices(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "choices"}


def _plain(part: Any, unit: Callable[[int], str] | None = None) -> Any:
    """A part of a flow as plain data, in which amounts carry their units."""
    if isinstance(part, BaseModel):
        return {
            info.alias or name: _plain(getattr(part, name), unit_of(name, info))
            for name, info in type(part).model_fields.items()
        }
    if isinstance(part, Mapping):
        return {name: _plain(each, unit) for name, each in part.items()}
    if _listed(part) and unit is not None and all(isinstance(each, int) for each in part) and part:
        return _Amount(between(unit(part[0]), unit(part[-1])))
    if _listed(part):
        return tuple(_plain(each, unit) for each in part)
    if isinstance(part, Hours):
        return _Amount(shown((part,)))
    if unit is not None and isinstance(part, int):
        return _Amount(unit(part))
    return part


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its unit, in words."""

    words: str

    def __str__(self) -> str:
        return self.words


def _changes(old: Any, new: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Every value that differs, by its path."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _changes(old.get(key), new.get(key), (*path, key))
    elif _listed(old) and _listed(new) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _changes(before, after, (*path, index))
    elif old != new:
        yield path, old, new


def _listed(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _setting(whose: str, path: Path, before: Any, after: Any) -> str:
    name = " ".join(str(step) for step in path if not isinstance(step, int))
    return f"{whose} {name} is now {_shown(after)} (before: {_shown(before)})"


def _shown(value: Any) -> str:
    if value is None or value == "" or (_listed(value) and not value):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _listed(value):
        return ", ".join(_shown(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(_shown(each) for each in value.values() if each is not None)
    return f"“{value}”" if isinstance(value, str) else str(value)
