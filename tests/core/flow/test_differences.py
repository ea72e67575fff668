"""What changes from one version to another, in words: nothing is left unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.adapters.files.flows.load import load
from ivr.core.call.engine import CallFlow
from ivr.core.flow.differences import differences
from ivr.core.nodes import KINDS
from tests.flow_files import EXAMPLES, PEOPLE, good
from tests.worked_examples import worked_examples

FLOW = (
    PEOPLE
    + """\
calendars: {office: {mon-fri: "09:00-17:00"}}
rotas: {oncall: {default: [ian]}}
agreement: {message: {owner: oncall, due: 4h}}
forms: {message: {name: {required: yes}}}
callers: {vip: ["+441632960777"]}
vars: {reason: {default: none}, visits: {type: number}}
defaults: {retries: 2, no_input: {say: "Sorry?"}, give_up: done}
start: open
nodes:
  open: {hours: office, open: main, closed: done}
  main:
    menu: For orders, press 1.
    choices: [{key: "1", words: [orders], next: desk}]
  desk: {queue: {max_wait: 60s}, nobody: done}
  done: {hangup: Bye.}
"""
)


@pytest.mark.parametrize(
    ("was", "is_", "said"),
    [
        ('next: desk}]', 'next: desk}, {key: "3", words: accounts, next: desk}]',
         "the menu 'main' now offers 3: accounts"),
        ('choices: [{key: "1", words: [orders], next: desk}]', 'choices: [{key: "2", next: desk}]',
         "the menu 'main' no longer offers 1"),
        ("words: [orders]", "words: [orders, buy]", "'main' takes 1 differently: orders, buy"),
        ("next: desk}]", "next: done}]", "'main' leads to 'done' instead of 'desk' (1)"),
        ("For orders, press 1.", "Press 1.", "“Press 1.”"),
        ("max_wait: 60s", "max_wait: 90s",
         "'desk': queue max_wait is now 90 seconds (before: 1 minute)"),
        ("17:00", "17:30", "the opening hours 'office' are different"),
        ("default: [ian]", "default: [pat]", "'oncall': default is now “pat” (before: “ian”)"),
        ("due: 4h", "due: 90m", "'message': due is now 90 minutes (before: 4 hours)"),
        ("required: yes", "required: no", "the form 'message': name required is now no"),
        ("900123", "900124", "the person 'ian': phone is now “+447700900124”"),
        ("960777", "960778", "+441632960778 now counts as vip (before: other)"),
        ("default: none", "default: some", "the variable 'reason' at the start is now “some”"),
        ("type: number", "type: yes_no", "'visits' is now a yes_no instead of a number"),
        ("retries: 2", "retries: 1", "the defaults: retries is now 1 time (before: 2 times)"),
        ('"Sorry?"', '"Pardon?"', "“Pardon?”"),
        ("start: open", "start: main", "calls now start at 'main' instead of 'open'"),
        ("done: {hangup: Bye.}", "done: {say: Bye., next: end}\n  end: {hangup: }",
         "'done' is now a say instead of a hangup"),
        ("{queue: {max_wait: 60s}, nobody: done}", "{dial: {to: ian}, nobody: done}",
         "'desk' is now a dial instead of a queue"),
    ],
)  # fmt: skip
def test_a_change_is_said_in_words(was: str, is_: str, said: str, tmp_path: Path) -> None:
    assert was in FLOW
    old, new = good(tmp_path, FLOW), good(tmp_path, FLOW.replace(was, is_, 1))
    words = list(differences(old, new))
    assert any(said in sentence for sentence in words), words


def test_a_comment_changes_nothing_for_callers(tmp_path: Path) -> None:
    assert list(differences(good(tmp_path, FLOW), good(tmp_path, FLOW + "# a note\n"))) == []


OLD: dict[str, str] = {
    **worked_examples(),
    **{path.stem: path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*-*.yaml")},
}
TEMPLATE = (EXAMPLES / "templates" / "after-hours.yaml").read_text(encoding="utf-8")


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of a file, but for its tests."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if path or key != "tests":
                yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from leaves(value, (*path, index))
    elif isinstance(tree, str):
        yield path


def branches(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every setting of a file, with all that is below it, but for its tests."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in pairs:
        if (*path, key) == ("tests",):
            continue
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from branches(value, (*path, key))


def other(value: str) -> str:
    """A value of the same form that is another one."""
    if value in ("yes", "no"):
        return {"yes": "no", "no": "yes"}[value]
    digits = re.search(r"\d(?!.*\d)", value)
    if digits:
        at = digits.start()
        return value[:at] + str((int(value[at]) + 1) % 10) + value[at + 1 :]
    return value + " x"


def flow_of(folder: Path, tree: Any) -> CallFlow | None:
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    (folder / "templates" / "after-hours.yaml").write_text(TEMPLATE, encoding="utf-8")
    path = folder / "acme.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return load(path, KINDS).flow


def heart(flow: CallFlow) -> dict[str, Any]:
    """All that callers and clients could notice of a flow."""
    left_out = {"version", "texts", "tests", "places"}
    kept = {field.name: getattr(flow, field.name) for field in fields(flow)}
    own = {name: value for name, value in kept.items() if name not in left_out}
    return own | {
        name: (place.node, place.exits, place.scope.defaults) for name, place in flow.places.items()
    }


@pytest.mark.parametrize("name", sorted(OLD))
def test_whatever_value_of_a_file_changes_is_said(name: str, tmp_path: Path) -> None:
    tree = yaml.load(OLD[name], Loader=yaml.BaseLoader)  # noqa: S506 - text, as it stands
    old = flow_of(tmp_path, tree)
    assert old is not None
    tried = 0
    for path in leaves(tree):
        changed = yaml.load(OLD[name], Loader=yaml.BaseLoader)  # noqa: S506
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = other(inner[path[-1]])
        new = flow_of(tmp_path, changed)
        if new is None or heart(new) == heart(old):
            continue
        tried += 1
        assert list(differences(old, new)), path
    assert tried >= 10


@pytest.mark.parametrize("name", sorted(OLD))
def test_whatever_goes_from_a_file_or_comes_to_it_is_said(name: str, tmp_path: Path) -> None:
    tree = yaml.load(OLD[name], Loader=yaml.BaseLoader)  # noqa: S506
    old = flow_of(tmp_path, tree)
    assert old is not None
    tried = 0
    for path in branches(tree):
        changed = yaml.load(OLD[name], Loader=yaml.BaseLoader)  # noqa: S506
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        new = flow_of(tmp_path, changed)
        if new is None or heart(new) == heart(old):
            continue
        tried += 1
        assert list(differences(old, new)), ("gone", path)
        assert list(differences(new, old)), ("come", path)
    assert tried >= 3
