"""Versions of flows in the records: kept whole, published once, live when their time has come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from ivr.adapters.sql import SqlRecords, open_records
from ivr.core.flow.publication import FlowText, How, Publication

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def text(version: str, written: datetime = NOON, client: str = "acme") -> FlowText:
    """A version whose file holds its name."""
    return FlowText(client, version, {f"{client}.yaml": f"# {version}"}, written, "ann")


def act(
    records: SqlRecords,
    version: str,
    live_from: datetime,
    how: How = "publish",
    now: datetime | None = None,
) -> None:
    """Publish a version by hand."""
    publication = Publication(
        client="acme",
        version=version,
        live_from=live_from,
        published_at=now or live_from,
        by="ben",
        how=how,
        note="because",
    )
    records.versions.publish(text(version), publication)


def test_a_file_s_version_is_live_from_when_it_was_first_seen(records: SqlRecords) -> None:
    assert records.versions.live(NOON) == {}
    assert records.versions.publish_files([text("one")], NOON) == [text("one")]
    assert records.versions.live(NOON) == {"acme": "one"}
    assert records.versions.live(NOON - HOUR) == {}


def test_what_is_published_already_is_not_published_again(records: SqlRecords) -> None:
    records.versions.publish_files([text("one")], NOON)
    assert records.versions.publish_files([text("one")], NOON + HOUR) == []
    assert len(records.versions.publications("acme")) == 1


def test_the_texts_of_every_version_stay(records: SqlRecords) -> None:
    records.versions.publish_files([text("one")], NOON)
    records.versions.publish_files([text("two", NOON + HOUR)], NOON + HOUR)
    assert records.versions.texts("acme", "one") == {"acme.yaml": "# one"}
    assert records.versions.texts("acme", "two") == {"acme.yaml": "# two"}
    assert records.versions.texts("acme", "three") is None
    assert records.versions.texts("bell", "one") is None


def test_an_old_text_counts_only_where_somebody_has_put_it_back(records: SqlRecords) -> None:
    records.versions.publish_files([text("one", NOON)], NOON)
    records.versions.publish_files([text("two", NOON + HOUR)], NOON + HOUR)
    # A machine whose disk lags behind still has the first text, written before.
    assert records.versions.publish_files([text("one", NOON)], NOON + 2 * HOUR) == []
    back = text("one", NOON + 2 * HOUR)
    assert records.versions.publish_files([back], NOON + 2 * HOUR) == [back]
    assert records.versions.live(NOON + 2 * HOUR) == {"acme": "one"}


def test_a_roll_back_stays_until_the_file_changes(records: SqlRecords) -> None:
    records.versions.publish_files([text("one")], NOON)
    records.versions.publish_files([text("two", NOON + HOUR)], NOON + HOUR)
    act(records, "one", NOON + 2 * HOUR, "rollback")
    records.versions.publish_files([text("two", NOON + HOUR)], NOON + 3 * HOUR)  # a restart
    assert records.versions.live(NOON + 3 * HOUR) == {"acme": "one"}
    records.versions.publish_files([text("three", NOON + 4 * HOUR)], NOON + 4 * HOUR)
    assert records.versions.live(NOON + 4 * HOUR) == {"acme": "three"}


def test_a_planned_version_is_live_when_its_time_has_come(records: SqlRecords) -> None:
    records.versions.publish_files([text("one")], NOON)
    before = records.versions.mark(NOON)
    act(records, "two", NOON + HOUR, now=NOON)
    assert records.versions.live(NOON) == {"acme": "one"}
    assert records.versions.live(NOON + HOUR) == {"acme": "two"}
    assert records.versions.mark(NOON + HOUR) != before


def test_what_is_planned_can_be_withdrawn_and_stays_in_the_history(records: SqlRecords) -> None:
    records.versions.publish_files([text("one")], NOON)
    act(records, "two", NOON + HOUR, now=NOON)
    assert records.versions.withdraw("acme", "cleo", NOON) == 1
    assert records.versions.withdraw("acme", "cleo", NOON) == 0
    assert records.versions.live(NOON + HOUR) == {"acme": "one"}
    [planned, _] = records.versions.publications("acme")
    assert (planned.version, planned.withdrawn_by, planned.withdrawn_at) == ("two", "cleo", NOON)


def test_what_is_live_cannot_be_withdrawn(records: SqlRecords) -> None:
    records.versions.publish_files([text("one")], NOON)
    assert records.versions.withdraw("acme", "cleo", NOON + HOUR) == 0
    assert records.versions.live(NOON + HOUR) == {"acme": "one"}


def test_the_history_says_who_when_how_and_why_the_latest_first(records: SqlRecords) -> None:
    records.versions.publish_files([text("one")], NOON)
    act(records, "two", NOON + HOUR)
    records.versions.publish_files([text("one", client="bell")], NOON)
    later, first = records.versions.publications("acme")
    assert (later.version, later.by, later.how, later.note) == ("two", "ben", "publish", "because")
    assert (first.version, first.by, first.how, first.live_from) == ("one", "ann", "file", NOON)


def test_each_client_has_a_live_version_of_its_own(records: SqlRecords) -> None:
    records.versions.publish_files([text("one"), text("uno", client="bell")], NOON)
    assert records.versions.live(NOON) == {"acme": "one", "bell": "uno"}


def test_many_processes_that_see_one_change_publish_it_once(records_url: str) -> None:
    first = open_records(records_url)
    first.versions.publish_files([text("one")], NOON)

    def sees_it(_: int) -> int:
        own = open_records(records_url)
        try:
            return len(own.versions.publish_files([text("two", NOON + HOUR)], NOON + HOUR))
        finally:
            own.close()

    with ThreadPoolExecutor(8) as threads:
        published = sum(threads.map(sees_it, range(16)))
    versions = [each.version for each in first.versions.publications("acme")]
    first.close()
    assert published == 1
    assert versions == ["two", "one"]
