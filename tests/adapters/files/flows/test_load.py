"""Whatever a file holds, loading it gives a flow or findings, soon, and never a traceback."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.flows.folder import client_files
from ivr.adapters.files.flows.load import load
from ivr.core.flow.findings import CODES
from ivr.core.nodes import KINDS
from tests.flow_files import EXAMPLES, HEAD, good, loaded, write

BYE = "start: bye\nnodes: {bye: {hangup: Bye.}}\n"
CLIENTS = client_files(EXAMPLES)
TEXTS = [path.read_text(encoding="utf-8") for path in CLIENTS]
TEMPLATES = {
    f"templates/{path.name}": path.read_text(encoding="utf-8")
    for path in EXAMPLES.glob("templates/*.yaml")
}
WORDS = sorted({word for text in TEXTS for word in text.replace(",", " ").split()})
HOSTILE = [
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "\t",
    "\0",
    "*a",
    "&a",
    "!!int",
    "<<:",
    "|",
    "---",
    "é",
    ": ",
]


@pytest.mark.parametrize("path", CLIENTS, ids=lambda path: path.stem)
def test_an_example_has_neither_errors_nor_warnings(path: Path) -> None:
    assert load(path, KINDS).findings == ()


def test_a_flow_is_its_client_s_in_the_version_of_its_files(tmp_path: Path) -> None:
    first = good(tmp_path, BYE)
    assert first.client_id == "acme"
    assert first.version == good(tmp_path, BYE).version
    assert first.version != good(tmp_path, BYE + "# changed\n").version


def test_a_change_of_a_template_is_a_new_version(tmp_path: Path) -> None:
    text = "use: after.yaml\nstart: a\nnodes: {a: {call: after, next: b}, b: {hangup: Bye.}}\n"
    after = "schema: 1\ntemplate: after\nstart: a\nnodes: {a: {say: Closed., next: return}}\n"
    first = good(tmp_path, text, {"after.yaml": after})
    second = good(tmp_path, text, {"after.yaml": after.replace("Closed", "Shut")})
    assert first.version != second.version


def test_a_byte_order_mark_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_bytes((HEAD + BYE).encode("utf-8-sig"))
    assert load(path, KINDS).findings == ()


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert [f.code for f in load(tmp_path / "acme.yaml", KINDS).findings] == ["unreadable"]


def test_a_pipe_or_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "acme.yaml")
    (tmp_path / "bell.yaml").mkdir()
    for name in ("acme.yaml", "bell.yaml"):
        assert [f.code for f in load(tmp_path / name, KINDS).findings] == ["unreadable"]


def test_a_file_with_errors_still_tells_which_numbers_it_claims(tmp_path: Path) -> None:
    found = loaded(tmp_path, BYE.replace("start: bye", "start: by"))
    assert found.flow is None
    assert found.numbers == {"+441632960001": (2, 54)}


@given(st.binary(max_size=500) | st.text(max_size=500).map(lambda text: text.encode()))
def test_any_bytes_give_findings(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "acme.yaml"
        path.write_bytes(content)
        found = load(path, KINDS)
    assert found.flow is None
    assert {f.code for f in found.findings} <= set(CODES)
    assert found.findings


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False), st.integers(1, 6))
def test_a_damaged_example_gives_a_flow_or_findings(
    text: str, chance: Random, damages: int
) -> None:
    templates = dict(TEMPLATES)
    for _ in range(damages):
        if chance.random() < 0.8:
            text = _damaged(text, chance)
        else:
            name = chance.choice(sorted(templates))
            templates[name] = _damaged(templates[name], chance)
    with TemporaryDirectory() as folder:
        path = write(Path(folder), text + "\n# client: schema:", templates)
        found = load(path, KINDS)
    assert found.flow is not None or found.findings
    assert {f.code for f in found.findings} <= set(CODES)
    assert all("\n" not in str(f) and f.line >= 1 and f.column >= 1 for f in found.findings)


def _damaged(text: str, chance: Random) -> str:
    """`text` with one thing changed as a tired editor, or a broken disk, would change it."""
    lines = text.splitlines()
    at = chance.randrange(len(lines) or 1)
    position = chance.randrange(len(text) or 1)
    match chance.randrange(7):
        case 0:
            del lines[at : at + 1]
        case 1:
            lines.insert(at, chance.choice(lines or [""]))
        case 2:
            return text[:position] + text[position + 1 :]
        case 3:
            return text[:position] + chance.choice(HOSTILE) + text[position:]
        case 4:
            return text.replace(chance.choice(WORDS), chance.choice(WORDS), 1)
        case 5:
            return text.replace(chance.choice(WORDS), chance.choice(HOSTILE), 1)
        case _:
            lines[at : at + 1] = [" " * chance.randrange(9) + "".join(lines[at : at + 1]).strip()]
    return "\n".join(lines)


MANY = 1600
SLOW = {
    "every node leads to an unknown one": "start: n0\nnodes:\n"
    + "".join(f"  node_{n}: {{say: Hello., next: nod_{n}}}\n" for n in range(MANY)),
    "every node leads to every other": "start: n0\nnodes:\n"
    + "".join(
        f"  n{n}: {{branch: ["
        + ", ".join(f"{{if: caller.withheld, next: n{m}}}" for m in range(60))
        + "], else: n0}\n"
        for n in range(60)
    ),
    "a long chain": "start: n0\nnodes:\n"
    + "".join(f"  n{n}: {{say: Hello., next: n{n + 1}}}\n" for n in range(1600))
    + "  n1600: {hangup: Bye.}\n",
    "a long loop": "start: n0\nnodes:\n"
    + "".join(f"  n{n}: {{say: Hello., next: n{(n + 1) % 1600}}}\n" for n in range(1600)),
    "unknown variables": "vars: {"
    + ", ".join(f"variable_{n}: {{}}" for n in range(MANY))
    + "}\nstart: n0\nnodes:\n"
    + "".join(f"  n{n}: {{say: '{{variabl_{n}}}', next: n0}}\n" for n in range(MANY)),
    "nothing but braces": "start: n0\nnodes: {n0: {say: '" + "{" * 200_000 + "', next: n0}}",
    "braces everywhere": "start: n0\nx: &x '"
    + "{" * 1900
    + "'\nnodes:\n"
    + "".join(f"  n{n}: {{say: *x, next: n0}}\n" for n in range(400)),
    "unknown settings": "start: n0\nnodes: {n0: {"
    + ", ".join(f"s{n}: 1" for n in range(5000))
    + "}}",
    "a large calendar": "calendars: {a: {closed: [" + "x, " * 9_000 + "]}}\n" + BYE,
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_the_largest_files_are_checked_in_seconds(tmp_path: Path, text: str) -> None:
    began = time.process_time()
    loaded(tmp_path, text)
    assert time.process_time() - began < 15


def test_templates_that_multiply_are_refused(tmp_path: Path) -> None:
    """Each of twenty templates uses the next one three times: 3.5 thousand million nodes."""
    names = [f"t{n}" for n in range(20)]
    templates = {
        f"{name}.yaml": f"schema: 1\ntemplate: {name}\nstart: n0\nnodes:\n"
        + "".join(f"  n{n}: {{call: {inner}, next: n{n + 1}}}\n" for n in range(3))
        + "  n3: {say: Hello., next: return}\n"
        for name, inner in zip(names, [*names[1:], "t19"], strict=True)
    }
    templates["t19.yaml"] = (
        "schema: 1\ntemplate: t19\nstart: a\nnodes: {a: {say: A, next: return}}\n"
    )
    use = ", ".join(templates)
    text = f"use: [{use}]\nstart: a\nnodes: {{a: {{call: t0, next: b}}, b: {{hangup: Bye.}}}}\n"
    began = time.process_time()
    found = loaded(tmp_path, text, templates)
    assert {f.code for f in found.findings} == {"too-large"}
    assert time.process_time() - began < 15
