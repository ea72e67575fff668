"""Programs say where they want to be told of what, and are told it by the relay's own means."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from redis import Redis

from ivr.adapters.sql import migrate, open_records
from ivr.bootstrap import signed_post
from ivr.core.accounts.scopes import TokenScope
from ivr.core.agency import Agency
from ivr.core.delivery.plan import Channel
from ivr.core.records.delivery import DeliveryItem
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.subscription import MOST
from ivr.services.deliveries.events import FAILS_LONG, events_once
from ivr.settings import Settings
from ivr.web.api.webhooks import Event
from tests.accounts import keep_token
from tests.adapters.sql.records_samples import HEARD, message_note, snapshot
from tests.outside_system import System, say, serving
from tests.web.api.programs import ALL, NOON, Place, Program

KEY = "0d4a4a0e-5b0e-4f0e-9a57-3c1f4a1b7f10"
EVENTS = [str(each) for each in DomainEvent]
LARKFIELD = Agency.model_validate({"name": "Larkfield", "email": "desk@larkfield.example"})


@pytest.fixture
def place(settings: Settings, redis: Redis) -> Iterator[Place]:
    """An installation that may post to this very machine."""
    settings = replace(settings, http_private=frozenset({"127.0.0.1"}))
    settings.data.mkdir(exist_ok=True)
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    yield Place(settings, records)
    records.close()


@pytest.fixture
def system() -> Iterator[System]:
    """A client's system, which takes everything."""
    with serving() as running:
        yield running


