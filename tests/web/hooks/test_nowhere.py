"""Secrets and card numbers are nowhere: not in Redis, the records, mail, files, logs, pages.

A call keys and says them wherever it can, texts and forms bring them, and the whole installation is
searched for their digits in any grouping.
"""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partialmethod
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from ivr.adapters.files.folder_storage import FolderStorage
from ivr.adapters.files.zip_backup import ZipBackup
from ivr.adapters.files.zip_export import ZipExport
from ivr.adapters.installation import open_installation
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.database import connect, reading
from ivr.adapters.sql.tables import metadata
from ivr.bootstrap import delivery_channels
from ivr.core.accounts.scopes import TokenScope
from ivr.log import configure_logging
from ivr.processes.relay import loops
from ivr.services.archive.backup import back_up
from ivr.services.archive.caller import export
from ivr.services.calls.asking import Asking
from ivr.services.deliveries.relay import deliver_once
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.accounts import keep_token
from tests.outside_system import System, say
from tests.recordings_folder import recordings_folder
from tests.services.deliveries.mail_server import Mailbox, start_mail_server
from tests.web.hooks.carrier_line import Clock, Line, settle

CARDS = ("5105105105105100", "378282246310005", "6011000990139424", "4917484589897107")
PIN, SPOKEN_PIN, NUMBER_PIN, WORD = "7394618", "8265173", "6183947", "quixotic marmalade"
ACME, CALLER = "+441632960001", "+447700900500"

FILE = """\
schema: 1
client:
  name: Acme
  numbers: "+44 1632 960001"
people: {ian: {name: Ian Frost, phone: "+44 7700 900123", email: ian@acme.example}}
agreement: {message: {owner: ian}}
vars:
  account: {}
  said: {}
  pin: {}
  spoken: {}
  number: {type: number}
  word: {}
  copy: {}
  told: {}
  echo: {}
  card: {}
start: main
nodes:
  main:
    menu: "Press 1."
    choices: [{key: "1", words: [go], next: account}]
    retries: 9
  account: {collect: "Your account number?", into: account, length: 4-19, retries: 9, next: free}
  free: {collect: "What is it about?", into: said, type: speech, retries: 9, next: pin}
  pin: {collect: "Your PIN?", into: pin, secret: yes, next: spoken}
  spoken: {collect: "Another?", into: spoken, secret: yes, confirm: yes, next: number}
  number: {collect: "A third?", into: number, secret: yes, next: word}
  word: {collect: "Your password?", into: word, type: speech, secret: yes, next: copy}
  copy: {set: {copy: "{pin}", told: "The PIN is {pin}."}, next: look}
  look:
    http:
      post: "URL/pins"
      send: {pin: "{pin}", number: "{number}", word: "{word}"}
      timeout: 1s
      reply: {echo: echo, card: card}
    next: which
    failed: failed
  which: {branch: [{if: 'copy == pin and number > 6000000', next: tell}], else: failed}
  tell: {say: "It is {pin}, {copy}, {told}, {echo}, {number} and {word}.", next: text}
  text: {text: {say: "The PIN is {pin}, {word}, {echo}.", to: ian}, next: take_message}
  take_message: {message: {say: "Please speak."}, next: done}
  done: {hangup: Goodbye.}
  failed: {hangup: That went wrong.}
"""


def traces(text: str) -> list[str]:
    """Which of the secrets and card numbers are in a text, however their digits are grouped."""
    figures = re.sub(r"(?<=\d)[\s\-.,/*_\"]{1,3}(?=\d)", "", text)
    sought = (*CARDS, PIN, SPOKEN_PIN, NUMBER_PIN, WORD)
    return [each for each in sought if each in text or each in figures]


def grouped(card: str) -> str:
    return " ".join(card[at : at + 4] for at in range(0, len(card), 4))


@pytest.fixture
def acme(
    settings: Settings, system: System, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> Iterator[Settings]:
    """A client whose system repeats what it is sent, with a mail server."""
    settings.flows.mkdir()
    (settings.flows / "acme.yaml").write_text(FILE.replace("URL", system.url))
    recordings_folder(settings).mkdir()
    migrate(settings.database_url)
    system.answer = lambda handler: say(
        handler,
        json.dumps(
            {"echo": f"you sent {system.asked[-1][3].decode()}", "card": grouped(CARDS[0])}
        ).encode(),
    )
    at_once = partialmethod(Asking.__init__, submit=lambda work, *given: work(*given))
    monkeypatch.setattr(Asking, "__init__", at_once)
    server = start_mail_server(mailbox)
    yield replace(
        settings,
        http_private=frozenset({"127.0.0.1"}),
        smtp_url=f"smtp://127.0.0.1:{server.port}",
    )
    server.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def call(line: Line) -> list[str]:
    """The whole call; returns what the caller heard."""
    heard: list[str] = []

    def act(**fields: str) -> None:
        line.act(**fields)
        heard.append(line.heard)

    line.dial()
    act(Digits=CARDS[0])
    act(SpeechResult=f"it is {grouped(CARDS[1])}")
    act(Digits="1")
    for card in CARDS:
        act(Digits=card)
        act(SpeechResult=" ".join(card))
    act(Digits="4471")
    act(SpeechResult=f"my card is {grouped(CARDS[2])} and it was refused")
    act(SpeechResult="it drips")
    act(Digits=PIN)
    act(SpeechResult=" ".join(SPOKEN_PIN))
    act(Digits=NUMBER_PIN)
    act(SpeechResult=WORD)
    act()
    recording = {
        "RecordingSid": "RE" + "2" * 32,
        "RecordingDuration": "7",
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}"
        f"/Recordings/RE{'2' * 32}",
    }
    record = line.document.find("Record")
    assert record is not None, line.heard
    line.post(str(record.get("recordingStatusCallback")), RecordingStatus="completed", **recording)
    act(**recording)
    line.post("/twilio/status", CallStatus="completed")
    return heard


