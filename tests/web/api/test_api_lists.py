"""Lists are read page by page, and narrowed down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ivr.core.jobs.job import Owner, OwnerKind
from tests.adapters.sql.records_samples import message_note, snapshot
from tests.job_changes import open_job
from tests.job_samples import new_job
from tests.web.api.programs import NOON, Place, Program

SAM = Owner(OwnerKind.OPERATOR, "sam", "Sam Okafor")


def ids(program: Program, path: str, **query: Any) -> list[str]:
    """What all pages of a list hold, one after another."""
    found: list[str] = []
    while True:
        answer = program.get(path, **query).json
        assert answer
        found += [each["id"] for each in answer["items"]]
        if answer["next"] is None:
            return found
        query["cursor"] = answer["next"]


def fill(place: Place) -> None:
    """Seven more of each; several at the same moment."""
    for number in range(7):
        at = NOON + timedelta(minutes=number // 3)
        call = f"CA{number}"
        place.records.calls.note([snapshot(call_sid=call, client="acme", started_at=at)])
        note = message_note(
            call_sid=call, recording_sid=f"RE{number}", client="acme", received_at=at
        )
        place.records.messages.keep(note)


@pytest.mark.parametrize("path", ["/calls", "/messages", "/jobs"])
def test_pages_hold_everything_once_also_when_more_comes_in(path: str, place: Place) -> None:
    fill(place)
    program = place.program()
    whole = ids(program, path)
    assert len(whole) == len(set(whole)) == 8
    for limit in (1, 2, 3, 7, 8, 9):
        assert ids(program, path, limit=limit) == whole
    first = program.get(path, limit=3).json
    assert first
    late = NOON + timedelta(hours=1)
    place.records.calls.note([snapshot(call_sid="CA-new", client="acme", started_at=late)])
    place.records.messages.keep(
        message_note(call_sid="CA-new", recording_sid="RE-new", client="acme", received_at=late)
    )
    assert ids(program, path, cursor=first["next"]) == whole[3:]


def test_clients_are_paged_too(place: Place) -> None:
    program = place.program(None)
    assert ids(program, "/clients", limit=1) == ["acme", "bramble"]


def test_since_is_the_first_moment_and_until_the_first_one_after(place: Place) -> None:
    fill(place)
    program = place.program()
    minute = (NOON + timedelta(minutes=1)).isoformat()
    after = (NOON + timedelta(minutes=2)).isoformat()
    assert ids(program, "/calls", since=minute, until=after) == ["CA3", "CA4", "CA5"]
    here = (NOON + timedelta(minutes=2)).astimezone().isoformat()
    assert ids(program, "/calls", since=here) == ["CA6"]


def test_jobs_are_narrowed_by_state_kind_owner_and_time(place: Place) -> None:
    program = place.program()
    message = place.acme.job
    order = open_job(place.records, new_job(SAM, client="acme", kind="order"), NOON).id
    assert program.act(message, "close", outcome="done", reason="rang back").status_code == 200
    later = (NOON + timedelta(days=1)).isoformat()
    assert program.act(order, "plan", due_at=later).status_code == 200
    assert ids(program, "/jobs", state="open") == [order]
    assert ids(program, "/jobs", state="closed") == [message]
    assert ids(program, "/jobs", kind="order") == [order]
    assert ids(program, "/jobs", owner="operator:sam") == [order]
    assert ids(program, "/jobs", owner="person:ian") == [message]
    assert ids(program, "/jobs", due_before=NOON.isoformat()) == [message]


def test_messages_are_narrowed_by_state_and_kind(place: Place) -> None:
    fill(place)
    program = place.program()
    assert ids(program, "/messages", state="transcribed") == [place.acme.message]
    assert ids(program, "/messages", kind="complaint") == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "1_0"},
        {"limit": "٣"},
        {"since": "2026-11-24"},
        {"since": "1795521600"},
        {"since": "2026-11-24T12:00:00"},
        {"cursor": "x"},
        {"client": ""},
        {"client": "a\x00"},
        {"wanted": "everything"},
        {"limit": ["1", "2"]},
    ],
    ids=str,
)
def test_a_query_that_is_not_as_documented_is_refused_with_the_place(
    query: dict[str, Any], place: Place
) -> None:
    answer = place.program().get("/calls", **query)
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["errors"][0]["where"] == f"query.{next(iter(query))}"
