"""Whoever runs the server makes the first account, and can let in and keep out anybody."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.adapters.sql import open_records
from ivr.adapters.sql.records import SqlRecords
from ivr.core.accounts import passwords
from tests.flow_files import EXAMPLES

PASSWORD = "correct horse battery"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlRecords:
    """The records that the commands work on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_DATA", str(tmp_path / "var"))
    return open_records(f"sqlite:///{tmp_path / 'var' / 'records.sqlite3'}")


def typed(monkeypatch: pytest.MonkeyPatch, *passwords_typed: str) -> None:
    answers = iter(passwords_typed)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))


def test_the_first_administrator_is_made_before_the_first_start(
    book: SqlRecords, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD, PASSWORD)
    assert main(["accounts", "add", "Maya", "--role", "administrator"]) == 0
    maya = book.accounts.by_login("maya")
    assert maya
    assert passwords.matches(book.accounts.password(maya.id), PASSWORD)
    printed = capsys.readouterr().out
    assert "/console/" in printed
    assert PASSWORD not in printed


@pytest.mark.parametrize("answers", [("short",), (PASSWORD, "another one, long")])
def test_a_password_that_is_refused_makes_no_account(
    answers: tuple[str, ...], book: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, *answers)
    assert main(["accounts", "add", "maya", "--role", "administrator"]) == 2
    assert book.accounts.all() == []


def test_each_act_does_what_it_says_and_is_noted(
    book: SqlRecords, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accounts", "list"]) == 0
    assert "No account yet" in capsys.readouterr().out
    assert main(["accounts", "add", "sam", "--role", "editor", "--link"]) == 0
    assert "/console/password/" in capsys.readouterr().out
    assert main(["accounts", "disable", "sam"]) == 0
    assert main(["accounts", "list"]) == 0
    assert "disabled" in capsys.readouterr().out
    assert main(["accounts", "enable", "sam"]) == 0
    as_sam = ["accounts", "role", "sam", "--role", "operator", "--operator", "sam"]
    assert main(as_sam) == 2
    assert "agency.yaml has no operator 'sam'" in capsys.readouterr().err
    Path("flows").mkdir(exist_ok=True)
    Path("flows/agency.yaml").write_text("agency: {operators: {sam: {name: Sam}}}\n")
    assert main(as_sam) == 0
    assert main(["accounts", "end-sessions", "sam"]) == 0
    typed(monkeypatch, PASSWORD, PASSWORD)
    assert main(["accounts", "password", "sam"]) == 0
    sam = book.accounts.by_login("sam")
    assert sam
    assert (sam.disabled, sam.role.value, sam.operator) == (False, "operator", "sam")
    acts, _ = book.audit.page(who="server")
    assert [act.act for act in reversed(acts)] == [
        "added an account of role editor",
        "made a link to set the password",
        "disabled",
        "enabled",
        "changed the role to operator",
        "ended all sessions",
        "set the password",
    ]


def test_an_unknown_account_is_said_to_be(
    book: SqlRecords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accounts", "disable", "nobody"]) == 2
    assert "no account “nobody”" in capsys.readouterr().err


def test_a_client_s_account_says_which_of_its_people_it_is(
    book: SqlRecords, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_FLOWS", str(EXAMPLES))
    of_frost = ["--role", "client", "--client", "rainbow-frost", "--person"]
    assert main(["accounts", "add", "ian", "--link", *of_frost, "ina"]) == 2
    assert "did you mean 'ian'?" in capsys.readouterr().err
    assert book.accounts.all() == []
    assert main(["accounts", "add", "ian", "--link", *of_frost, "ian"]) == 0
    assert main(["accounts", "list"]) == 0
    assert "client rainbow-frost ian" in capsys.readouterr().out
    assert main(["accounts", "role", "ian", *of_frost, "mya"]) == 2
    assert main(["accounts", "disable", "ian"]) == 0
    assert main(["accounts", "role", "ian", *of_frost, "maya"]) == 0
    ian = book.accounts.by_login("ian")
    assert ian
    assert (ian.person, ian.disabled) == ("maya", True)