def in_redis(redis: Redis) -> Iterator[str]:
    """Every key with all it holds, and the files that Redis writes."""
    for key in redis.scan_iter():
        yield f"{key} {redis.dump(key)!r}"
        match redis.type(key):
            case b"hash":
                yield str(redis.hgetall(key))
            case b"stream":
                yield str(redis.xrange(key))
            case b"zset":
                yield str(redis.zrange(key, 0, -1))
            case b"set":
                yield str(redis.smembers(key))
            case b"list":
                yield str(redis.lrange(key, 0, -1))
            case b"string":
                yield str(redis.get(key))
    redis.config_set("rdbcompression", "no")
    redis.save()
    folder = redis.config_get("dir")["dir"]
    assert folder is not None
    yield from in_files(Path(folder))


def in_records(settings: Settings) -> Iterator[str]:
    engine = connect(settings.database_url)
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            yield from (f"{table.name} {row}" for row in connection.execute(sa.select(table)))
    engine.dispose()


def in_files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield f"{path} {path.read_bytes().decode('latin-1')}"


def in_archive(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield f"{name} {archive.read(name).decode('latin-1')}"


def test_secrets_and_card_numbers_are_nowhere(
    acme: Settings,
    redis: Redis,
    clock: Clock,
    system: System,
    mailbox: Mailbox,
    tmp_path: Path,
) -> None:
    app = create_app(acme, clock)
    log_lines = io.StringIO()
    configure_logging("web", acme, log_lines)
    logging.root.setLevel(logging.DEBUG)
    line = Line(app.test_client(), acme.auth_token, acme.public_url, caller=CALLER, called=ACME)
    heard = call(line)
    assert heard.count("For your safety, please do not give card numbers here. Press 1.") == 2
    assert sum("do not give card numbers" in each for each in heard) == 2 + 2 * len(CARDS) + 1
    assert heard[-1] == "Goodbye."
    sent = json.loads(system.asked[0][3])
    assert sent == {"pin": PIN, "number": int(NUMBER_PIN), "word": WORD}
    assert not any(traces(each) for each in heard)

    text = f"my card: {grouped(CARDS[1])}, call me"
    assert line.post("/twilio/sms", MessageSid="SM1", Body=text).status_code == 200
    records = open_records(acme.database_url)
    step = {loop.name: loop.step for loop in loops(acme)}["facts"]
    step()
    settle(redis, records)
    [message] = records.messages.newest()
    assert message.fields["pin"] == message.fields["copy"] == "••••"
    assert message.fields["account"] == "4471"

    later = clock() + timedelta(hours=1)
    deliver_once(records, delivery_channels(acme), later)
    contents = [envelope.content for envelope in mailbox.envelopes]
    mails = [content.decode() for content in contents if isinstance(content, bytes)]
    assert len(mails) == len(contents)
    assert any("Ian" in each for each in mails)
    shown = list(in_pages(app, records, clock, message.id))
    back_up(open_installation(acme), ZipBackup(tmp_path / "backup.zip"), later)
    file = ZipExport(tmp_path / "caller.zip")
    export(records, FolderStorage(recordings_folder(acme)), CALLER, None, file, later)
    everything = {
        "Redis": in_redis(redis),
        "the records": in_records(acme),
        "files": in_files(acme.data),
        "e-mail": mails,
        "pages": shown,
        "the backup": in_archive(tmp_path / "backup.zip"),
        "the caller's file": in_archive(tmp_path / "caller.zip"),
        "logs": [log_lines.getvalue()],
    }
    found = {
        (where, each, text[:60])
        for where, texts in everything.items()
        for text in texts
        for each in traces(text)
    }
    assert found == set()
    kept = str(list(in_records(acme)))
    assert "pays by •••• •••• •••• ••••" in kept
    for each in (kept, str(list(in_redis(redis))), str(mails)):
        assert "4471" in each  # what is no secret is found this way
    records.close()


def in_pages(app: Flask, records: SqlRecords, clock: Clock, message: str) -> Iterator[str]:
    """What the API shows and takes; each write brings a card number."""
    _, key = keep_token(records, None, clock(), frozenset(TokenScope), "a program")
    api, headers = app.test_client(), {"Authorization": f"Bearer {key}"}
    job = records.jobs.of_message(message)
    assert job is not None
    note = {"act": "note", "text": f"pays by {grouped(CARDS[3])}"}
    once = headers | {"Idempotency-Key": "0b5e3f34-4a41-4aaa-9111-411111111111"}
    answer = api.post(f"/api/v1/jobs/{job.id}/acts", json=note, headers=once)
    assert answer.status_code == 200, answer.text
    sid = "CA" + "1" * 32
    for path in (
        "messages",
        f"messages/{message}",
        "jobs",
        f"jobs/{job.id}",
        "calls",
        f"calls/{sid}",
    ):
        answer = api.get(f"/api/v1/{path}", headers=headers)
        assert answer.status_code == 200, path
        yield answer.text
