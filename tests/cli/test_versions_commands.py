"""`publish`, `history`, `diff` and `rollback`, as an editor runs them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import soundfile

from ivr.__main__ import main
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import open_records
from ivr.adapters.sql.database import migrate
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.core.nodes import KINDS
from tests.flow_files import HEAD

FLOW = """\
start: main
nodes:
  main: {menu: Well?, choices: [{key: "1", words: orders, next: done}], give_up: done}
  done: {hangup: Bye.}
"""
MORE = FLOW.replace("next: done}]", 'next: done}, {key: "3", words: accounts, next: done}]')


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one client, and empty records."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_FLOWS", "flows")
    url = f"sqlite:///{tmp_path / 'records.sqlite3'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    migrate(url)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "acme.yaml").write_text(HEAD + FLOW)
    return tmp_path / "flows"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code of a command, and all that it prints."""
    code = main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_an_editor_publishes_compares_and_goes_back(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "publish", "acme", "--by", "Ann")[0] == 0
    (flows / "acme.yaml").write_text(HEAD + MORE)
    assert "the menu 'main' now offers 3: accounts" in run(capsys, "diff", "acme")[1]
    assert run(capsys, "publish", "acme", "--by", "Ben", "--note", "accounts moved")[0] == 0

    code, history = run(capsys, "history", "acme")
    later, first = history.splitlines()
    assert code == 0
    assert "live" in later
    assert "publish by Ben  “accounts moved”" in later
    assert "past" in first
    assert "publish by Ann" in first

    code, said = run(capsys, "rollback", "acme", "--by", "Cleo")
    assert code == 0
    assert "is live again within two seconds" in said
    assert "still holds the other text" in said
    rows = json.loads(run(capsys, "history", "acme", "--json")[1])
    assert [(row["how"], row["by"], row["state"]) for row in rows] == [
        ("rollback", "Cleo", "live"),
        ("publish", "Ben", "past"),
        ("publish", "Ann", "past"),
    ]
    assert rows[0]["version"] == rows[2]["version"]
    assert (
        "the menu 'main' no longer offers 3"
        in run(capsys, "diff", "acme", rows[0]["version"], rows[1]["version"])[1]
    )


def test_a_plan_is_shown_and_can_be_withdrawn(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "publish", "acme")
    (flows / "acme.yaml").write_text(HEAD + MORE)
    code, said = run(capsys, "publish", "acme", "--at", "2099-12-01T09:00")
    assert code == 0
    assert "goes live at 2099-12-01T09:00" in said
    assert "planned" in run(capsys, "history", "acme")[1].splitlines()[0]
    assert run(capsys, "publish", "--withdraw", "acme") == (0, "acme: 1 planned, withdrawn.\n")
    assert run(capsys, "publish", "--withdraw", "acme") == (1, "acme: nothing is planned.\n")
    assert "withdrawn" in run(capsys, "history", "acme")[1].splitlines()[0]


def test_the_history_tells_times_in_the_client_s_zone(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "publish", "acme")
    run(capsys, "publish", "acme", "--at", "2030-07-01T09:00")
    assert "2030-07-01 09:00 BST" in run(capsys, "history", "acme")[1]
    rows = json.loads(run(capsys, "history", "acme", "--json")[1])
    assert rows[0]["live_from"] == "2030-07-01T08:00:00+00:00"


def test_an_earlier_version_can_still_be_explained_and_drawn(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + FLOW.replace("Bye.", "Cheerio."))
    run(capsys, "publish", "acme")
    first = json.loads(run(capsys, "history", "acme", "--json")[1])[0]["version"]
    (flows / "acme.yaml").write_text(HEAD + FLOW)
    for command in ("explain", "graph"):
        assert "Cheerio." not in run(capsys, command, "acme")[1]
        code, said = run(capsys, command, "acme", "--version", first)
        assert code == 0
        assert "Cheerio." in said
        assert run(capsys, command, "acme", "--version", "0000")[0] == 2


