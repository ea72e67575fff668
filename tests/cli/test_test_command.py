"""`python -m ivr test` and `explain`, as an editor runs them."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.__main__ import main
from tests.flow_files import EXAMPLES, HEAD
from tests.worked_examples import worked_examples

FLOW = """\
start: main
nodes:
  main: {menu: Well?, choices: [{key: "1", next: done}], give_up: done}
  done: {hangup: Bye.}
tests:
  - {name: one is the end, at: "2026-12-01T10:00", steps: [{press: "1"}], expect: {ends: done}}
  - {name: two is as well, at: "2026-12-01T10:00", steps: [{press: "2"}], expect: {ends: done}}
"""


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one client, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_FLOWS", "flows")
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "acme.yaml").write_text(HEAD + FLOW)
    return tmp_path / "flows"


def test_the_tests_of_the_examples_pass_and_take_every_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_FLOWS", str(EXAMPLES))
    assert main(["test"]) == 0
    out = capsys.readouterr().out
    assert "0 failed." in out
    assert "never taken" not in out


def test_the_tests_of_the_worked_examples_pass(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").unlink()
    for name, text in worked_examples().items():
        (flows / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert main(["test"]) == 0
    assert "0 failed." in capsys.readouterr().out


def test_the_example_on_the_page_about_testing_passes(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (EXAMPLES.parent / "docs" / "testing-flows.md").read_text(encoding="utf-8")
    [example] = re.findall(r"<!-- played -->\n```yaml\n(.*?)```", page, re.DOTALL)
    (flows / "acme.yaml").write_text(example)
    assert main(["check"]) == 0
    assert main(["test"]) == 0
    assert "3 passed, 0 failed." in capsys.readouterr().out


def test_a_failure_is_told_with_the_call_and_the_ways_that_no_test_takes(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "pass  acme: one is the end" in lines
    assert "FAIL  acme: two is as well" in lines
    assert "      the call should end at 'done', and ended at 'main'" in lines
    assert any("caller: presses 2" in line for line in lines)
    assert "      acme: 1 of 2 ways are taken by a test" in lines
    assert lines[-1] == "2 tests: 1 passed, 1 failed."


def test_words_choose_tests(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "-k", "ONE"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 test: 1 passed, 0 failed."


def test_junit_xml_has_every_test_and_the_failures(flows: Path, tmp_path: Path) -> None:
    assert main(["test", "acme", "--junit", str(tmp_path / "junit.xml")]) == 1
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()  # noqa: S314 - our own file
    [suite] = suites
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("acme", "2", "1")
    [failure] = suite.iter("failure")
    assert "should end at 'done'" in (failure.get("message") or "")
    assert "presses 2" in (failure.text or "")


def test_a_report_that_cannot_be_written_is_said(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", "--junit", "nowhere/junit.xml"]) == 2
    assert "nowhere/junit.xml cannot be written" in capsys.readouterr().err


def test_a_file_with_errors_fails_the_run(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (flows / "bell.yaml").write_text("schema: 1")
    assert main(["test", "-k", "one"]) == 1
    out = capsys.readouterr().out
    assert "bell.yaml:1:1: error:" in out
    assert out.endswith("1 test: 1 passed, 0 failed, 1 file with errors.\n")


def test_an_unknown_client_is_said(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "amce"]) == 2
    assert "amce" in capsys.readouterr().err


def test_explain_tells_what_a_caller_hears_at_a_time(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "acme", "--at", "2026-12-26T02:00", "--caller", "+447700900777"]) == 0
    out = capsys.readouterr().out
    assert "acme.yaml:5 main" in out
    assert "the caller hears “Well?”" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["acme", "--at", "Boxing Day"], "-12-26T09:00"),
        (["acme", "--caller", "nobody"], "nobody"),
        (["amce"], "amce"),
    ],
)
def test_what_explain_cannot_use_is_said(
    flows: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    try:
        code = main(["explain", *arguments])
    except SystemExit as stop:  # argparse
        code = int(stop.code or 0)
    assert code == 2
    assert message in capsys.readouterr().err
