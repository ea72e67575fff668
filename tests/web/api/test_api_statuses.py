"""Programs read and say where a client's people are."""

from __future__ import annotations

from datetime import timedelta

from ivr.core.availability.standing import StatusKind
from tests.statuses import standing_of
from tests.web.api.programs import NOON, Place

KEY = "0d4a4a0e-5b0e-4f0e-9a57-3c1f4a1b7f10"
PATH = "/clients/acme/statuses"
LATER = (NOON + timedelta(hours=3)).isoformat()


def test_a_status_is_set_counts_at_once_and_is_ended(place: Place) -> None:
    program = place.program()
    body = {"person": "ian", "kind": "away", "ends": LATER}
    made = program.ask("POST", PATH, json=body)
    assert made.status_code == 201
    assert made.json
    assert (made.json["starts"], made.json["ends"]) == (
        "2026-11-24T12:00:00Z",
        "2026-11-24T15:00:00Z",
    )
    assert standing_of(place.records, "acme", NOON).of("ian") is StatusKind.AWAY
    assert program.get(PATH).json == {"items": [made.json]}
    gone = f"{PATH}/{made.json['id']}"
    assert program.ask("DELETE", gone).status_code == 204
    trail, _ = place.records.audit.page(client="acme")
    written = [entry for entry in trail if "status" in entry.act and "read" not in entry.act]
    assert [(entry.act, entry.who) for entry in written] == [
        ("ended a status (away, api)", "token acme's program"),
        ("set a status (away, api)", "token acme's program"),
    ]
    assert standing_of(place.records, "acme", NOON).of("ian") is None
    assert program.ask("DELETE", gone).status_code == 404


def test_one_for_everybody_names_nobody(place: Place) -> None:
    assert place.program().ask("POST", PATH, json={"kind": "messages"}).status_code == 201
    assert standing_of(place.records, "acme", NOON).of("maya") is StatusKind.MESSAGES


def test_the_same_sent_again_is_set_once(place: Place) -> None:
    program, headers = place.program(), {"Idempotency-Key": KEY}
    body = {"person": "ian", "kind": "away"}
    first, again = (program.ask("POST", PATH, json=body, headers=headers) for _ in range(2))
    assert first.json == again.json
    assert len(place.records.statuses.history("acme")) == 1


def test_what_cannot_be_is_refused_and_changes_nothing(place: Place) -> None:
    program = place.program()
    past = (NOON - timedelta(hours=1)).isoformat()
    for wrong in ({"kind": "away", "person": "nobody"}, {"kind": "away", "ends": past}):
        assert program.ask("POST", PATH, json=wrong).status_code == 422
    assert program.ask("POST", PATH, json={"kind": "asleep"}).status_code == 400
    assert place.records.statuses.history("acme") == ()


def test_nobody_reads_sets_or_ends_anothers(place: Place) -> None:
    theirs = place.program("bramble").ask(
        "POST", "/clients/bramble/statuses", json={"kind": "away"}
    )
    assert theirs.json
    program = place.program("acme")
    for client in ("bramble", "nobody"):
        path = f"/clients/{client}/statuses"
        assert program.get(path).status_code == 404
        assert program.ask("POST", path, json={"kind": "away"}).status_code == 404
        assert program.ask("DELETE", f"{path}/{theirs.json['id']}").status_code == 404
    assert program.ask("DELETE", f"{PATH}/{theirs.json['id']}").status_code == 404
    assert len(place.records.statuses.ahead("bramble", NOON)) == 1
