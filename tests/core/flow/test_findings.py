"""Every fault is found, where it stands, with its code."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.flows.load import load
from ivr.core.flow.findings import CODES, MAX_MESSAGE, Finding, Severity, nearest
from ivr.core.nodes import KINDS
from tests.core.flow.bad_files import CASES, Bad
from tests.flow_files import whole

NOON = time(12, tzinfo=UTC)
MARK = "¶"


def test_every_code_is_raised_by_some_bad_file() -> None:
    raised = {code for case in CASES for code in case.codes}
    assert set(CODES) - raised == {"file-name", "client-renamed"}  # of a folder, and of the past


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why[:40])
def test_a_bad_file_gives_its_findings_where_they_stand(case: Bad, tmp_path: Path) -> None:
    expected = []
    for name, content in case.files.items():
        text, places = _unmarked(name, content)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text)
        expected += places
    findings = _findings(tmp_path, case.today)
    found = [(Path(f.file).name, f.line, f.column) for f in findings]
    assert found == expected, "\n".join(map(str, findings))
    assert [f.code for f in findings] == list(case.codes), "\n".join(map(str, findings))


def _findings(folder: Path, today: date | None) -> tuple[Finding, ...]:
    """What the library finds in a folder, or what is found in its one file on a given day."""
    if today is None:
        return FolderLibrary(folder, KINDS).findings
    return load(folder / "acme.yaml", KINDS, datetime.combine(today, NOON)).findings


def _unmarked(name: str, content: str | bytes) -> tuple[bytes, list[tuple[str, int, int]]]:
    """The file without its marks, and the places of the marks."""
    if isinstance(content, bytes):
        text = content.decode("latin-1")
        mark = MARK.encode().decode("latin-1")
    else:
        text, mark = content, MARK
        if "start:" in text and "template:" not in text:
            text = whole(text)
    places = []
    while mark in text:
        before = text[: text.index(mark)]
        places.append((Path(name).name, before.count("\n") + 1, len(before) - before.rfind("\n")))
        text = text.replace(mark, "", 1)
    return text.encode("latin-1" if isinstance(content, bytes) else "utf-8"), places


def test_a_finding_reads_as_file_line_column_severity_message_and_code() -> None:
    finding = Finding("flows/acme.yaml", 31, 9, "unknown-node", "'operaters' is not a node")
    said = "flows/acme.yaml:31:9: error: 'operaters' is not a node [unknown-node]"
    assert str(finding) == said


def test_a_finding_for_tools_has_every_part() -> None:
    finding = Finding("a.yaml", 3, 4, "unreachable", "no call comes to 'a'", Severity.WARNING)
    assert finding.as_dict() == {
        "file": "a.yaml",
        "line": 3,
        "column": 4,
        "code": "unreachable",
        "message": "no call comes to 'a'",
        "severity": "warning",
    }


def test_a_message_is_one_short_line_whatever_the_file_holds() -> None:
    message = Finding("a.yaml", 1, 1, "schema", "a\n\x1b[31mb" + "x" * 9999).message
    assert message.startswith("a  [31mb")
    assert len(message) == MAX_MESSAGE


@pytest.mark.parametrize(
    ("name", "hint"),
    [("operaters", "; did you mean 'operators'?"), ("zzz", ""), ("x" * 100_000, "")],
)
def test_the_nearest_known_name_is_suggested_where_one_is_near(name: str, hint: str) -> None:
    assert nearest(name, ["greet", "operators"]) == hint
