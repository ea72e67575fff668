"""Everything that the records, Redis and the client files can hold of one client, with a word in
all of it that stands nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.sql.tables import UtcDateTime, metadata
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest
from ivr.core.jobs.job import Owner, OwnerKind
from ivr.core.queue.entry import QueueEntry
from ivr.core.records.audit_entry import AuditEntry
from ivr.core.records.call_back import CallBack
from ivr.core.records.draft import Draft
from ivr.core.records.message import Recipient, TextSpan, Transcript, Word
from ivr.core.records.text_message import TextReceived
from tests.accounts import keep_account
from tests.adapters.sql.records_samples import snapshot
from tests.flow_files import HEAD
from tests.statuses import keep_status
from tests.web.console.calls.conversations_kept import record
from tests.web.console.client.client_inbox import brought, left
from tests.web.console.small_console import NOON, Console

MARK = "zyxomma"
"""The client's short name, and the word."""

NUMBER = "+441632960666"
DIGITS = "960666"
COMMON = "ceiling"
"""A word that is in all that was said, and that callers of other clients say too."""

FILE = (
    HEAD.replace("Acme Plumbing", "Zyxomma").replace("Acme", "Zyxomma").replace("960001", "960002")
    + """\
people:
  zora: {name: Zora Zyxomma, phone: "+44 7700 900666", email: zora@zyxomma.example}
start: greet
nodes:
  greet: {say: "Zyxomma.", next: done}
  done: {hangup: "Zyxomma."}
"""
)
_WORDS = (COMMON, MARK)
HEARD = Transcript(
    " ".join(_WORDS),
    tuple(Word(word, at, at + 1, 0.9) for at, word in enumerate(_WORDS)),
    "vosk",
    "a model",
    "1",
    tuple(TextSpan(word, at, at, 0.9) for at, word in enumerate(_WORDS)),
    NUMBER,
)


@dataclass(frozen=True, slots=True)
class Another:
    """What ids there are of the other client's things."""

    account: Account
    job: str
    message: str
    call: str
    draft: str
    status: str
    recording: str


def another_client(console: Console, redis: Redis) -> Another:
    """Keep one of each."""
    (console.flows / f"{MARK}.yaml").write_text(FILE, encoding="utf-8")
    console.library.refresh()
    records, call = console.records, f"CA{MARK}"
    records.calls.note([snapshot(call_sid=call, client=MARK, from_=NUMBER, path=(MARK,))])
    person = Recipient("Zora Zyxomma", "zora@zyxomma.example")
    job = left(
        console,
        owner=_zora(),
        client=MARK,
        client_name="Zyxomma",
        call_sid=call,
        caller=NUMBER,
        fields={"about": MARK},
        recipient=person,
        heard=HEARD,
    )
    brought(console, job, "Zora Zyxomma")
    records.messages.correct(job.message or "", MARK, MARK, MARK, NOON)
    records.texts.keep(
        TextReceived(
            message_sid=f"SM{MARK}",
            client=MARK,
            from_=NUMBER,
            to="+441632960002",
            body=MARK,
            received_at=NOON,
        )
    )
    draft = Draft(
        call_sid=call,
        client=MARK,
        flow_version="1",
        operator="sam",
        caller=NUMBER,
        began_at=NOON,
        updated_at=NOON,
        fields={"about": MARK},
    )
    records.drafts.begin(draft)
    records.call_backs.promise(_call_back(call))
    account = Account(
        id="", login=MARK, name="Zora Zyxomma", role=Role.CLIENT, client=MARK, person="zora"
    )
    account = keep_account(records, account, NOON)
    act = AuditEntry(at=NOON, account=account.id, who=MARK, act="saw a job", client=MARK)
    records.audit.add(act)
    _the_rest(console.settings.database_url)
    ticket = QueueEntry(call, MARK, NUMBER, "+441632960002", 0, (), NOON, 600)
    RedisOperatorQueue(redis).wait(ticket, NOON)
    away = keep_status(records, _away(), NOON).status
    talk = record(console, HEARD, client=MARK, call_sid=call, caller=NUMBER)
    return Another(account, job.id, job.message or "", call, draft.id, away.id, talk)


def rows_of_it(database_url: str) -> dict[str, list[str]]:
    """All rows that have to do with the client, by table."""
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(str(row) for row in connection.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return {
        name: theirs
        for name, rows in found.items()
        if (theirs := [row for row in rows if MARK in row.lower() or DIGITS in row])
    }


def _zora() -> Owner:
    return Owner(OwnerKind.PERSON, "zora", "Zora Zyxomma")


def _away() -> StatusRequest:
    kind, how = StatusKind.AWAY, How.PAGE
    return StatusRequest(
        client=MARK, person="zora", kind=kind, starts=NOON, ends=None, by=MARK, how=how
    )


def _call_back(call: str) -> CallBack:
    return CallBack(
        id=MARK,
        client=MARK,
        call_sid=call,
        node=MARK,
        number=NUMBER,
        shown=NUMBER,
        ticket="{}",
        tries=1,
        after=60,
        timezone="Europe/London",
        asked_at=NOON,
        due_at=NOON,
        name=MARK,
    )


def _the_rest(database_url: str) -> None:
    """A row of every table that has clients and none of this one yet: what only the system itself
    writes, and what nobody has thought of here."""
    engine, known = sa.create_engine(database_url), rows_of_it(database_url)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if "client" in table.c and table.name not in known:
                row = {column.name: _something(column) for column in table.c}
                connection.execute(sa.insert(table).values(row))
    engine.dispose()


def _something(column: sa.Column[Any]) -> object:
    kinds: tuple[tuple[type, object], ...] = (
        (UtcDateTime, NOON),
        (sa.JSON, {MARK: MARK}),
        (sa.Boolean, False),
        (sa.Numeric, 1),
        (sa.Float, 1.0),
        (sa.Integer, 1),
    )
    return next((value for kind, value in kinds if isinstance(column.type, kind)), MARK)
