"""The reference of the language for people, written from the same schema that editors get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ivr.core.flow.document import ClientFile, TemplateFile
from ivr.core.flow.json_schema import YES_OR_NO, Json, document_schema
from ivr.core.flow.node import Exit, Node
from ivr.core.flow.placeholders import FACTS
from ivr.core.flow.reference_tables import CALENDAR, limits, regions
from ivr.core.flow.source import read_source

INTRODUCTION = """\
# Reference of the client file

Every setting there is. [flow-files.md](flow-files.md) is the guide to begin with, and
[findings.md](findings.md) says what `check` finds. This page is made from the program:
`python -m ivr schema --reference`.

Lengths of time are written `45s`, `15m`, `4h`, `1d`. Where a list may
stand, a single value may stand alone.
"""

CALENDAR_WORDS = """\
Each of `calendars` has these settings. All times are those of the client's `timezone`.
"""

REGION_WORDS = """\
What `holidays` of a calendar may be: a country, or one of its regions where those have holidays of
their own. Name the region then; `check` says where a country alone would miss some.
"""

_ENDS = {"goodbye": "the call ends"}


def reference(kinds: Mapping[str, type[Node]]) -> str:
    """The whole page, in Markdown."""
    client = document_schema(ClientFile, "The client file", kinds)
    template = document_schema(TemplateFile, "A template", kinds)
    writer = _Writer(client["definitions"] | template["definitions"])
    parts = [INTRODUCTION, "## The client file\n", writer.table(client)]
    parts += ["## A calendar\n", CALENDAR_WORDS, _table(("setting", "what", "values"), CALENDAR)]
    parts += ["## A template\n", writer.table(template, skip=client["properties"])]
    parts += ["## The kinds of node\n", *(writer.kind(kind) for kind in kinds.values())]
    parts += ["## Parts that several settings share\n", *map(writer.shared_part, writer.shared)]
    facts = ", ".join(f"`{{{fact}}}`" for fact in sorted(FACTS))
    parts += ["## Words in braces\n", f"Besides your own variables: {facts}.\n"]
    parts += ["## Limits\n", _table(("what", "at most"), limits())]
    parts += ["## Holiday regions\n", REGION_WORDS]
    parts.append(_table(("country", "code", "regions"), regions()))
    return "\n".join(parts)


class _Writer:
    """Writes tables of settings; a part that is used in several places is described once."""

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._definitions = definitions
        uses = Counter(
            name for part in definitions.values() for name in {*_references(part["properties"])}
        )
        self.shared = sorted(name for name, count in uses.items() if count > 1)

    def kind(self, kind: type[Node]) -> str:
        """A kind's purpose, an example, its settings and its ways out."""
        schema = self._definitions[kind.__name__]
        parts = [
            f"### `{kind.verb}`\n",
            schema["description"] + "\n",
            f"```yaml\n{kind.example.strip()}\n```\n",
            self.table(schema),
        ]
        ways = list(_ways_out(kind, schema))
        if ways:
            parts.append(_table(("way out", "when", "if it is left out"), ways))
        return "\n".join(parts)

    def shared_part(self, name: str) -> str:
        """The settings of a part that is used in several places."""
        schema = self._definitions[name]
        return f"### {name}\n\n{schema['description']}\n\n{self.table(schema)}"

    def table(self, schema: Json, skip: Iterable[str] = ()) -> str:
        """The settings of a model, and of the parts that only it has."""
        return _table(("setting", "what", "values", "default"), self._rows(schema, "", skip))

    def _rows(
        self, schema: Json, before: str, skip: Iterable[str] = ()
    ) -> Iterator[tuple[str, ...]]:
        for name, setting in schema["properties"].items():
            if name in skip:
                continue
            needed = name in schema.get("required", ())
            default = "needed" if needed else _default(setting)
            what = setting.get("description", "")
            yield f"`{before}{name}`", what, self._values(setting), default
            if name == "nodes":
                continue
            for part, mark in _parts(setting):
                if part not in self.shared:
                    yield from self._rows(self._definitions[part], f"{before}{name}{mark}.")

    def _values(self, schema: Json) -> str:
        shared = [name for name in dict.fromkeys(_references(schema)) if name in self.shared]
        words = sorted(dict.fromkeys(_values(schema)), key="or a list".__eq__)
        return ", ".join([*words, *(f"[{name}](#{name.lower()})" for name in shared)])


def _values(schema: Json) -> Iterator[str]:
    """In a few words, what a value may be."""
    if schema == YES_OR_NO or schema.get("anyOf") == YES_OR_NO["anyOf"]:
        yield "`yes`, `no`"
    elif "enum" in schema:
        yield from (f"`{value}`" for value in schema["enum"] if value)
    elif "anyOf" in schema:
        for way in schema["anyOf"]:
            if way.get("type") != "null" and "$ref" not in way:
                yield from ["or a list"] if way.get("type") == "array" else _values(way)
    elif schema.get("type") == "array":
        yield "a list"
    elif "maximum" in schema and "minimum" in schema:
        yield f"{schema['minimum']} to {schema['maximum']}"
    elif "title" in schema and "properties" not in schema:
        yield str(schema["title"])
    elif "$ref" not in schema:
        yield "names and values" if schema.get("type") == "object" else "text"


def _default(setting: Json) -> str:
    if "default" not in setting:
        return ""
    default = setting["default"]
    if isinstance(default, list):
        between = ", " if any(isinstance(each, str) for each in default) else "-"
        return f"`{between.join(map(str, default))}`"
    return f"`{ {True: 'yes', False: 'no'}[default] if isinstance(default, bool) else default }`"


def _references(schema: Any) -> Iterator[str]:
    """The parts that a schema refers to."""
    if isinstance(schema, list):
        for item in schema:
            yield from _references(item)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for item in schema.values():
            yield from _references(item)


def _parts(setting: Json) -> Iterator[tuple[str, str]]:
    """The parts inside a setting, each with the mark of its place: `[]` in a list, `.*` by name."""
    marks, inner = "", setting
    while isinstance(inner.get("additionalProperties"), dict):
        marks, inner = marks + ".*", inner["additionalProperties"]
    if marks:
        return ((part, marks) for part in dict.fromkeys(_references(setting)))
    listed = setting.get("type") == "array" or any(
        way.get("type") == "array" for way in setting.get("anyOf", ())
    )
    return ((part, "[]" if listed else "") for part in dict.fromkeys(_references(setting)))


def example_nodes(kind: type[Node]) -> dict[str, Node]:
    """The kind's example, read: its nodes by name."""
    data = read_source(kind.verb, kind.example).data
    return {name: kind.model_validate(settings) for name, settings in data.items()}


def _ways_out(kind: type[Node], schema: Json) -> Iterator[tuple[str, str, str]]:
    [node] = example_nodes(kind).values()
    shown: set[str] = set()
    for way in node.exits():
        name = way.name if way.name in schema["properties"] else str(way.path[0])
        if name not in shown:
            shown.add(name)
            label = f"`{name}`" if name == way.name else f"each of `{name}`"
            when = schema["properties"][name].get("description", "")
            yield label, when, _if_left_out(way, name in schema.get("required", ()))


def _if_left_out(way: Exit, needed: bool) -> str:
    if needed:
        return "it is needed"
    if way.default:
        return _ENDS.get(way.default, f"`defaults.{way.default}`")
    if way.optional:
        return "the way is not taken"
    return "it is needed" if way.path[-1] == way.name else f"`{way.path[-1]}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
