"""Models → flow: templates put in place, every way out led somewhere.

A template is not run as a subroutine: each use of it stands in the flow once more, its nodes named
after the node that uses it (`after_hours/ask`). So the engine knows nothing of templates, and
every rule that holds for nodes holds inside them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic

from ivr.core.flow.audio import AudioIndex
from ivr.core.flow.callers import by_number
from ivr.core.flow.document import ClientFile, Defaults, Part, Retry, TemplateFile
from ivr.core.flow.findings import Finding, Severity, nearest
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT, Flow, NodeT, Place, Scope
from ivr.core.flow.node import Exit, Use
from ivr.core.flow.parse import RETURN, Parsed
from ivr.core.flow.returns import wrong_returns
from ivr.core.flow.source import Path, Source
from ivr.core.flow.staff import Staff
from ivr.core.flow.types import Value
from ivr.core.flow.variables import Variable, typed, unassignable
from ivr.core.language.phrases import phrases

MAX_PLACES = 2000
"""Nodes of a flow, with those that its templates bring, each time that they are used."""

Templates = Mapping[str, Parsed[TemplateFile, NodeT]]


@dataclass(slots=True)
class Built(Generic[NodeT]):
    """A place with what the checks need to point at it: its file, and its name there."""

    place: Place[NodeT]
    source: Source
    local: str
    steps: tuple[Exit, ...]

    def finding(self, path: Path, code: str, message: str) -> Finding:
        """An error somewhere in this node."""
        return self.source.finding(("nodes", self.local, *path), code, message)

    def key_finding(self, code: str, message: str, severity: Severity) -> Finding:
        """A finding about the node as a whole."""
        return self.source.key_finding(("nodes", self.local), code, message, severity=severity)


@dataclass(slots=True)
class Builder(Generic[NodeT]):
    """Builds one client's flow; what is wrong is added to `findings`."""

    client_id: str
    version: str
    file: Parsed[ClientFile, NodeT]
    templates: Templates[NodeT]
    templates_complete: bool
    kinds: Mapping[str, type[NodeT]]
    findings: list[Finding]
    shelf: AudioIndex = field(default_factory=AudioIndex)
    staff: Staff | None = None
    built: dict[str, Built[NodeT]] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def build(self) -> Flow[NodeT]:
        """The flow; it may only be used if there are no errors among the findings."""
        head = self.file.head
        self._last_resort()
        self._put(self.file, "", {}, head.defaults, {}, ())
        return Flow(
            client_id=self.client_id,
            version=self.version,
            client=head.client,
            people=head.people,
            calendars=head.calendars,
            rotas=head.rotas,
            agreement=head.agreement,
            start=head.start,
            places={name: built.place for name, built in self.built.items()},
            variables=self.variables,
            types=self.types,
            tests=head.tests,
            callers=by_number(head.callers, ((p.phone, p.name) for p in head.people.values())),
            audio=self.shelf.files,
            forms=head.forms,
            retention=head.retention,
        )

    def _last_resort(self) -> None:
        """Two nodes that every flow has: a message for when nothing else is left, and its end."""
        say = phrases(self.file.head.client.language)
        scope = Scope("", {}, Defaults.model_validate({}))
        nodes: tuple[tuple[str, str, dict[str, str] | str, dict[str, str]], ...] = (
            (LAST_RESORT, "message", {"say": say["last_resort"]}, {"next": LAST_GOODBYE}),
            (LAST_GOODBYE, "hangup", say["goodbye"], {}),
        )
        for name, verb, settings, ways in nodes:
            node = self.kinds[verb].model_validate({verb: settings, **ways})
            exits = {exit_.name: LAST_GOODBYE for exit_ in node.exits()}
            place = Place(name, node, scope, exits, self.file.source.name, 1)
            self.built[name] = Built(place, self.file.source, name, tuple(node.exits()))

    def _put(
        self,
        part: Parsed[ClientFile, NodeT] | Parsed[TemplateFile, NodeT],
        prefix: str,
        ways: Mapping[str, str],
        defaults: Defaults,
        given_ways: Mapping[str, str],
        inside: tuple[str, ...],
    ) -> None:
        """Put a file's nodes in place. `ways` are outer nodes known by a name in here."""
        scope = Scope(prefix, _types(part.head), defaults)
        local = {name: prefix + name for name in part.head.nodes} | dict(ways)
        fallback = _fallbacks(part.head.defaults, local) | {
            key: way for key, way in given_ways.items() if not _states(part.head.defaults, key)
        }
        self._check_targets(part, local)
        self._start_variables(part.head, scope)
        for name, node in part.nodes.items():
            steps = tuple(node.exits())
            exits = self._exits(part.source, name, steps, local, fallback)
            line, _ = part.source.keys.get(("nodes", name), (1, 1))
            use = node.uses()
            if use is not None:
                if use.returns and "next" in exits:
                    back = f"{prefix}{name}/{RETURN}"
                    again = Place(back, node, scope, dict(exits), part.source.name, line)
                    self.built[back] = Built(again, part.source, name, steps)
                self._use(part.source, scope, name, use, exits, local, fallback, defaults, inside)
            place = Place(prefix + name, node, scope, exits, part.source.name, line)
            self.built[prefix + name] = Built(place, part.source, name, steps)

    def _check_targets(
        self,
        part: Parsed[ClientFile, NodeT] | Parsed[TemplateFile, NodeT],
        local: Mapping[str, str],
    ) -> None:
        """The targets that stand in the file's head: the start and the defaults."""
        head = part.head
        written: list[tuple[Path, str | None]] = [(("start",), head.start)]
        for key in ("give_up", "error", "no_input", "no_match"):
            written.append((("defaults", key, "next"), _default_target(head.defaults, key)))
        for path, target in written:
            if target is not None and target not in local:
                self._unknown_node(part.source, path, target, local)

    def _start_variables(self, head: Part, scope: Scope) -> None:
        declared: dict[str, tuple[str, str | None]] = {
            name: (variable.type, variable.default) for name, variable in head.vars.items()
        }
        if isinstance(head, TemplateFile):
            declared |= {
                name: (given.type, given.default)
                for name, given in head.inputs.items()
                if given.type != "node"
            }
            declared |= {name: (own.type, own.default) for name, own in head.outputs.items()}
        for name, (kind, default) in declared.items():
            self.variables[scope.full(name)] = typed(kind, default)
            self.types[scope.full(name)] = kind

    def _exits(
        self,
        source: Source,
        name: str,
        steps: tuple[Exit, ...],
        local: Mapping[str, str],
        fallback: Mapping[str, str],
    ) -> dict[str, str]:
        exits: dict[str, str] = {}
        for step in steps:
            path = ("nodes", name, *step.path)
            if step.target is not None:
                if step.target in local:
                    exits[step.name] = local[step.target]
                else:
                    self._unknown_node(source, path, step.target, local)
                    exits[step.name] = LAST_RESORT  # so that nothing else is found because of it
            elif step.default is not None and step.default in fallback:
                exits[step.name] = fallback[step.default]
            elif not step.optional:
                message = f"'{name}' does not say where the call goes; add '{step.path[0]}'"
                self.findings.append(source.key_finding(("nodes", name), "missing-exit", message))
        return exits

    def _use(
        self,
        source: Source,
        scope: Scope,
        name: str,
        use: Use,
        exits: dict[str, str],
        local: Mapping[str, str],
        fallback: Mapping[str, str],
        defaults: Defaults,
        inside: tuple[str, ...],
    ) -> None:
        """Put a template in the place of the node that uses it."""
        path: Path = ("nodes", name, "call")
        template = self.templates.get(use.template)
        if template is None:
            if self.templates_complete:
                hint = nearest(use.template, self.templates)
                message = f"'{use.template}' is not a template named in 'use'{hint}"
                self.findings.append(source.finding(path, "template", message))
            return
        if use.template in inside:
            message = f"the template '{use.template}' uses itself"
            self.findings.append(source.finding(path, "template", message))
            return
        if len(self.built) + len(template.nodes) > MAX_PLACES:
            message = f"with its templates the flow has more than {MAX_PLACES} nodes"
            self.findings.append(source.finding(path, "too-large", message))
            return
        inner = f"{scope.prefix}{name}/"
        ways = self._input_ways(source, name, use, template.head, local, scope)
        if "next" in exits:
            ways[RETURN] = inner + RETURN if use.returns else exits["next"]
        self.findings.extend(wrong_returns(source, ("nodes", name), use, template.head, scope))
        ways |= self._default_ways(template, use, inner, ways)
        merged = _inherited(template.head.defaults, defaults)
        self._put(template, inner, ways, merged, fallback, (*inside, use.template))
        exits.clear()
        exits["begin"] = inner + template.head.start

    def _input_ways(
        self,
        source: Source,
        name: str,
        use: Use,
        template: TemplateFile,
        local: Mapping[str, str],
        scope: Scope,
    ) -> dict[str, str]:
        """The outer nodes that are given as inputs; checks all the inputs on the way.

        One that is missing or unknown is reported here, once, and led to the last resort.
        """
        ways: dict[str, str] = {}
        base: Path = ("nodes", name, "with")
        for key, text in use.inputs.items():
            declared = template.inputs.get(key)
            if declared is None:
                hint = nearest(key, template.inputs)
                message = f"'{key}' is not an input of '{use.template}'{hint}"
                self.findings.append(source.key_finding((*base, key), "input", message))
            elif declared.type == "node" and text in local:
                ways[key] = local[text]
            elif declared.type == "node":
                self._unknown_node(source, (*base, key), text, local)
                ways[key] = LAST_RESORT
            elif problem := unassignable(declared.type, text, scope.types):
                self.findings.append(source.finding((*base, key), "input", problem))
        for key, declared in template.inputs.items():
            if key not in use.inputs and declared.default is None:
                message = f"'{use.template}' needs the input '{key}'"
                self.findings.append(source.key_finding(("nodes", name), "input", message))
                if declared.type == "node":
                    ways[key] = LAST_RESORT
        return ways

    def _default_ways(
        self,
        template: Parsed[TemplateFile, NodeT],
        use: Use,
        inner: str,
        ways: Mapping[str, str],
    ) -> dict[str, str]:
        """The nodes of the template's own that stand for inputs which are not given."""
        local = {name: inner + name for name in template.head.nodes} | dict(ways)
        found: dict[str, str] = {}
        for key, declared in template.head.inputs.items():
            if declared.type != "node" or declared.default is None or key in use.inputs:
                continue
            if declared.default in local:
                found[key] = local[declared.default]
            else:
                path = ("inputs", key, "default")
                self._unknown_node(template.source, path, declared.default, local)
                found[key] = LAST_RESORT
        return found

    def _unknown_node(
        self, source: Source, path: Path, target: str, local: Mapping[str, str]
    ) -> None:
        if target == RETURN:
            message = "'return' leads nowhere; give the node that uses this template a 'next'"
        else:
            message = f"'{target}' is not a node{nearest(target, local)}"
        self.findings.append(source.finding(path, "unknown-node", message))


