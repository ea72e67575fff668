"""One name for one thing: what a reader looks up is found in one place."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "ivr"
APART = ("simulator", "web/api")
"""The simulator has the carrier's words, and the API's schemas those of the objects they show."""
GONE = {
    "Around",
    "Asked",
    "Courier",
    "Desk",
    "Doors",
    "Ear",
    "Ears",
    "Errands",
    "Exchange",
    "Floor",
    "Known",
    "Letter",
    "Lookout",
    "Office",
    "Once",
    "Rise",
    "Rising",
    "Shown",
    "Situation",
    "Stagehand",
    "Story",
    "Stretch",
    "Switchboard",
    "Teller",
    "Ticket",
    "Told",
    "Visitor",
    "Wire",
    "Wish",
    "Wishes",
    "Workplace",
}
"""Names that a reader had to translate; docs/glossary.md has the field's words."""
GONE_LOWER = {
    "desk",
    "ear",
    "ears",
    "errands",
    "floor",
    "happenings",
    "lookout",
    "office",
    "station",
    "story",
}
"""The same of variables, attributes, parameters and functions."""
PARTICIPLES = {"told", "heard", "understood", "written"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_no_class_name_stands_twice() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for module in modules():
        where = module.relative_to(PACKAGE)
        if where.as_posix().startswith(APART):
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{where}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_modules_are_named_by_nouns() -> None:
    assert [str(module) for module in modules() if module.stem in PARTICIPLES] == []


def test_words_that_are_gone_name_nothing() -> None:
    named = {
        node.name
        for module in modules()
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert named & GONE == set()


def test_words_that_are_gone_name_no_variable_or_function() -> None:
    found = {
        f"{module.relative_to(PACKAGE)}: {name}"
        for module in modules()
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        for name in _names(node)
        if name.strip("_") in GONE_LOWER
    }
    assert found == set()


def _names(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case _:
            return []
