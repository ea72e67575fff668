"""What the API shows of calls, messages and jobs, and what is done to jobs through it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from ivr.adapters.recordings import open_storage
from ivr.adapters.sql.database import connect
from ivr.adapters.sql.tables import job_acts, jobs
from ivr.core.delivery.plan import Channel
from ivr.core.jobs.acts import Note
from ivr.core.records.delivery import DeliveryItem
from ivr.services.retention.purge import purge_once
from tests.web.api.programs import NOON, Place

KEY = "0d4a4a0e-5b0e-4f0e-9a57-3c1f4a1b7f10"


def test_a_call_comes_with_its_timeline(place: Place) -> None:
    call = place.program().get("/calls/CAa").json
    assert call
    assert call["from"] == "+441632960001"
    said = [line["text"] for line in call["timeline"]]
    assert "The call came in from 01632 960001." in said
    assert place.acme.message in [line["message"] for line in call["timeline"]]


def test_a_message_comes_with_every_word(place: Place) -> None:
    message = place.program().get(f"/messages/{place.acme.message}").json
    assert message
    assert message["for"] == "Ian Frost"
    words = message["transcript"]["words"]
    assert [word["word"] for word in words] == ["the", "ceiling", "drips"]


def test_a_recording_is_fetched_whole_or_in_part(place: Place) -> None:
    path = f"/messages/{place.acme.message}/audio"
    program = place.program()
    whole = program.get(path)
    assert (whole.content_type, len(whole.data)) == ("audio/wav", 704)
    part = program.ask("GET", path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    beyond = program.ask("GET", path, headers={"Range": "bytes=9000-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == "bytes */704"


def test_a_program_that_fetches_a_recording_has_not_heard_it(place: Place) -> None:
    path = f"/messages/{place.acme.message}/audio"
    program = place.program()
    program.ask("HEAD", path)
    assert "recording" not in str(place.records.audit.page())
    program.get(path)
    acts, _ = place.records.audit.page()
    assert [act.act for act in acts] == ["fetched a message’s recording"]


def test_deliveries_say_who_has_read_it(place: Place) -> None:
    parcel = DeliveryItem(
        promise="email-x",
        client="acme",
        about="message",
        recipient="Ian Frost",
        message=place.acme.message,
    )
    book = place.records.deliveries
    delivery = book.begin(parcel, Channel.EMAIL, "ian@acme.example", NOON)
    assert delivery
    book.sent(delivery, "id", NOON)
    book.acknowledge(delivery.id, "Ian Frost", "by the link", NOON + timedelta(hours=1))
    found = place.program().get(f"/messages/{place.acme.message}/deliveries").json
    assert found
    [one] = found["items"]
    assert (one["state"], one["read_by"]) == ("acknowledged", "Ian Frost")
    assert one["read_at"] == "2026-11-24T13:00:00Z"
    assert "ian@acme.example" not in str(one)


def test_each_act_does_what_it_says_and_stands_in_the_history(place: Place) -> None:
    program, job = place.program(), place.acme.job
    later = (NOON + timedelta(days=1)).isoformat()
    for act, more in (
        ("take", {"owner": "person:maya"}),
        ("hand", {"owner": "agency:agency", "reason": "on holiday"}),
        ("return", {"reason": "back"}),
        ("snooze", {"until": later}),
        ("plan", {"action": "Send the offer", "due_at": later}),
        ("note", {"text": "rings on Monday"}),
        ("close", {"outcome": "done", "reason": "rang back"}),
        ("reopen", {}),
    ):
        answer = program.act(job, act, **more)
        assert answer.status_code == 200, answer.text
    found = program.get(f"/jobs/{job}").json
    assert found
    assert [each["act"] for each in found["history"]] == [
        "opened", "take", "hand", "return", "snooze", "plan", "note", "close", "reopen",
    ]  # fmt: skip
    assert {each["by"] for each in found["history"][1:]} == {"acme's program"}
    assert found["owner"] == {"key": "person:maya", "name": "Maya Frost"}
    assert found["version"] == 9
    assert [each["key"] for each in found["possible_owners"]] == [
        "agency:agency",
        "person:ian",
        "person:maya",
    ]


def test_who_has_read_an_older_version_is_told_that_it_moved(place: Place) -> None:
    program, job = place.program(), place.acme.job
    assert program.act(job, "note", text="first", version=1).status_code == 200
    moved = program.act(job, "take", owner="person:maya", version=1)
    assert moved.status_code == 409
    assert moved.json
    assert moved.json["type"] == "urn:tango:problem:moved"
    assert "has acted on this job" in moved.json["detail"]


def test_what_the_rules_refuse_changes_nothing(place: Place) -> None:
    program, job = place.program(), place.acme.job
    past = (NOON - timedelta(hours=1)).isoformat()
    for act, more in (("reopen", {}), ("return", {}), ("snooze", {"until": past}), ("plan", {})):
        assert program.act(job, act, **more).status_code == 422
    found = place.records.jobs.find(job)
    assert found
    assert found.version == 1


def test_the_same_write_sent_again_is_done_once_and_answered_the_same(place: Place) -> None:
    program, job = place.program(), place.acme.job
    first = program.act(job, "note", KEY, text="once")
    assert program.act(job, "note", text="between").status_code == 200
    again = program.act(job, "note", KEY.upper(), text="once")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [each.version for each in place.records.jobs.history(job)] == [1, 2, 3]


def test_another_write_under_the_same_key_is_refused(place: Place) -> None:
    program, job = place.program(), place.acme.job
    assert program.act(job, "note", KEY, text="once").status_code == 200
    other = program.act(job, "note", KEY, text="other")
    assert other.status_code == 422
    assert other.json
    assert other.json["type"] == "urn:tango:problem:key-used"
    elsewhere = program.act(place.open_job(), "note", KEY, text="once")
    assert elsewhere.status_code == 422


def test_a_key_that_was_refused_may_be_used_again(place: Place) -> None:
    program, job = place.program(), place.acme.job
    assert program.act(job, "reopen", KEY).status_code == 422
    assert program.act(job, "close", KEY, outcome="done", reason="x").status_code == 200


def test_keys_are_forgotten_after_a_day_and_swept_by_the_purge(place: Place) -> None:
    program, job = place.program(), place.acme.job
    assert program.act(job, "note", KEY, text="once").status_code == 200
    place.now[0] = NOON + timedelta(hours=23)
    assert program.act(job, "note", KEY, text="once").headers["Idempotent-Replayed"] == "true"
    place.now[0] = NOON + timedelta(hours=25)
    anew = program.act(job, "note", KEY, text="once")
    assert "Idempotent-Replayed" not in anew.headers
    assert place.records.answers.forget(place.now[0]) == 0
    purge_once(place.records, open_storage(place.settings.recordings), NOON + timedelta(hours=50))
    assert place.records.answers.forget(NOON + timedelta(days=9)) == 0


@pytest.mark.parametrize("same", [True, False])
def test_many_at_once_under_one_key_do_it_once(same: bool, place: Place) -> None:
    program, job = place.program(), place.acme.job

    def send(number: int) -> tuple[int, int]:
        own = program.ask(
            "POST",
            f"/jobs/{job}/acts",
            json={"act": "note", "text": "once"},
            headers={"Idempotency-Key": KEY if same else str(uuid4())},
        )
        assert own.json
        return own.status_code, own.json["version"]

    def alone(number: int) -> tuple[int, int]:
        program.http = place.app.test_client()
        return send(number)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(alone, range(8)))
    assert {status for status, _ in answers} == {200}
    assert len({version for _, version in answers}) == (1 if same else 8)


def test_a_key_that_is_no_uuid_is_refused(place: Place) -> None:
    answer = place.program().act(place.acme.job, "note", "1", text="x")
    assert answer.status_code == 400


def test_a_write_sent_again_is_answered_the_same_even_if_what_it_made_is_gone(
    place: Place,
) -> None:
    program, headers = place.program(), {"Idempotency-Key": KEY}
    hook = {"url": "https://acme.example/", "events": ["job.opened"]}
    statuses = "/clients/acme/statuses"
    for path, body, where in (
        ("/webhooks", hook, "/webhooks/{}"),
        (statuses, {"kind": "away"}, statuses + "/{}"),
    ):
        headers = {"Idempotency-Key": str(uuid4())}
        made = program.ask("POST", path, json=body, headers=headers)
        assert made.json
        assert program.ask("DELETE", where.format(made.json["id"])).status_code == 204
        again = program.ask("POST", path, json=body, headers=headers)
        assert (again.status_code, again.json) == (201, made.json)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert program.ask("DELETE", where.format(made.json["id"])).status_code == 404


def test_an_act_sent_again_on_a_job_that_is_gone_is_answered_the_same_for_a_day(
    place: Place,
) -> None:
    program, job = place.program(), place.acme.job
    first = program.act(job, "close", KEY, outcome="done", reason="rang back")
    with connect(place.settings.database_url).begin() as connection:
        connection.execute(sa.delete(job_acts).where(job_acts.c.job == job))
        connection.execute(sa.delete(jobs).where(jobs.c.id == job))
    again = program.act(job, "close", KEY, outcome="done", reason="rang back")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    place.now[0] = NOON + timedelta(hours=25)
    gone = program.act(job, "close", KEY, outcome="done", reason="rang back")
    assert (gone.status_code, gone.content_type) == (404, "application/problem+json")
    other = program.act(job, "note", str(uuid4()), text="x")
    assert (other.status_code, other.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/jobs/" + "a" * 9000, "/jobs?cursor=" + "a" * 9000, "/" + "x/" * 6000]
)
def test_an_address_that_is_too_long_is_a_problem(path: str, place: Place) -> None:
    answer = place.program().ask("GET", path)
    assert (answer.status_code, answer.content_type) == (414, "application/problem+json")
    assert answer.json
    assert answer.json["type"] == "urn:tango:problem:too-long"


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\u202e", "\ufeff"])
def test_no_control_character_is_kept_of_what_a_program_writes(sign: str, place: Place) -> None:
    program, job = place.program(), place.acme.job
    answer = program.act(job, "note", text=f"rang{sign} back\nat noon")
    if sign == "\x00":
        assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
        return
    assert answer.status_code == 200
    [*_, noted] = place.records.jobs.history(job)
    assert noted.act == Note("rang back\nat noon")
    assert program.get("/jobs", client=f"ac{sign}me").json == program.get("/jobs").json


def test_what_is_no_text_at_all_finds_nothing_and_is_not_kept(place: Place) -> None:
    program, job = place.program(), place.acme.job
    found = program.get("/jobs", client="\x9c")
    assert (found.status_code, (found.json or {})["items"]) == (200, [])
    answer = program.act(job, "note", text="\x9c")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


@pytest.mark.parametrize("before", ["", r"\u0000 ", r"C:\\u0000 "])
def test_what_a_program_notes_has_no_card_number(place: Place, before: str) -> None:
    program, job = place.program(), place.acme.job
    assert program.act(job, "note", text=f"{before}4111 1111 1111 1111").status_code == 200
    said = program.get(f"/jobs/{job}").text
    assert "4111" not in said
    assert "••••" in said or r"\u2022" in said


def test_a_note_with_a_nul_is_refused(place: Place) -> None:
    for text in ("a\0b", "\\\0b"):
        assert place.program().act(place.acme.job, "note", text=text).status_code == 400
