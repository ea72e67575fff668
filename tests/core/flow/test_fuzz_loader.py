"""Whatever a file holds, loading it yields findings inside the file, soon, and never a traceback.

The seeds are the example files and `corpus/`, which holds what has gone wrong in YAML elsewhere.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.flows.folder import client_files
from ivr.adapters.files.flows.load import load
from ivr.core.flow.findings import CODES
from ivr.core.nodes import KINDS
from tests.flow_files import EXAMPLES

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
GOOD = [path.read_bytes() for path in client_files(EXAMPLES)]
SEEDS = [*GOOD, *(path.read_bytes() for path in CORPUS)]
TEMPLATES = {path.name: path.read_bytes() for path in EXAMPLES.glob("templates/*.yaml")}
NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)
SECONDS = 10
OFTEN = settings(
    max_examples=250,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

Change = Callable[[bytes, Random], bytes]
HOSTILE = [
    *(b"\0", b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\x80", "\u2028\u202e٣🐙".encode(), b"\r", b"\t"),
    *(b"&a ", b"*a ", b"!!int ", b"!!python/name:os ", b"<<: ", b"---\n", b"%YAML 1.1\n", b"| "),
    *(b"{", b"}", b"[", b"]", b"'", b'"', b"#", b": ", b",", b"@", b"`", b"9" * 400, b"[" * 50),
]  # fmt: skip


def hold(content: bytes) -> None:
    """Load `content` and hold what comes of it to the rules."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "templates").mkdir()
        for template, text in TEMPLATES.items():
            (folder / "templates" / template).write_bytes(text)
        path = folder / "acme.yaml"
        path.write_bytes(content)
        began = time.process_time()
        found = load(path, KINDS, NOW)
        assert time.process_time() - began < SECONDS
        assert path.read_bytes() == content, "checking changes no file"
    assert found.flow is not None or found.findings
    lines = _lines(content)
    for finding in found.findings:
        assert finding.code in CODES
        assert "\n" not in str(finding)
        if finding.file.endswith("acme.yaml"):
            assert 1 <= finding.line <= len(lines), finding
            assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1, finding


def _lines(content: bytes) -> list[str]:
    """The lines of a file as YAML counts them; one more where the last is ended."""
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    for end in "\r\x85\u2028\u2029":
        text = text.replace(end, "\n")
    return text.split("\n")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_has_gone_wrong_elsewhere_is_found(path: Path) -> None:
    hold(path.read_bytes())


def _cut(content: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.randrange(1, 40) :]


def _put(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(HOSTILE) + content[at:]


def _flip(content: bytes, chance: Random) -> bytes:
    changed = bytearray(content or b" ")
    changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _swap_lines(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b"\n"]
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def _repeat_line(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b"\n"]
    return b"".join([*lines, lines[chance.randrange(len(lines))]])


def _indent(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b"\n"]
    at = chance.randrange(len(lines))
    lines[at] = b" " * chance.randrange(9) + lines[at].lstrip()
    return b"".join(lines)


def _splice(content: bytes, chance: Random) -> bytes:
    other = chance.choice(SEEDS)
    return content[: chance.randrange(len(content) + 1)] + other[chance.randrange(len(other) + 1) :]


CHANGES: list[Change] = [_cut, _put, _flip, _swap_lines, _repeat_line, _indent, _splice]


@OFTEN
@given(
    st.sampled_from(SEEDS),
    st.lists(st.sampled_from(CHANGES), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_a_damaged_file_yields_findings_inside_the_file(
    content: bytes, changes: list[Change], chance: Random
) -> None:
    for change in changes:
        content = change(content, chance)
    hold(content)


DATA: list[Any] = [yaml.load(text, Loader=yaml.BaseLoader) for text in GOOD]  # noqa: S506
WORDS = sorted({str(word) for text in GOOD for word in text.decode().replace(",", " ").split()})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.sampled_from(WORDS)
    | st.sampled_from(["{", "{x}", "return", "agency", "templates/after-hours.yaml", "2026-12-25"])
    | st.text(max_size=8)
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    inner = [] if isinstance(value, str) else list(items)
    return [path, *(p for key, item in inner for p in _places(item, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of `value` in which `new` stands at `path`."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


@OFTEN
@given(st.data(), st.sampled_from(DATA), st.lists(TREES, min_size=1, max_size=3))
def test_a_document_with_other_values_in_places_yields_findings_inside_the_file(
    data: st.DataObject, document: Any, values: list[Any]
) -> None:
    for value in values:
        path = data.draw(st.sampled_from(_places(document)))
        document = _replaced(document, path, value)
        if not isinstance(document, dict):
            break
        document = json.loads(json.dumps(document, default=str), parse_constant=str)
        document = _as_text(document)
    hold(yaml.safe_dump(document, allow_unicode=True).encode("utf-8", errors="replace"))


def _as_text(value: Any) -> Any:
    """The document with every scalar as text, as the loader reads it."""
    if isinstance(value, dict):
        return {str(key): _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return "" if value is None else str(value)
