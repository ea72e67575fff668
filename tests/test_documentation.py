"""What the pages name is there: links, files, commands, settings, events of the log."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.__main__ import build_parser
from ivr.settings import SETTINGS

PROJECT = Path(__file__).parents[1]
PAGES = {
    str(page.relative_to(PROJECT)): page.read_text("utf-8")
    for page in [
        PROJECT / "README.md",
        PROJECT / "CONTRIBUTING.md",
        *sorted((PROJECT / "docs").rglob("*.md")),
    ]
}
GENERATED = ("docs/findings.md", "docs/flow-reference.md")
"""Made from the code, with files that are made up."""
MADE_UP = re.compile(r"flows/(acme|brook)\.yaml|flows/(drafts|audio|templates)/.*|.*[A-Z]{4}.*")
"""Files that an editor or Tango itself would make."""
COMMAND = re.compile(r"python -m ivr ([^\n`]*)")


def everything_said(pattern: str) -> list[tuple[str, str]]:
    """Each page with what it says in the form of `pattern`."""
    return [
        (page, found)
        for page, text in PAGES.items()
        if page not in GENERATED and not page.startswith("docs/decisions/")
        for found in sorted(set(re.findall(pattern, text)))
    ]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def strings_of(tree: ast.AST) -> Iterator[str]:
    """The strings of a module; what an f-string fills in is written `*`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    here = PROJECT / page
    for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if link.startswith(("http", "mailto")):
            continue
        path, _, anchor = link.partition("#")
        target = here.parent / path if path else here
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize(
    ("page", "path"), everything_said(r"`((?:ivr|tests|docs|bench|flows)/[\w./-]+)(?:::\w+)?`")
)
def test_every_file_is_there(page: str, path: str) -> None:
    assert MADE_UP.fullmatch(path) or (PROJECT / path).exists()


@pytest.mark.parametrize(("page", "name"), everything_said(r"\bIVR_[A-Z_]+\b"))
def test_every_setting_exists(page: str, name: str) -> None:
    assert name in {setting.name for setting in SETTINGS}


def test_every_loop_of_the_relay_is_on_the_page_of_metrics() -> None:
    relay = (PROJECT / "ivr" / "processes" / "relay.py").read_text("utf-8")
    loops = re.findall(r'Loop\(\s*"([a-z-]+)"', relay)
    assert len(loops) > 15
    assert [loop for loop in loops if f"`{loop}`" not in PAGES["docs/metrics.md"]] == []


def test_every_event_of_the_log_exists() -> None:
    modules = (PROJECT / "ivr").rglob("*.py")
    written = {text for module in modules for text in strings_of(ast.parse(module.read_text()))}
    for page, text in PAGES.items():
        lines = [line for line in text.splitlines() if re.search(r"\b(log|logged)\b", line)]
        for event in re.findall(r"`([a-z_-]+\.[a-z]+(?:_[a-z]+)*)`", "\n".join(lines)):
            made = f"*.{event.partition('.')[2]}"
            assert event in written or made in written or event.endswith(".py"), f"{page}: {event}"


def commands() -> list[tuple[str, str]]:
    """Each command of a page that stands there to be typed, without what it prints."""
    blocks = everything_said(r"(?s)```(?:sh)?\n(.*?)```") + everything_said(r"(?m)^    (.*)$")
    return [
        (page, re.sub(r"[\[\]]", "", re.split(r"\s+#|\s+<|\s*\|\s|\s{3,}", found)[0]).strip())
        for page, block in blocks
        for found in COMMAND.findall(block)
    ]


@pytest.mark.parametrize(("page", "command"), commands())
def test_every_command_can_be_typed(page: str, command: str) -> None:
    try:
        build_parser().parse_args(shlex.split(command))
    except SystemExit as refused:
        pytest.fail(f"{page}: python -m ivr {command}: exit code {refused.code}")


def options_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a command and of what stands below it."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from options_of(each)


@pytest.mark.parametrize(("page", "command"), everything_said(r"`python -m ivr ([a-z][^`\n]+)`"))
def test_every_command_in_a_sentence_has_the_options_that_it_names(page: str, command: str) -> None:
    [below] = [each for each in build_parser()._actions if each.choices]
    assert isinstance(below.choices, dict)
    known = set(options_of(below.choices[command.split()[0]]))
    assert set(re.findall(r"--[a-z-]+", command)) <= known


@pytest.mark.parametrize(
    ("page", "name", "path"),
    [
        (page, *found)
        for page in PAGES
        for found in re.findall(r"`(\w+)`\s+in\s+`(ivr/[\w/]+\.py|tests/[\w/]+\.py)`", PAGES[page])
    ],
)
def test_a_name_stands_in_the_file_that_a_page_names(page: str, name: str, path: str) -> None:
    module = (PROJECT / path).read_text("utf-8")
    assert re.search(rf"^(def|class) {name}\b|^{name}\b.*=", module, re.MULTILINE)


def test_the_page_on_architecture_has_every_folder() -> None:
    folders = {str(init.parent.relative_to(PROJECT)) for init in PROJECT.glob("ivr/*/__init__.py")}
    rows = set(re.findall(r"^\| `(ivr/\w+)/` \|", PAGES["docs/architecture.md"], re.MULTILINE))
    assert rows == folders