def test_there_is_no_way_back_to_a_version_whose_audio_file_is_gone(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = flows / "audio" / "acme" / "bye.wav"
    sound.parent.mkdir(parents=True)
    soundfile.write(sound, [0.0] * 800, 8000)
    (flows / "acme.yaml").write_text(HEAD + FLOW.replace("Bye.", "{audio: bye.wav}"))
    assert run(capsys, "publish", "acme")[0] == 0
    (flows / "acme.yaml").write_text(HEAD + FLOW)
    assert run(capsys, "publish", "acme")[0] == 0
    sound.rename(sound.with_suffix(".old"))
    code, said = run(capsys, "rollback", "acme")
    assert code == 2
    assert "cannot take calls any more" in said
    sound.with_suffix(".old").rename(sound)
    assert run(capsys, "rollback", "acme")[0] == 0


def test_a_file_with_errors_is_not_published(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "acme.yaml").write_text(HEAD + FLOW.replace("next: done", "next: dnoe"))
    code, said = run(capsys, "publish", "acme")
    assert code == 1
    assert "did you mean 'done'?" in said
    assert "Nothing was published." in said
    assert "No version of 'acme'" in run(capsys, "history", "acme")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rollback", "acme"], "see `history acme`"),
        (["rollback", "acme", "0000"], "'acme' has no version '0000'"),
        (["publish", "amce"], "amce"),
        (["publish", "acme", "--at", "tomorrow"], "T09:00"),
        (["publish", "acme", "--at", "2020-12-01T09:00"], "is past"),
        (["diff", "acme", "0000"], "0000"),
    ],
)
def test_what_cannot_be_done_is_said(
    flows: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, said = run(capsys, *arguments)
    assert code == 2
    assert message in said
    assert "Traceback" not in said


def served(flows: Path, after_seconds: float = 0) -> str:
    """What callers hear at the number, from a server that starts `after_seconds` from now."""
    url = f"sqlite:///{flows.parent / 'records.sqlite3'}"
    later = datetime.now(UTC) + timedelta(seconds=after_seconds)
    library = FolderLibrary(flows, KINDS, RecordedVersions(open_records(url), lambda: later))
    flow = library.answering("+441632960001")
    return "" if flow is None else flow.texts[f"{flow.client_id}.yaml"]


def test_a_roll_back_stays_whatever_the_file_held_that_no_server_had_seen(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served(flows) == HEAD + FLOW
    run(capsys, "publish", "acme")
    (flows / "acme.yaml").write_text(HEAD + MORE)
    run(capsys, "publish", "acme")
    (flows / "acme.yaml").write_text(HEAD + MORE.replace("accounts", "orders two"))
    code, said = run(capsys, "rollback", "acme")
    assert (code, "It goes live when you next change it." in said) == (0, True)
    assert served(flows, 60) == HEAD + FLOW
    (flows / "acme.yaml").write_text(HEAD + MORE.replace("accounts", "ledgers"))
    assert "ledgers" in served(flows, 120)


def test_a_roll_back_beside_a_broken_file_says_so(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "publish", "acme")
    (flows / "acme.yaml").write_text(HEAD + MORE)
    run(capsys, "publish", "acme")
    (flows / "acme.yaml").write_text("client: [")
    assert "It goes live when they are mended." in run(capsys, "rollback", "acme")[1]
    assert served(flows, 60) == HEAD + FLOW


def test_a_roll_back_of_a_client_whose_file_is_gone_puts_it_back(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "publish", "acme")
    (flows / "acme.yaml").write_text(HEAD + MORE)
    run(capsys, "publish", "acme")
    (flows / "acme.yaml").unlink()
    assert served(flows) == ""
    code, said = run(capsys, "rollback", "acme")
    assert (code, "was gone; it is put back" in said) == (0, True)
    assert (flows / "acme.yaml").read_text() == HEAD + MORE
    assert served(flows, 60) == HEAD + MORE


def test_a_number_can_be_let_go(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    served(flows)
    code, said = run(capsys, "numbers", "release", "01632 960001")
    assert (code, said.splitlines()[-1:]) == (0, ["+441632960001: acme had it."])
    assert run(capsys, "numbers", "release", "01632 960001")[0] == 1