def _types(head: Part) -> dict[str, str]:
    """The variables of a file by their types; a template's inputs are variables too."""
    declared: dict[str, Variable] = dict(head.vars)
    types: dict[str, str] = {name: variable.type for name, variable in declared.items()}
    if isinstance(head, TemplateFile):
        types |= {n: given.type for n, given in head.inputs.items() if given.type != "node"}
        types |= {n: own.type for n, own in head.outputs.items()}
    return types


def _default_target(defaults: Defaults, key: str) -> str | None:
    setting = getattr(defaults, key)
    return setting.next if isinstance(setting, Retry) else setting


def _states(defaults: Defaults, key: str) -> bool:
    return key in Defaults.model_fields and getattr(defaults, key) is not None


def _fallbacks(defaults: Defaults, local: Mapping[str, str]) -> dict[str, str]:
    """Where a way out leads that a node leaves to the defaults."""
    ways = {"give_up": LAST_RESORT, "error": LAST_RESORT, "goodbye": LAST_GOODBYE}
    for key in ("give_up", "error", "no_input", "no_match"):
        target = _default_target(defaults, key)
        if target is not None and target in local:
            ways[key] = local[target]
    return ways


def _inherited(own: Defaults, outer: Defaults) -> Defaults:
    """A template's defaults: its own, and where it states none, those of the file using it."""
    stated = {name: getattr(own, name) for name in own.model_fields_set}
    return outer.model_copy(update=stated)
