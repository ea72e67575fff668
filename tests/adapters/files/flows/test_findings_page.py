"""The page on findings: each code with a file that has it, and the same file mended."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.adapters.files.flows.findings_page import sections
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.flows.load import load
from ivr.core.flow.findings import CODES
from ivr.core.nodes import KINDS
from tests.flow_files import HEAD

TODAY = datetime(2026, 12, 20, 12, tzinfo=UTC)
SHOWN = sorted(set(sections()) - {"too-large", "unreadable", "file-name", "client-renamed"})
_FENCE = re.compile(r"^(Bad|Mended)\n\n```yaml\n(.*?)```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^# flows/(\S+)\n", re.MULTILINE)


def codes(folder: Path, example: str) -> set[str]:
    """The codes that an example of the page gives."""
    names = _FILE.findall(example) or ["acme.yaml"]
    texts = _FILE.split(example)[2::2] or [example]
    for name, text in zip(names, texts, strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_completed(text), encoding="utf-8")
    if names == ["acme.yaml"]:
        findings = load(folder / "acme.yaml", KINDS, TODAY).findings
    else:
        findings = FolderLibrary(folder, KINDS).findings
    return {finding.code for finding in findings}


def _completed(text: str) -> str:
    """A part of a file as a whole one: it begins with its first node."""
    if "schema: 1" not in text:
        text = HEAD + text
    if "start:" not in text:
        first = re.search(r"^nodes:\n  (\w+):", text, re.MULTILINE)
        assert first, text
        text += f"start: {first[1]}\n"
    return text


def test_every_code_has_a_section_and_no_other_has() -> None:
    assert list(sections()) == list(CODES)


@pytest.mark.parametrize("code", SHOWN)
def test_the_bad_file_has_the_fault_and_the_mended_one_has_none(code: str, tmp_path: Path) -> None:
    examples = dict(_FENCE.findall(sections()[code]))
    assert codes(tmp_path / "bad", examples["Bad"]) == {code}
    assert codes(tmp_path / "mended", examples["Mended"]) == set()
