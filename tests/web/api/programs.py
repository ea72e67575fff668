"""An installation with two clients and a program of each, on real parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.scopes import TokenScope
from ivr.core.jobs.job import Owner, OwnerKind
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.accounts import keep_token
from tests.adapters.sql.records_samples import HEARD, message_note, recording_note, snapshot
from tests.job_changes import open_job
from tests.job_samples import new_job
from tests.recordings_folder import recordings_folder

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ALL = frozenset(TokenScope)
MARK = "heliotrope"
"""Stands in whatever belongs to the other client."""

FLOW = """\
schema: 1
client: {{name: {name}, numbers: ["{number}"], timezone: Europe/London}}
people:
  ian: {{name: Ian Frost, email: ian@{id}.example}}
  maya: {{name: Maya Frost, email: maya@{id}.example}}
agreement:
  message: {{owner: ian, due: 4h}}
start: bye
nodes:
  bye: {{hangup: "Thank you. Goodbye."}}
"""

AGENCY = """\
agency:
  name: Larkfield
  email: desk@larkfield.example
  operators:
    sam: {name: Sam Okafor, phone: "+44 7700 900301"}
"""


@dataclass(frozen=True)
class Left:
    """What there is of one client."""

    call: str
    message: str
    job: str


@dataclass
class Place:
    """The installation, its clock and its two clients."""

    settings: Settings
    records: SqlRecords
    now: list[datetime] = field(default_factory=lambda: [NOON])

    def __post_init__(self) -> None:
        self.settings.flows.mkdir(exist_ok=True)
        recordings_folder(self.settings).mkdir(exist_ok=True)
        files = {
            "acme.yaml": FLOW.format(id="acme", name="Acme", number="+441604529170"),
            "bramble.yaml": FLOW.format(id="bramble", name=f"{MARK} Ltd", number="+441604529171"),
            "agency.yaml": AGENCY,
        }
        for name, text in files.items():
            (self.settings.flows / name).write_text(text, encoding="utf-8")
        self.app: Flask = create_app(self.settings, lambda: self.now[0])
        self.acme = self.leave("acme", "a")
        self.bramble = self.leave("bramble", "b", MARK)

    def leave(self, client: str, sign: str, words: str = "nothing") -> Left:
        """A call with a message and its job."""
        call = f"CA{sign}"
        names = {"call_sid": call, "recording_sid": f"RE{sign}", "client": client}
        self.records.calls.note([snapshot(call_sid=call, client=client, path=(words,))])
        note = message_note(**names, fields={"reason": words}, client_name=words)
        message = self.records.messages.keep(note)
        self.records.messages.recording_ready(recording_note(**names))
        (recordings_folder(self.settings) / f"{sign}.wav").write_bytes(
            b"RIFF" + words.encode() * 100
        )
        self.records.recordings.audio_stored(message, f"{sign}.wav", 3.5, NOON)
        self.records.recordings.transcribed(message, HEARD, NOON)
        job = self.records.jobs.of_message(message)
        assert job
        return Left(call, message, job.id)

    def open_job(self, client: str = "acme") -> str:
        """A job of Ian's that no message has opened."""
        owner = Owner(OwnerKind.PERSON, "ian", "Ian Frost")
        return open_job(self.records, new_job(owner, client=client), NOON).id

    def program(self, client: str | None = "acme", scopes: frozenset[TokenScope] = ALL) -> Program:
        """A program with a token."""
        whose = client or "agency"
        _, key = keep_token(self.records, client, NOON, scopes, f"{whose}'s program")
        return Program(self.app.test_client(), key)


@dataclass
class Program:
    """Somebody who asks the API with a key."""

    http: FlaskClient
    key: str

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}"} | more.pop("headers", {})
        answer = self.http.open(f"/api/v1{path}", method=method, headers=headers, **more)
        answer.get_data()
        answer.close()  # the file of a recording
        return answer

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.ask("GET", path, query_string=query)

    def act(self, job: str, act: str, key: str = "", **more: Any) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"act": act, **more}
        return self.ask("POST", f"/jobs/{job}/acts", json=body, headers=headers)
