"""All about one caller: handed over in one file, or erased."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.adapters.sql import migrate, open_records
from ivr.settings import Settings
from tests.adapters.sql.recording_samples import CONVERSATION, call_recording_note
from tests.adapters.sql.records_samples import FIRST, HEARD, NOON, message_note, snapshot
from tests.recordings_folder import recordings_folder

CALLER, ON_THE_LINE, LONG_GONE = "+441632960001", "+447700900123", "+447700900124"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(settings: Settings) -> Run:
    """Runs a command on an installation with one caller's call and message."""
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    records.calls.note([snapshot(ended_at=NOON, outcome="hung up"), FIRST])
    message_id = records.messages.keep(message_note())
    recordings_folder(settings).mkdir()
    (recordings_folder(settings) / "one.wav").write_bytes(b"RIFF sound")
    records.recordings.audio_stored(message_id, "one.wav", 2.0, NOON)
    records.recordings.transcribed(message_id, HEARD, NOON)
    talk = records.call_recordings.keep(call_recording_note(), NOON)
    (recordings_folder(settings) / "talk.wav").write_bytes(b"RIFF talk")
    records.recordings.audio_stored(talk, "talk.wav", 2.0, NOON, 2)
    records.recordings.transcribed(talk, CONVERSATION, NOON)
    records.calls.note([snapshot(call_sid="CA2", from_=ON_THE_LINE, started_at=datetime.now(UTC))])
    records.calls.note([snapshot(call_sid="CA3", from_=LONG_GONE)])
    records.close()
    environment = os.environ | {
        "IVR_DATABASE_URL": settings.database_url,
        "IVR_RECORDINGS": str(settings.recordings),
        "IVR_DATA": str(settings.data),
        "TZ": "UTC",
    }

    def ivr(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ivr", *arguments],
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return ivr


def test_all_about_a_caller_is_in_one_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "caller.zip"
    done = run("caller", "export", "01632 960001", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 calls, 1 messages, 1 recorded conversations, 1 jobs" in done.stdout
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        data = json.loads(archive.read("data.json"))
        audio = [name for name in archive.namelist() if name.startswith("audio/")]
        assert sorted(map(archive.read, audio)) == [b"RIFF sound", b"RIFF talk"]
        assert "The call came in from +441632960001." in archive.read("timeline.txt").decode()
    assert [row["text"] for row in data["messages"]] == ["the ceiling drips"]
    assert [row["text"] for row in data["call_recordings"]] == [CONVERSATION.text]
    assert [row["call_sid"] for row in data["calls"]] == ["CA1"]
    assert ON_THE_LINE not in json.dumps(data)
    assert run("caller", "export", CALLER, str(file)).returncode == 2


def test_only_one_client_s_part_is_handed_over_where_one_is_named(run: Run, tmp_path: Path) -> None:
    done = run("caller", "export", CALLER, "--client", "dental", str(tmp_path / "c.zip"))
    assert "nothing" in done.stdout


def test_a_caller_is_erased_after_a_yes_and_the_proof_stays(run: Run, settings: Settings) -> None:
    refused = run("caller", "erase", CALLER, typed="no\n")
    assert refused.returncode == 1
    assert "Nothing was erased" in refused.stdout
    done = run("caller", "erase", CALLER, typed="yes\n")
    assert done.returncode == 0, done.stderr
    records = open_records(settings.database_url)
    assert [call.call_sid for call in records.calls.newest()] == ["CA2", "CA3"]
    assert records.messages.newest() == []
    acts, _ = records.audit.page()
    assert [(act.act, act.about) for act in acts] == [("erased all about a caller", None)]
    records.close()
    assert not (recordings_folder(settings) / "one.wav").exists()
    proofs = json.loads(run("purges", "--json").stdout)
    assert [(proof["rule"], proof["by"]) for proof in proofs] == [("on request", "server")]
    assert CALLER not in run("purges").stdout


def test_a_caller_who_is_on_the_line_is_erased_afterwards(run: Run) -> None:
    done = run("caller", "erase", ON_THE_LINE, "--yes")
    assert done.returncode == 1
    assert "going on" in done.stderr


def test_a_call_of_whose_end_nobody_told_does_not_hinder_for_ever(run: Run) -> None:
    assert run("caller", "erase", LONG_GONE, "--yes").returncode == 0


def test_what_is_no_number_is_refused(run: Run) -> None:
    assert run("caller", "erase", "12", "--yes").returncode == 2
