"""The reference is made from the models, says all there is, and its examples work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from ivr.adapters.files.flows.load import load
from ivr.core.flow.document import ClientFile, TemplateFile
from ivr.core.flow.findings import Severity
from ivr.core.flow.placeholders import FACTS
from ivr.core.flow.reference import example_nodes, reference
from ivr.core.flow.reference_tables import CALENDAR
from ivr.core.flow.types import NodeName, names_in
from ivr.core.nodes import KINDS
from tests.flow_files import HEAD

DOCS = Path(__file__).parents[3] / "docs"
PAGE = reference(KINDS)

CLIENT = f"""{HEAD}
people: {{ian: {{name: Ian, phone: "+44 7700 900123"}}}}
calendars: {{office: {{mon-fri: "09:00-17:30"}}}}
rotas: {{oncall: {{default: ian}}}}
agreement: {{booking: {{}}, guest: {{}}, emergency: {{}}}}
use: templates/after-hours.yaml
vars: {{reason: {{}}, patient: {{}}}}
"""


def settings(model: type[BaseModel], before: str) -> Iterator[tuple[str, str]]:
    """Every setting of a model and of the models inside it, and what an editor says of it."""
    for name, info in model.model_fields.items():
        yield f"{before} {info.alias or name}", info.description or ""
        for inner in inner_models(info.annotation):
            yield from settings(inner, f"{before} {info.alias or name}")


def inner_models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from inner_models(argument)


MODELS: dict[str, type[BaseModel]] = {
    "client file": ClientFile,
    "template": TemplateFile,
    **KINDS,
}


def test_the_committed_page_is_what_the_models_give() -> None:
    mend = "run: python -m ivr schema --reference --output docs/flow-reference.md"
    assert (DOCS / "flow-reference.md").read_text(encoding="utf-8") == PAGE, mend


@pytest.mark.parametrize("name", MODELS)
def test_every_setting_says_what_it_is_for(name: str) -> None:
    silent = [setting for setting, said in settings(MODELS[name], name) if not said]
    assert silent == [], "give these a Field(description=…)"


@pytest.mark.parametrize("name", MODELS)
def test_every_setting_is_on_the_page(name: str) -> None:
    names = {setting.split()[-1] for setting, _ in settings(MODELS[name], name)}
    assert {each for each in names if not re.search(rf"[`.]{each}`", PAGE)} == set()


@pytest.mark.parametrize("word", [*KINDS, *(f"{{{fact}}}" for fact in FACTS)])
def test_every_kind_and_placeholder_is_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("verb", KINDS)
def test_the_example_of_a_kind_is_good(verb: str, tmp_path: Path) -> None:
    kind = KINDS[verb]
    assert getattr(kind, "example", ""), f"{kind.__name__} needs an `example`"
    nodes = example_nodes(kind)
    ways = {name for node in nodes.values() for _, name in names_in(node)}
    given = {"urgent", *(name for name in ways if isinstance(name, NodeName))} - set(nodes)
    rest = {name: {"hangup": "Bye."} for name in sorted(map(str, given))}
    text = f"{CLIENT}start: {next(iter(nodes))}\nnodes:\n"
    text += "".join(f"  {line}\n" for line in kind.example.splitlines())
    text += "".join(f"  {line}\n" for line in yaml.safe_dump(rest).splitlines())
    (tmp_path / "templates").mkdir()
    template = DOCS.parent / "flows" / "templates" / "after-hours.yaml"
    (tmp_path / "templates" / "after-hours.yaml").write_text(template.read_text(encoding="utf-8"))
    (tmp_path / "acme.yaml").write_text(text, encoding="utf-8")
    errors = [
        finding
        for finding in load(tmp_path / "acme.yaml", KINDS).findings
        if finding.severity is Severity.ERROR
    ]
    assert errors == []


@pytest.mark.parametrize(
    "said",
    [
        "| `closed` |",
        "| `dates` |",
        "| `holidays` |",
        "| United Kingdom | `GB` | `GB-ENG`, `GB-NIR`, `GB-SCT`, `GB-WLS` |",
        "| Germany | `DE` | `DE-BB`,",
        "| size of a file | 256 kB |",
        "| nodes of a flow, with those of templates each time they are used | 2,000 |",
        "| characters of a condition | 500 |",
    ],
)
def test_calendars_regions_and_limits_are_on_the_page(said: str) -> None:
    assert said in PAGE


@pytest.mark.parametrize("name", ["mon", "mon-fri", "holidays", "closed", "dates"])
def test_every_setting_of_a_calendar_is_one_of_the_page(name: str) -> None:
    assert f"`{name}`" in "".join(setting for setting, *_ in CALENDAR)
