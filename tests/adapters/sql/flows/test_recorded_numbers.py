"""Who has which number, decided by several processes at once, on each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from ivr.adapters.sql import SqlRecords, open_records
from ivr.adapters.sql.database import connect, writing
from ivr.adapters.sql.keeping.rename import rename_client
from ivr.core.flow.holders import NumberHold
from tests.adapters.sql.records_samples import NOON

NUMBER, OTHER = "+441632960601", "+441632960602"


def claims(client: str) -> Callable[[Mapping[str, NumberHold]], dict[str, NumberHold]]:
    """The decision of somebody who gives both numbers to a client, where nobody has them."""
    wanted = dict.fromkeys((NUMBER, OTHER), NumberHold(client, f"{client}.yaml:2"))
    return lambda before: {**wanted, **before}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each comes to, where all begin at the same moment."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        together.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_many_who_claim_a_number_at_once_one_has_it_and_all_know(records_url: str) -> None:
    clients = ("acme", "bell", "cole", "dunn")
    processes = {client: open_records(records_url) for client in clients}

    def settling(client: str) -> Callable[[], Any]:
        versions = processes[client].versions
        return lambda: versions.settle(versions.mark(NOON), claims(client), NOON)

    told = at_once(*map(settling, clients))
    kept = processes["acme"].versions.holds()
    assert len({hold.client for hold in kept.values()}) == 1
    assert told == [kept] * len(clients)
    for each in processes.values():
        each.close()


def test_a_number_is_let_go_once_and_free_afterwards(records: SqlRecords) -> None:
    versions = records.versions
    versions.settle(versions.mark(NOON), claims("acme"), NOON)
    let_go = at_once(*[lambda: versions.release(NUMBER)] * 4)
    assert sorted(let_go, key=str) == [None, None, None, "acme"]
    found = versions.settle(versions.mark(NOON), claims("bell"), NOON)
    assert found is not None
    assert {number: hold.client for number, hold in found.items()} == {
        NUMBER: "bell",
        OTHER: "acme",
    }


def test_a_rename_takes_the_numbers_along_while_others_settle_them(
    records: SqlRecords, records_url: str
) -> None:
    versions = records.versions
    versions.settle(versions.mark(NOON), claims("acme"), NOON)

    def rename() -> None:
        engine = connect(records_url)
        with writing(engine) as connection:
            rename_client(connection, "acme", "acme-ltd")
        engine.dispose()

    at_once(rename, *[lambda: versions.settle(versions.mark(NOON), claims("bell"), NOON)] * 3)
    assert {hold.client for hold in versions.holds().values()} == {"acme-ltd"}


def test_whoever_has_not_seen_the_latest_publication_settles_nothing(records: SqlRecords) -> None:
    versions = records.versions
    assert versions.settle((-1, "earlier"), claims("acme"), NOON) is None
    assert versions.holds() == {}
