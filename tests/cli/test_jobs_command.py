"""`python -m ivr jobs`, as a person and as a program sees it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.core.jobs.job import FollowUpTerms, Job, Opening
from ivr.core.records.outbox import OutboxKind
from tests.flow_files import EXAMPLES
from tests.job_changes import open_job
from tests.job_samples import IAN, new_job


@pytest.fixture
def records(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> SqlRecords:
    """An agency with the example clients and two jobs of Rainbow Frost's: one overdue."""
    shutil.copytree(EXAMPLES, tmp_path / "flows")
    for name, value in {
        "IVR_FLOWS": tmp_path / "flows",
        "IVR_DATA": tmp_path / "var",
        "IVR_DATABASE_URL": database_url,
        "LOGNAME": "ann",
        "TZ": "UTC",
    }.items():
        monkeypatch.setenv(name, str(value))
    migrate(database_url)
    return open_records(database_url)


@pytest.fixture
def late(records: SqlRecords) -> Job:
    """A job that has been overdue for an hour."""
    now = datetime.now(UTC).replace(microsecond=0)
    opening = Opening(
        IAN, now - timedelta(hours=1), FollowUpTerms(grace=600), "Ring the caller back"
    )
    fields = {"reason": "a \x1b[31mleak"}
    new = new_job(opening=opening, fields=fields, caller="+441632960001")
    return open_job(records, new, now - timedelta(hours=5))


def now(records: SqlRecords, job: Job) -> Job:
    found = records.jobs.find(job.id)
    assert found is not None
    return found


def test_jobs_as_json_have_the_agreed_fields(
    records: SqlRecords, late: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["jobs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "id": late.id,
            "client": "rainbow-frost",
            "kind": "message",
            "summary": "Message",
            "caller": "+441632960001",
            "call_sid": None,
            "message": None,
            "fields": {"reason": "a \x1b[31mleak"},
            "state": "open",
            "owner": {"kind": "person", "id": "ian", "name": "Ian Frost"},
            "action": "Ring the caller back",
            "opened_at": late.opened_at.isoformat(),
            "opened_by": "a call",
            "due_at": late.due_at.isoformat(),
            "overdue": True,
            "snoozed_until": None,
            "acted_at": late.acted_at.isoformat(),
            "outcome": None,
            "reason": None,
            "closed_at": None,
            "version": 1,
        }
    ]


def test_the_list_can_be_narrowed_down(
    records: SqlRecords, late: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    due = datetime.now(UTC) + timedelta(hours=1)
    open_job(
        records,
        new_job(client="acme", opening=Opening(IAN, due, FollowUpTerms(), "Call")),
        due - timedelta(hours=2),
    )
    for options, shown in (
        ([], 2),
        (["--overdue"], 1),
        (["--client", "acme"], 1),
        (["--client", "acme", "--overdue"], 0),
        (["--closed"], 0),
    ):
        main(["jobs", *options])
        text = capsys.readouterr().out
        assert (0 if text == "No jobs.\n" else len(text.splitlines())) == shown
        assert "OVERDUE" in text or "--overdue" not in options or shown == 0


def test_a_job_goes_through_hands_and_is_closed_with_a_reason(
    records: SqlRecords, late: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    short = late.id[:6]
    assert main(["jobs", "take", short, "--operator", "sam", "--by", "Sam"]) == 0
    assert main(["jobs", "hand", short, "--to", "maya", "--reason", "she knows the house"]) == 0
    assert main(["jobs", "return", short, "--reason", "on holiday", "--by", "Maya"]) == 0
    assert now(records, late).owner.key == "operator:sam"
    assert main(["jobs", "snooze", short, "--for", "2h"]) == 0
    assert main(["jobs", "note", short, "engaged"]) == 0
    assert main(["jobs", "close", short, "--reason", "rang back"]) == 0
    assert main(["jobs", "reopen", short, "--reason", "rang again"]) == 0
    assert records.outbox.waiting(OutboxKind.NOTICE).count == 2  # to Maya, and back to Sam
    capsys.readouterr()
    assert main(["jobs", "show", short]) == 0
    shown = capsys.readouterr().out
    assert "taken from Ian Frost by Sam Okafor" in shown
    assert "assigned from Sam Okafor to Maya Frost by ann: she knows the house" in shown
    assert "returned from Maya Frost to Sam Okafor by Maya: on holiday" in shown
    assert "closed as done by ann: rang back" in shown
    assert "\x1b" not in shown
    assert main(["jobs", "show", short, "--json"]) == 0
    history = json.loads(capsys.readouterr().out)["history"]
    assert [each["act"] for each in history] == (
        ["opened", "take", "hand", "return", "snooze", "note", "close", "reopen"]
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["hand", "JOB", "--to", "nobody"],
            "Nobody is called “nobody” here; there are agency, ian",
        ),
        (["take", "JOB", "--operator", "ian"], "Nobody is called “operator:ian”"),
        (["close", "JOB", "--reason", " "], "why the job is closed"),
        (["snooze", "JOB", "--for", "long"], "'long' is not a length of time"),
        (["show", "nothing"], "No job begins with “nothing”"),
        (["show", ""], "No job begins"),
    ],
)
def test_what_is_refused_is_explained_and_changes_nothing(
    arguments: list[str],
    said: str,
    records: SqlRecords,
    late: Job,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if arguments == ["show", ""]:
        open_job(records, new_job(), datetime.now(UTC))
        said = "Several jobs begin"
    assert main(["jobs", *(late.id if each == "JOB" else each for each in arguments)]) == 2
    assert said in capsys.readouterr().err
    assert now(records, late) == late
