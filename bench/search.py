"""How long a search takes over 200,000 calls, half of them with a message, on both databases.

Callers' words are drawn by Zipf's law from an invented vocabulary, so that some words stand in
nearly every message and some in a handful. Prints p50 and p95 in milliseconds for queries of each
kind. PostgreSQL is measured where its server is installed.

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
from ivr.records import Records, migrate, open_records
from ivr.records.database import connect, writing
from ivr.records.search_text import document
from ivr.records.tables import calls, search_documents

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


def rows(count: int) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Calls, each with the documents by which it is found."""
    chance = random.Random(7)  # noqa: S311 - not for secrets
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    for number in range(count):
        at = START + timedelta(minutes=5 * number)
        client = f"client-{int(CLIENTS * chance.random() ** 2)}"
        caller = f"+44{1600000000 + chance.randrange(30_000) * 17}"
        call = {
            "call_sid": f"CA{number:032x}",
            "client": client,
            "from_": caller,
            "to": "+441632960000",
            "started_at": at,
            "flow_version": "v",
            "turn": 3,
            "path": ["greet", "main"],
        }
        usual = {"client": client, "at": at}
        found = [
            {"kind": "call", "subject": call["call_sid"], **usual}
            | {"body": document((), [caller], client)}
        ]
        if number % 2:
            said = " ".join(chance.choices(WORDS, weights, k=40))
            body = document([said], [caller], client)
            found.append({"kind": "message", "subject": f"{number:032x}", **usual, "body": body})
        yield call, found


def fill(url: str, count: int) -> None:
    engine = connect(url)
    batch: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for call, documents in rows(count):
        batch.append(call)
        found += documents
        if len(batch) == BATCH:
            keep(engine, batch, found)
    if batch:
        keep(engine, batch, found)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def keep(engine: sa.Engine, batch: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    with writing(engine) as connection:
        connection.execute(sa.insert(calls), batch)
        connection.execute(sa.insert(search_documents), found)
    batch.clear()
    found.clear()


QUERIES = (
    ("a caller's number", ["01600 000170", "+44 1600 000340"], None),
    ("a rare word", [RARE, WORDS[-9]], None),
    ("a middling word", [MIDDLING], None),
    ("a common word", [COMMON, WORDS[0]], None),
    ("the beginning of all numbers", ["0160", "44"], None),
    ("the beginning of words", ["ka", "kaa"], None),
    ("a long common beginning", [COMMON[:3] + "1"], None),
    ("two common words", [f"{COMMON} {WORDS[0]}"], None),
    ("a common and a rare word", [f"{COMMON} {RARE}"], None),
    ("a common word, busy client", [COMMON], "client-0"),
    ("a common word, quiet client", [COMMON], "client-199"),
    ("a rare word, one client", [RARE], "client-0"),
    ("the 20th page of a common word", [COMMON], 20),
    ("nothing", ["xyzzy"], None),
)


def measure(records: Records, rounds: int) -> None:
    for name, queries, about in QUERIES:
        client = about if isinstance(about, str) else None
        page = about if isinstance(about, int) else 1
        times, hits = [], 0
        for number in range(rounds):
            query = queries[number % len(queries)]
            began = time.perf_counter()
            hits = len(records.search(query, client, limit=51, page=page))
            times.append((time.perf_counter() - began) * 1e3)
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