def make(program: Program, url: str, events: list[str] = EVENTS, key: str = "") -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"url": url, "events": events}
    answer = program.ask("POST", "/webhooks", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json
    made: dict[str, Any] = answer.json
    return made


def pass_once(place: Place, later: timedelta = timedelta()) -> int:
    settings = place.settings
    post = signed_post(settings)
    return events_once(place.records, post, settings.secret_key, LARKFIELD, NOON + later)


def told(system: System) -> list[dict[str, Any]]:
    return [json.loads(body) for *_, body in system.asked]


def test_each_thing_that_happens_is_told_once_to_whom_it_concerns(
    place: Place, system: System
) -> None:
    make(place.program("acme"), f"{system.url}/acme")
    make(place.program("bramble"), f"{system.url}/bramble")
    make(place.program(None), f"{system.url}/agency")
    records = place.records
    note = message_note(call_sid="CA7", recording_sid="RE7", client="acme", received_at=NOON)
    message = records.messages.keep(note)
    records.messages.keep(note)
    records.recordings.transcribed(message, HEARD, NOON)
    job = records.jobs.of_message(message)
    assert job
    program = place.program("acme")
    assert program.act(job.id, "take", owner="person:maya").status_code == 200
    assert program.act(job.id, "close", outcome="done", reason="x").status_code == 200
    parcel = DeliveryItem(
        promise="email-x", client="acme", about="message", recipient="Ian Frost", message=message
    )
    delivery = records.deliveries.begin(parcel, Channel.EMAIL, "ian@acme.example", NOON)
    assert delivery
    for _ in range(2):
        records.deliveries.acknowledge(delivery.id, "Ian Frost", "by the link", NOON)
        ended = snapshot(call_sid="CA7", client="acme", ended_at=NOON, outcome="completed")
        records.calls.note([ended])
    while pass_once(place):
        pass
    ours = [each for each, asked in zip(told(system), system.asked, strict=True)
            if asked[1] == "/acme"]  # fmt: skip
    assert sorted(each["event"] for each in ours) == [
        "call.ended", "delivery.read", "job.changed", "job.changed", "job.closed", "job.opened",
        "message.received", "message.transcribed",
    ]  # fmt: skip
    assert [asked[1] for asked in system.asked].count("/agency") == len(ours)
    assert [asked[1] for asked in system.asked].count("/bramble") == 0
    for each in ours:
        Event.model_validate(each)
        assert program.get(each["href"].removeprefix("/api/v1")).status_code == 200
    assert "drips" not in str(system.asked)


def test_what_is_told_is_signed_and_has_the_same_key_at_every_try(
    place: Place, system: System
) -> None:
    program = place.program()
    made = make(program, f"{system.url}/in", ["job.changed"])
    secret = program.get(f"/webhooks/{made['id']}/secret").json
    assert secret
    program.act(place.acme.job, "note", text="x")
    system.answer = lambda handler: say(handler, b"", 500)
    assert pass_once(place) == 1
    system.answer = lambda handler: say(handler, b"", 204)
    assert pass_once(place) == 0
    assert pass_once(place, timedelta(minutes=5)) == 1
    assert pass_once(place, timedelta(hours=5)) == 0
    first, second = system.asked
    assert first[2]["Idempotency-Key"] == second[2]["Idempotency-Key"]
    assert json.loads(first[3])["id"] == first[2]["Idempotency-Key"]
    signed = second[2]["Tango-Timestamp"].encode() + b"." + second[3]
    ours = hmac.new(secret["secret"].encode(), signed, sha256).hexdigest()
    assert second[2]["Tango-Signature"] == f"v1={ours}"


def test_a_silent_system_is_asked_ever_less_then_paused_and_the_agency_told(
    place: Place, system: System
) -> None:
    program = place.program()
    made = make(program, system.url, ["job.changed"])
    system.answer = lambda handler: say(handler, b"", 500)
    for number in range(20):
        program.act(place.acme.job, "note", text=str(number))
    for minute in range(0, 60 * 26, 10):
        pass_once(place, timedelta(minutes=minute))
    assert len(system.asked) < 40
    webhook = program.get(f"/webhooks/{made['id']}").json
    assert webhook
    assert webhook["active"] is False
    assert "500" in webhook["reason"]
    assert place.records.outbox.waiting(OutboxKind.EVENT).count == 0
    later = NOON + FAILS_LONG * 2
    notices = place.records.outbox.claim([OutboxKind.NOTICE], later, timedelta(1), 99)
    [notice] = [each for each in notices if each.subject == made["id"]]
    assert notice.payload["email"] == "desk@larkfield.example"
    assert "paused" in notice.payload["subject"]


def test_a_paused_webhook_is_told_of_nothing_until_it_is_active_again(
    place: Place, system: System
) -> None:
    program, job = place.program(), place.acme.job
    path = f"/webhooks/{make(program, system.url, ['job.changed'])['id']}"
    assert program.ask("PATCH", path, json={"active": False}).status_code == 200
    program.act(job, "note", text="unheard")
    active = program.ask("PATCH", path, json={"active": True})
    assert active.json
    assert (active.json["active"], active.json["reason"]) == (True, None)
    program.act(job, "note", text="heard")
    pass_once(place)
    assert [each["version"] for each in told(system)] == [3]


def test_a_system_that_is_gone_for_good_is_paused_at_once(place: Place, system: System) -> None:
    program = place.program()
    made = make(program, system.url, ["job.changed"])
    system.answer = lambda handler: say(handler, b"", 410)
    program.act(place.acme.job, "note", text="x")
    pass_once(place)
    found = place.records.subscriptions.find(made["id"])
    assert found
    assert found.paused_at
    assert "410" in str(found.reason)


def test_a_webhook_is_told_of_nothing_once_its_token_is_revoked_or_it_is_deleted(
    place: Place, system: System
) -> None:
    job = place.acme.job
    token, key = keep_token(place.records, "acme", NOON, ALL, "crm")
    revoked = Program(place.app.test_client(), key)
    make(revoked, f"{system.url}/revoked", ["job.changed"])
    program = place.program()
    deleted = make(program, f"{system.url}/deleted", ["job.changed"])
    program.act(job, "note", text="promised before")
    place.records.tokens.revoke(token.id, NOON)
    assert program.ask("DELETE", f"/webhooks/{deleted['id']}").status_code == 204
    program.act(job, "note", text="happened after")
    while pass_once(place):
        pass
    assert system.asked == []
    assert program.get(f"/webhooks/{deleted['id']}").status_code == 404


def test_a_private_address_is_never_asked(place: Place, system: System) -> None:
    program = place.program()
    hidden = make(program, f"https://localhost:{system.server_port}/", ["job.changed"])
    program.act(place.acme.job, "note", text="x")
    pass_once(place)
    assert system.asked == []
    found = place.records.subscriptions.find(hidden["id"])
    assert found
    assert found.failures == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.example/",
        "https://",
        "https://me:secret@acme.example/",
        "https://acme.example/#part",
        "https://acme.example:99999/",
        "https://[::1/",
    ],
)
def test_an_address_that_can_be_none_is_refused(url: str, place: Place) -> None:
    body = {"url": url, "events": ["job.opened"]}
    assert place.program().ask("POST", "/webhooks", json=body).status_code in (400, 422)
    assert place.records.subscriptions.all() == []


def test_a_token_is_told_only_of_what_it_may_read(place: Place) -> None:
    few = frozenset({TokenScope.WEBHOOKS_WRITE, TokenScope.JOBS_READ})
    program = place.program(scopes=few)
    make(program, "https://acme.example/", ["job.opened"])
    for event in ("message.received", "call.ended", "delivery.read"):
        body = {"url": "https://acme.example/", "events": ["job.opened", event]}
        assert program.ask("POST", "/webhooks", json=body).status_code == 403


def test_a_webhook_is_made_once_under_one_key_and_so_many_in_all(place: Place) -> None:
    program = place.program()
    first = make(program, "https://acme.example/", key=KEY)
    assert make(program, "https://acme.example/", key=KEY) == first
    for number in range(MOST - 1):
        make(program, f"https://acme.example/{number}")
    body = {"url": "https://acme.example/", "events": ["job.opened"]}
    assert program.ask("POST", "/webhooks", json=body).status_code == 409
    assert place.program("bramble").ask("POST", "/webhooks", json=body).status_code == 201
    listed = program.get("/webhooks").json
    assert listed
    assert len(listed["items"]) == MOST
