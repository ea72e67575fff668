"""How long a search takes over 200,000 calls, half of them with a message, on both databases.

Each message has opened a job, and half of these have a note or a reason; callers have given their
names. Their words are drawn by Zipf's law from an invented vocabulary, so that some stand in nearly
every message and some in a handful. Prints p50 and p95 in milliseconds of what the console's search
does for queries of each kind: finding, and fetching the 50 things of the page. PostgreSQL is
measured where its server is installed.

    python -m bench.search [--calls 200000] [--rounds 30] [--database URL]
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.postgres import own_server
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.database import connect, writing
from ivr.adapters.sql.tables import calls, jobs, messages, search_documents
from ivr.core.records.search_text import document

START = datetime(2024, 1, 1, tzinfo=UTC)
CLIENTS = 200
BATCH = 5_000
AIM_MS = 100
WORDS = [
    a + b + c
    for a in ("ka", "ro", "mi", "sel", "tan")
    for b in "aeiou"
    for c in map(str, range(400))
]
COMMON, MIDDLING, RARE = WORDS[1], WORDS[200], WORDS[-3]


FIRST_NAMES = [a + b for a in ("Al", "Ber", "Ca", "Do", "El") for b in ("ma", "nard", "rik", "sa")]
LAST_NAMES = [a + b for a in WORDS[7:8000:8] for b in ("son", "ley")]

Rows = dict[sa.Table, list[dict[str, Any]]]


def rows(count: int) -> Iterator[Rows]:
    """A call at a time, with what came of it and the documents by which that is found."""
    chance = random.Random(7)  # noqa: S311 - not for secrets
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    for number in range(count):
        at = START + timedelta(minutes=5 * number)
        client = f"client-{int(CLIENTS * chance.random() ** 2)}"
        caller = f"+44{1600000000 + chance.randrange(30_000) * 17}"
        found: Rows = {calls: [call(number, at, client, caller)], messages: [], jobs: []}
        usual = {"client": client, "at": at}
        body = document((), [caller], client)
        sid, id_ = f"CA{number:032x}", f"{number:032x}"
        found[search_documents] = [{"kind": "call", "subject": sid, **usual, "body": body}]
        if number % 2:
            said = " ".join(chance.choices(WORDS, weights, k=40))
            name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
            found[messages] = [message(id_, sid, at, client, caller, name, said)]
            body = document([said, "message", name, "Ian Frost"], [caller], client)
            found[search_documents].append(
                {"kind": "message", "subject": id_, **usual, "body": body}
            )
        if number % 4 == 1:
            noted = " ".join(chance.choices(WORDS, weights, k=8))
            found[jobs] = [job(id_, sid, at, client, caller, name, noted)]
            body = document(["Message", "message", name, noted], [caller], client)
            found[search_documents].append({"kind": "job", "subject": id_, **usual, "body": body})
        yield found


def call(number: int, at: datetime, client: str, caller: str) -> dict[str, Any]:
    return {
        "call_sid": f"CA{number:032x}",
        "client": client,
        "from_": caller,
        "to": "+441632960000",
        "started_at": at,
        "flow_version": "v",
        "turn": 3,
        "path": ["greet", "main"],
    }


def message(
    id_: str, sid: str, at: datetime, client: str, caller: str, name: str, said: str
) -> dict[str, Any]:
    return {
        "id": id_,
        "recording_sid": f"RE{id_}",
        "call_sid": sid,
        "client": client,
        "caller": caller,
        "kind": "message",
        "node": "take_message",
        "fields": {"name": name},
        "received_at": at,
        "seconds": 20.0,
        "language": "en-GB",
        "timezone": "Europe/London",
        "client_name": client,
        "recipient_name": "Ian Frost",
        "state": "transcribed",
        "recogniser": "vosk",
        "model": "small",
        "text": said,
        "words": [],
    }


def job(
    id_: str, sid: str, at: datetime, client: str, caller: str, name: str, noted: str
) -> dict[str, Any]:
    return {
        "id": id_,
        "client": client,
        "kind": "message",
        "summary": "Message",
        "caller": caller,
        "call_sid": sid,
        "message": id_,
        "fields": {"name": name},
        "opened_at": at,
        "opened_by": "a call",
        "owner_kind": "person",
        "owner": "ian",
        "owner_name": "Ian Frost",
        "due_at": at,
        "action": "Ring the caller back",
        "terms": {"remind": [], "line": []},
        "line": [],
        "acted_at": at,
        "version": 2,
        "reminded": False,
        "alarmed": False,
        "state": "closed",
        "outcome": "done",
        "reason": noted,
        "closed_at": at,
    }


def fill(url: str, count: int) -> None:
    engine = connect(url)
    batch: Rows = {}
    for number, found in enumerate(rows(count), start=1):
        for table, more in found.items():
            batch.setdefault(table, []).extend(more)
        if number % BATCH == 0:
            keep(engine, batch)
    keep(engine, batch)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def keep(engine: sa.Engine, batch: Rows) -> None:
    with writing(engine) as connection:
        for table, found in batch.items():
            if found:
                connection.execute(sa.insert(table), found)
    batch.clear()


QUERIES = (
    ("a caller's number", ["01600 000170", "+44 1600 000340"], None),
    ("the beginning of a number", ["01600 0012", "+44 16004"], None),
    ("part of a name", [LAST_NAMES[70][:4], LAST_NAMES[700][:5]], None),
    ("a whole name", [f"{FIRST_NAMES[3]} {LAST_NAMES[70]}", f"almason {LAST_NAMES[9]}"], None),
    ("a name and a number", [f"{FIRST_NAMES[3]} 01600"], None),
    ("a rare word", [RARE, WORDS[-9]], None),
    ("a middling word", [MIDDLING], None),
    ("a common word", [COMMON, WORDS[0]], None),
    ("what every message has", ["message", "ian frost"], None),
    ("the beginning of all numbers", ["0160", "44"], None),
    ("the beginning of words", ["ka", "kaa"], None),
    ("a long common beginning", [COMMON[:3] + "1"], None),
    ("two common words", [f"{COMMON} {WORDS[0]}"], None),
    ("two middling words", [f"{MIDDLING} {WORDS[230]}"], None),
    ("a common and a rare word", [f"{COMMON} {RARE}"], None),
    ("three words that never meet", [f"{COMMON} {MIDDLING} {RARE}"], None),
    ("a common word, busy client", [COMMON], "client-0"),
    ("a common word, quiet client", [COMMON], "client-199"),
    ("a number, one client", ["01600 000170"], "client-0"),
    ("part of a name, one client", [LAST_NAMES[70][:4]], "client-3"),
    ("a rare word, one client", [RARE], "client-0"),
    ("the 20th page of a common word", [COMMON], 20),
    ("nothing", ["xyzzy"], None),
)


def measure(records: SqlRecords, rounds: int) -> None:
    for name, queries, about in QUERIES:
        client = about if isinstance(about, str) else None
        page = about if isinstance(about, int) else 1
        times, hits = [], 0
        for number in range(rounds):
            query = queries[number % len(queries)]
            began = time.perf_counter()
            found = records.search.find(query, client, limit=51, page=page)
            records.search.look_up(found[:50])
            times.append((time.perf_counter() - began) * 1e3)
            hits = max(hits, len(found))
        p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
        late = "" if p95 <= AIM_MS else "  above the aim"
        print(f"  {name:32}{hits:5} hits{p50:9.1f}{p95:9.1f}{late}")


def compare(url: str, options: argparse.Namespace) -> None:
    migrate(url)
    began = time.perf_counter()
    fill(url, options.calls)
    records = open_records(url)
    print(f"{sa.make_url(url).get_backend_name()}: {options.calls} calls, ", end="")
    print(f"filled in {time.perf_counter() - began:.0f} s{' ':19}p50 ms   p95 ms")
    measure(records, options.rounds)
    records.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--database", help="an empty PostgreSQL database to measure instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tango-") as folder, ExitStack() as stack:
        if options.database:
            compare(options.database, options)
            return
        compare(f"sqlite:///{Path(folder) / 'records.sqlite3'}", options)
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) >> 20
        print(f"  the SQLite file: {size} MB")
        postgres = stack.enter_context(own_server())
        if postgres is None:
            print("PostgreSQL is not installed here.", file=sys.stderr)
        else:
            compare(postgres, options)


if __name__ == "__main__":
    main()
