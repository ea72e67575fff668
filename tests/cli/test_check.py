"""`python -m ivr check`, as an editor runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.__main__ import main
from tests.flow_files import EXAMPLES, HEAD

GOOD = "start: bye\nnodes: {bye: {hangup: Bye.}}\n"
UNREACHED = "start: bye\nnodes:\n  bye: {hangup: Bye.}\n  left: {hangup: Bye.}\n"


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of client files, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_FLOWS", "flows")
    (tmp_path / "flows").mkdir()
    return tmp_path / "flows"


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """The exit code and the lines that `check` prints."""
    code = main(["check", *arguments])
    return code, capsys.readouterr().out.splitlines()


def test_good_files_give_a_closing_line(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (flows / "acme.yaml").write_text(HEAD + GOOD)
    assert check(capsys) == (0, ["1 file checked, no errors, no warnings."])


def test_an_error_is_printed_where_it_stands(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + GOOD.replace("start: bye", "start: bie"))
    assert check(capsys) == (
        1,
        [
            "flows/acme.yaml:3:8: error: 'bie' is not a node; did you mean 'bye'? [unknown-node]",
            "1 file checked, 1 error, no warnings.",
        ],
    )


def test_a_warning_is_no_error_unless_strict(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + UNREACHED)
    finding = "flows/acme.yaml:6:3: {}: no call comes to 'left' [unreachable]"
    assert check(capsys) == (
        0,
        [finding.format("warning"), "1 file checked, no errors, 1 warning."],
    )
    assert check(capsys, "--strict") == (
        1,
        [finding.format("error"), "1 file checked, 1 error, no warnings."],
    )


def test_two_clients_with_one_number_are_found(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + GOOD)
    (flows / "bell.yaml").write_text(HEAD + GOOD)
    code, lines = check(capsys)
    assert code == 1
    assert lines[0].startswith("flows/bell.yaml:2:54: error: +441632960001 already belongs to")
    assert lines[1:] == ["2 files checked, 1 error, no warnings."]


def test_the_agency_s_own_file_is_checked_too(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + GOOD)
    (flows / "agency.yaml").write_text("agency:\n  name: Larkfield\n  fone: x\n")
    code, lines = check(capsys)
    assert code == 1
    assert lines[0].startswith("flows/agency.yaml:3:3: error: 'fone' is not a setting")
    assert lines[0].endswith("; did you mean 'phone'? [unknown-key]")
    (flows / "agency.yaml").write_text("agency: [")
    assert "[yaml]" in check(capsys)[1][0]


def test_only_the_named_files_are_checked(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (flows / "acme.yaml").write_text(HEAD + GOOD)
    (flows / "bell.yaml").write_text("client: [")
    assert check(capsys, "flows/acme.yaml", "flows/acme.yaml")[0] == 0
    assert check(capsys, "flows/bell.yaml")[0] == 1


def test_the_findings_may_be_had_as_json(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (flows / "acme.yaml").write_text(HEAD + UNREACHED)
    code = main(["check", "--json"])
    (finding,) = json.loads(capsys.readouterr().out)
    assert code == 0
    assert finding == {
        "file": "flows/acme.yaml",
        "line": 6,
        "column": 3,
        "code": "unreachable",
        "message": "no call comes to 'left'",
        "severity": "warning",
    }


def test_a_file_that_is_not_there_is_wrong_usage(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "flows/nobody.yaml"]) == 2
    flows.rmdir()
    assert main(["check"]) == 2
    assert "IVR_FLOWS" in capsys.readouterr().err


def test_the_examples_are_without_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_FLOWS", str(EXAMPLES))
    code, lines = check(capsys, "--strict")
    assert (code, len(lines)) == (0, 1)


def test_a_code_is_explained_with_its_mend(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = check(capsys, "--explain", "unknown-node")
    assert code == 0
    assert {"Bad", "Mended"} <= set(lines)


def test_an_unknown_code_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "unkown-node"]) == 2
    assert "did you mean 'unknown-node'?" in capsys.readouterr().err


QUEUE = """\
start: desk
nodes:
  desk: {queue: {skills: [leagl]}, nobody: bye}
  bye: {hangup: Bye.}
"""
AGENCY = (
    "agency:\n  operators:\n    sam: {name: Sam, skills: [legal, welsh]}\n    joy: {name: Joy}\n"
)


def test_a_skill_that_no_operator_has_is_an_error(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + QUEUE)
    (flows / "agency.yaml").write_text(AGENCY)
    code, lines = check(capsys)
    assert code == 1
    assert lines[0] == (
        "flows/acme.yaml:5:27: error: no operator has the skill 'leagl'; did you mean 'legal'? "
        "[unknown-name]"
    )


def test_operators_whom_the_agency_does_not_have_are_errors(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = "client: {operators: {usual: [samm, joy], prefer: welsh}, "
    text = HEAD.replace("client: {", rules) + QUEUE.replace("leagl", "legal")
    (flows / "acme.yaml").write_text(text)
    (flows / "agency.yaml").write_text(AGENCY)
    code, lines = check(capsys)
    assert code == 1
    assert len([line for line in lines if "unknown-name" in line]) == 1
    assert "'samm' is not an operator of agency.yaml; did you mean 'sam'?" in lines[0]


@pytest.mark.parametrize("agency", ["agency: {operators: {joy: {name: Joy}}}\n", ""])
def test_where_no_skills_are_stated_any_will_do(
    flows: Path, capsys: pytest.CaptureFixture[str], agency: str
) -> None:
    (flows / "acme.yaml").write_text(HEAD + QUEUE)
    if agency:
        (flows / "agency.yaml").write_text(agency)
    assert check(capsys)[0] == 0


def test_the_segments_of_every_text_message_are_shown_and_are_no_fault(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "start: tell\nnodes:\n"
        "  tell: {text: Thank you., next: more}\n"
        "  more: {text: Thanks 👍, next: bye}\n"
        "  bye: {hangup: Bye.}\n"
    )
    (flows / "acme.yaml").write_text(HEAD + text)
    code, lines = check(capsys, "--strict")
    assert code == 0
    assert lines == [
        "flows/acme.yaml:5:16: note: this text is one segment, 10 of 160 letters [text-segments]",
        "flows/acme.yaml:6:16: note: this text is one segment, 9 of 70 letters, as '👍' is not "
        "among those of ordinary texts [text-segments]",
        lines[-1],
    ]


def test_a_client_is_named_as_in_other_commands(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + GOOD)
    (flows / "other.yaml").write_text("start: greet")
    good = (0, ["1 file checked, no errors, no warnings."])
    assert check(capsys, "acme") == good
    assert check(capsys, "acme", "flows/acme.yaml", "acme") == (
        0,
        ["1 file checked, no errors, no warnings."],
    )
    assert main(["check", "acne"]) == 2
    assert "did you mean 'acme'?" in capsys.readouterr().err
    assert main(["check", "flows/gone.yaml"]) == 2
    assert "There is no file flows/gone.yaml" in capsys.readouterr().err
