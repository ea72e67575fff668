"""The schema for editors takes what `check` takes, and refuses the mistakes that people make."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from ivr.adapters.files.flows.folder import client_files
from ivr.adapters.files.flows.load import load
from ivr.cli.schema import schema_text
from ivr.core.flow.findings import Severity
from ivr.core.flow.source import read_source
from ivr.core.nodes import KINDS
from tests.core.flow.bad_files import CASES, Bad
from tests.flow_files import EXAMPLES, whole
from tests.worked_examples import worked_examples

SCHEMAS = Path(__file__).parents[3] / "docs" / "schema"
WHICH = ("client", "template", "agency")


class Editor(yaml.SafeLoader):
    """Reads a file as editors do, by YAML 1.2: numbers and true are none of our texts."""


Editor.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    Editor.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first)
    )


def _whole_number(loader: yaml.Loader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


Editor.add_constructor("tag:yaml.org,2002:int", _whole_number)


def seen(text: str) -> Any:
    """What an editor sees in a file."""
    return _text_keys(Editor(text).get_single_data())


def _text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _text_keys(item) for key, item in value.items()}
    return [_text_keys(item) for item in value] if isinstance(value, list) else value


def faults(data: Any, which: str = "client") -> list[str]:
    """What the schema finds in a file."""
    found = validator(which).iter_errors(data)
    return [f"{list(error.path)}: {error.message}" for error in found]


@cache
def validator(which: str) -> Draft7Validator:
    return Draft7Validator(json.loads(schema_text(which)))


def accepted(path: Path) -> bool:
    """Whether `check` finds no error in a file."""
    return all(finding.severity is not Severity.ERROR for finding in load(path, KINDS).findings)


@pytest.mark.parametrize("which", WHICH)
def test_the_committed_schema_is_what_the_models_give(which: str) -> None:
    committed = (SCHEMAS / f"{which}.json").read_text(encoding="utf-8")
    option = "" if which == "client" else f" --{which}"
    mend = f"run: python -m ivr schema{option} --output docs/schema/{which}.json"
    assert committed == schema_text(which), mend


@pytest.mark.parametrize("which", WHICH)
def test_the_schema_is_one(which: str) -> None:
    Draft7Validator.check_schema(json.loads(schema_text(which)))


def examples() -> list[tuple[str, str, str]]:
    files = [("client", path) for path in client_files(EXAMPLES)]
    files += [("template", path) for path in sorted((EXAMPLES / "templates").glob("*.yaml"))]
    files.append(("agency", EXAMPLES / "agency.yaml"))
    return [(which, path.name, path.read_text(encoding="utf-8")) for which, path in files]


@pytest.mark.parametrize(("which", "name", "text"), examples(), ids=lambda value: value[:20])
def test_every_example_is_good(which: str, name: str, text: str) -> None:
    assert faults(read_source(name, text).data, which) == []
    assert faults(seen(text), which) == []


@pytest.mark.parametrize(("name", "text"), worked_examples().items(), ids=lambda value: value[:20])
def test_every_worked_example_that_check_takes_is_good(
    name: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    if accepted(path):
        assert faults(seen(text)) == []


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_example_file_points_at_its_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    reference = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert reference
    assert (path.parent / reference[1]).resolve().parent == SCHEMAS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why[:40])
def test_the_schema_takes_every_file_that_check_takes(case: Bad, tmp_path: Path) -> None:
    for name, content in case.files.items():
        if isinstance(content, bytes) or "¶" not in content or name != "acme.yaml":
            continue
        text = whole(content.replace("¶", ""))
        (tmp_path / "acme.yaml").write_text(text, encoding="utf-8")
        if accepted(tmp_path / "acme.yaml"):
            assert faults(seen(text)) == []


GOOD = """\
start: ask
nodes:
  ask: {menu: 12, choices: [{key: 1, words: yes, set: {n: 3}, next: bye}], retries: 1}
  more: {say: true, next: bye}
  bye: {hangup: }
client: {name: 24, numbers: 01632960001}
schema: 1
"""


def test_what_yaml_reads_as_a_number_is_text_to_us() -> None:
    assert faults(seen(GOOD)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("start: ask", "strat: ask"),
        ("next: bye}", "nxt: bye}"),
        ("hangup: }", "hang_up: }"),
        ("say: true, next: bye", "say: [], text: bye"),
        ("retries: 1", "timeout: soon"),
        ("retries: 1", "timeout: 5"),
        ("retries: 1", "retries: 10"),
        ("retries: 1", "retries: often"),
        ("numbers: 01632960001", "numbers: none"),
        ("numbers: 01632960001", "number: 01632960001"),
        ("name: 24, ", ""),
        ("schema: 1\n", ""),
        ("schema: 1\n", "schema: 1\ncalendars: {office: {holidays: GB-YORKS}}\n"),
        ("schema: 1\n", "schema: 1\ncalendars: {office: {monday: closed}}\n"),
        ("schema: 1\n", "schema: 1\nvars: {n: {type: nmber}}\n"),
        ("schema: 1\n", "schema: 1\nagreement: {message: {remind: [fax]}}\n"),
        ("{menu: 12, choices: [{", "{menu: 12, choices: [{kye: 2, "),
        ("ask: {", "Ask me: {"),
    ],
)
def test_a_common_mistake_is_refused(right: str, wrong: str) -> None:
    assert right in GOOD
    assert faults(seen(GOOD.replace(right, wrong))) != []


@pytest.mark.parametrize("verb", KINDS)
def test_every_kind_can_be_completed_and_explained(verb: str) -> None:
    kind = json.loads(schema_text("client"))["definitions"][KINDS[verb].__name__]
    assert kind["title"] == verb
    assert kind["description"]
    assert verb in kind["required"]


def test_unknown_settings_of_the_agency_are_refused() -> None:
    assert faults({"agency": {"name": "Larkfield"}}, "agency") == []
    assert faults({"agency": {"nmae": "Larkfield"}}, "agency") != []
