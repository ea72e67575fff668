"""The operators' screen over HTTP: what it shows, what its keys do, what is written and sent."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest
from ivr.core.conversation.commands import HangUp, Transfer
from ivr.core.jobs.job import Job
from ivr.core.queue.states import DeviceType, Presence
from ivr.core.records.outbox import OutboxKind
from ivr.settings import Settings
from tests.adapters.sql.records_samples import snapshot
from tests.statuses import keep_status
from tests.web.console.operator.operator_room import ANN, AtWork, Room, at_work
from tests.web.console.small_console import NOON, Console

SCRIPT = {"HX-Request": "true"}


@dataclass
class Desk:
    """Sam's browser, and the room in which Sam works."""

    work: AtWork
    browser: FlaskClient

    def get(self, path: str = "", **arguments: str) -> str:
        response = self.browser.get(f"/console/operator{path}", query_string=arguments)
        assert response.status_code == 200, response.text
        return response.text

    def post(self, path: str, **fields: str) -> TestResponse:
        return self._post(path, fields, SCRIPT)

    def post_without_script(self, path: str) -> TestResponse:
        return self._post(path, {}, {})

    def _post(self, path: str, fields: dict[str, str], headers: dict[str, str]) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get())
        assert token is not None
        return self.browser.post(
            f"/console/operator{path}",
            data={"csrf_token": token[1], **fields},
            headers=headers,
        )

    def on_call(self) -> None:
        self.room.caller()
        self.room.ring()
        self.room.answer()

    def sign_in(self, login: str) -> None:
        token = self.work.session(login)
        with self.browser.session_transaction() as session:
            session["sign-in"] = token

    @property
    def console(self) -> Console:
        return self.work.console

    @property
    def room(self) -> Room:
        return self.work.room


@pytest.fixture
def desk(settings: Settings, redis: Redis) -> Iterator[Desk]:
    with at_work(settings, redis) as work:
        desk = Desk(work, work.console.browser)
        desk.sign_in("sam")
        yield desk


def test_the_queue_is_shown_with_its_colours(desk: Desk) -> None:
    for sid, waited in (("CA1", 31), ("CA2", 16), ("CA3", 1)):
        desk.room.caller(sid, waited=waited)
    shown = re.findall(r'<li class="(\w+)">', desk.get("/waiting"))
    assert shown == ["red", "amber", "calm"]
    assert "01632 960001" in desk.get("/waiting")


def test_an_operator_signs_on_and_goes_away_with_a_reason(desk: Desk) -> None:
    assert "Offline: sign on" in desk.get("/state")
    assert "Available" in desk.post("/state/available").text
    assert "Away: lunch" in desk.post("/state/away", reason="lunch").text
    state = desk.room.operators.of("sam", NOON)
    assert state is not None
    assert (state.state, state.reason) == (Presence.AWAY, "lunch")


def test_a_wish_during_a_call_counts_after_it(desk: Desk) -> None:
    desk.on_call()
    assert "after this call: away" in desk.post("/state/away", reason="lunch").text


def test_wrap_up_can_be_made_longer(desk: Desk) -> None:
    desk.on_call()
    desk.room.drop()
    before = desk.room.operators.of("sam", NOON)
    desk.post("/state/more")
    after = desk.room.operators.of("sam", NOON)
    assert before is not None
    assert after is not None
    assert before.until is not None
    assert after.until == before.until + timedelta(minutes=1)


def test_wrap_up_lasts_while_something_is_written(desk: Desk) -> None:
    desk.on_call()
    desk.get()
    desk.room.drop()
    assert "Longer while you write, up to 10 minutes." in desk.get("/state")
    desk.console.now[0] = NOON + timedelta(seconds=25)
    desk.post("/draft/CA1.0", **{"field.name": "Ann Lee"})
    state = desk.room.operators.of("sam", desk.console.now[0])
    assert state is not None
    assert state.until == NOON + timedelta(seconds=55)


def test_what_is_not_sent_is_counted_wherever_the_state_stands(desk: Desk) -> None:
    desk.on_call()
    assert "1 unsent" not in desk.post("/draft/CA1.0", **{"field.name": "Ann Lee"}).text
    desk.room.drop()
    assert "1 unsent" in desk.get("/state")
    assert "1 unsent" in desk.post("/draft/CA1.0", **{"field.name": "Ann Lee"}).text
    desk.post("/draft/CA1.0/finish", outcome="wrong number")
    assert "1 unsent" not in desk.get("/state")


def test_without_a_key_of_the_carrier_no_browser_can_be_rung(desk: Desk) -> None:
    assert desk.browser.get("/console/operator/phone-token").status_code == 404
    page = desk.browser.get("/console/operator")
    assert "in this browser" not in page.text
    assert "twilio" not in page.headers["Content-Security-Policy"]


def test_an_operator_can_be_rung_in_the_browser(settings: Settings, redis: Redis) -> None:
    keyed = replace(settings, api_key_sid="SK" + "1" * 32, api_key_secret="2" * 32)
    with at_work(keyed, redis) as work:
        desk = Desk(work, work.console.browser)
        desk.sign_in("joy")
        page = desk.browser.get("/console/operator")
        assert "wss://voice-js.roaming.twilio.com" in page.headers["Content-Security-Policy"]
        assert "You are rung in this browser" in desk.post("/state/available", reach="browser").text
        state = work.room.operators.of("joy", NOON)
        assert state is not None
        assert state.reach is DeviceType.BROWSER
        token = desk.get("/phone-token")
        claims = json.loads(b64decode(token.split(".")[1] + "=="))
        assert claims["grants"]["identity"] == "joy"


def test_a_browser_that_is_gone_makes_the_operator_offline(desk: Desk) -> None:
    desk.post("/state/available")
    assert desk.post("/seen").status_code == 204
    later = NOON + timedelta(minutes=3)
    state = desk.room.operators.of("sam", later)
    assert state is not None
    assert state.state is Presence.OFFLINE


def test_a_call_shows_what_to_say_before_it_is_answered(desk: Desk) -> None:
    desk.room.caller(reason="booking")
    desk.room.ring()
    page = desk.get()
    for shown in (
        "Good afternoon, Rainbow Frost, how may I help?",
        "Ian is on ladders until 4",
        "#7a3fb5",
        "Tuesday, 12:00",
        "01632 960001",
        "0 1 6 3 2, 9 6 0 0 0 1",
        "greet → open → main → operators",
        "booking",
        "Maya Frost",
    ):
        assert shown in page


def test_the_form_opens_on_the_kind_that_the_caller_chose(desk: Desk) -> None:
    desk.room.caller(reason="booking")
    desk.room.ring()
    desk.room.answer()
    page = desk.get()
    assert 'value="booking" checked' in page
    assert "Day they would like" in page


def test_a_number_that_is_typed_is_dialled_whoever_else_could_be(desk: Desk) -> None:
    desk.on_call()
    assert desk.room.talk is not None
    page = desk.get()
    forms = re.findall(r"<form[^>]*/transfer.*?</form>", page, re.DOTALL)
    (typed,) = [form for form in forms if 'name="number"' in form]
    assert re.findall(r"<button[^>]*>([^<]*)</button>", typed) == ["Ring"]
    desk.post(f"/act/{desk.room.talk.id}/transfer?of=CA1.0", number="01632 960009")
    [command] = desk.room.asked
    assert isinstance(command, Transfer)
    assert command.to.address == "+441632960009"


def test_a_number_that_is_refused_stays_to_be_mended(desk: Desk) -> None:
    desk.on_call()
    assert desk.room.talk is not None
    shown = desk.post(f"/act/{desk.room.talk.id}/consult?of=CA1.0", number="01632 9").text
    assert 'id="ask-consult" open' in shown
    assert 'value="01632 9" data-first' in shown
    assert "Whom shall we ring?" in shown


def test_a_call_that_rings_can_be_declined(desk: Desk) -> None:
    desk.room.caller()
    talk = desk.room.ring()
    assert 'data-key="Shift+F2"' in desk.get()
    shown = desk.post(f"/act/{talk.id}/decline?of=ringing.{talk.id}").text
    assert "Declined: the caller is offered to the next operator." in shown
    state = desk.room.operators.of("sam", NOON)
    assert state is not None
    assert state.state is Presence.AVAILABLE
    assert [each.ticket.call_sid for each in desk.room.queue.waiting(NOON)] == ["CA1"]
    (act,), _ = desk.console.records.audit.page(act="decline in a call")
    assert act.about == "call CA1"


def test_who_is_away_is_shown_beside_the_call(desk: Desk) -> None:
    wish = StatusRequest(
        client="rainbow-frost",
        person="maya",
        kind=StatusKind.AWAY,
        starts=NOON,
        ends=NOON + timedelta(hours=3),
        by="Maya Frost",
        how=How.TEXT,
    )
    keep_status(desk.console.records, wish, NOON)
    desk.on_call()
    page = desk.browser.get("/console/operator").text
    assert "<strong>Maya Frost is away until 3 pm.</strong>" in page
    assert "Maya Frost · away until 3 pm</button>" in page


def test_earlier_calls_of_the_number_with_this_client_are_shown(desk: Desk) -> None:
    earlier = snapshot(call_sid="CA0", from_=ANN, started_at=NOON - timedelta(days=1))
    desk.console.records.calls.note([earlier])
    desk.on_call()
    assert "23 Nov 2026, 12:00" in desk.get()


def test_that_a_call_was_seen_is_in_the_audit_trail_once(desk: Desk) -> None:
    desk.on_call()
    desk.get()
    desk.get()
    acts, _ = desk.console.records.audit.page(who="sam", act="", client="", page=1)
    assert [(act.act, act.client, act.about) for act in acts] == [
        ("answered a call", "rainbow-frost", "call CA1")
    ]


def test_a_key_is_carried_out_and_shown(desk: Desk) -> None:
    desk.on_call()
    conversation = desk.room.talk
    assert conversation is not None
    line = desk.post(f"/act/{conversation.id}/hold?of=CA1.0").text
    assert "The caller is on hold" in line
    assert 'aria-pressed="true"' in line
    desk.post(f"/act/{conversation.id}/hold?of=CA1.0")
    assert "Talking" in desk.get("/line", of="CA1.0")


def test_the_caller_is_transferred_to_one_of_the_clients_people(desk: Desk) -> None:
    desk.on_call()
    assert desk.room.talk is not None
    desk.post("/draft/CA1.0", **{"field.name": "Ann Lee", "field.about": "Two rooms"})
    desk.post(f"/act/{desk.room.talk.id}/transfer?of=CA1.0", to="ian")
    [command] = desk.room.asked
    assert isinstance(command, Transfer)
    assert (command.to.name, command.to.address) == ("Ian Frost", "+447700900123")
    assert command.about == "Ann Lee, Two rooms"


def test_whoever_names_nobody_is_told_so(desk: Desk) -> None:
    desk.on_call()
    assert desk.room.talk is not None
    line = desk.post(f"/act/{desk.room.talk.id}/consult?of=CA1.0", number="12").text
    assert "Whom shall we ring?" in line
    assert desk.room.asked == []


def test_the_keys_work_without_scripts(desk: Desk) -> None:
    desk.on_call()
    assert desk.room.talk is not None
    page = desk.post_without_script(f"/act/{desk.room.talk.id}/hang-up")
    assert "<!doctype html>" in page.text
    assert desk.room.asked == [HangUp()]


def test_nobody_steers_the_call_of_another(desk: Desk) -> None:
    desk.on_call()
    assert desk.room.talk is not None
    desk.sign_in("joy")
    desk.post(f"/act/{desk.room.talk.id}/hang-up")
    assert desk.room.asked == []


def test_what_is_typed_is_checked_and_kept(desk: Desk) -> None:
    desk.on_call()
    answer = desk.post("/draft/CA1.0", **{"field.name": "Ann", "field.number": "01632 960001"})
    assert "the number they ring from" in answer.text
    assert "Saved 12:00:00" in answer.text
    assert 'value="Ann"' in desk.get()  # after a reload, or a crash
    wrong = desk.post("/draft/CA1.0", **{"field.number": "01632"})
    assert "cannot be a telephone number" in wrong.text


def test_a_draft_outlives_the_call_and_the_wrap_up(desk: Desk) -> None:
    desk.on_call()
    desk.post("/draft/CA1.0", **{"field.name": "Ann"})
    desk.room.drop()
    wrap_up = desk.get("/line", of="CA1.0")
    assert "The call is over" in wrap_up
    assert 'value="Ann"' in desk.get()
    desk.console.now[0] = NOON + timedelta(minutes=5)
    assert "Not sent yet" in desk.get()
    assert 'value="Ann"' in desk.get(draft="CA1.0")


def test_a_draft_goes_with_the_call_to_the_next_operator(desk: Desk) -> None:
    desk.on_call()
    desk.post("/draft/CA1.0", **{"field.name": "Ann"})
    assert desk.room.talk is not None
    desk.room.queue.requeue(desk.room.talk.id, NOON)
    desk.room.ring("joy")
    desk.room.answer()
    desk.sign_in("joy")
    assert 'value="Ann"' in desk.get()
    assert desk.console.records.drafts.unfinished_of("sam") == []


def test_another_kind_of_job_has_other_fields_and_keeps_what_they_share(desk: Desk) -> None:
    desk.on_call()
    fields = {"kind": "emergency", "field.name": "Ann", "field.about": "A leak"}
    shown = desk.post("/draft/CA1.0/kind", **fields).text
    assert 'name="field.turned_off"' in shown
    assert 'name="field.about"' not in shown
    assert 'value="Ann"' in shown
    back = desk.post("/draft/CA1.0/kind", kind="message", **{"field.name": "Ann"}).text
    assert "A leak" in back


WHOLE = {
    "kind": "message",
    "field.name": "Ann Lee",
    "field.number": "=",
    "field.about": "Two rooms and a ceiling",
    "field.best_time": "half past five",
}


def test_what_was_written_becomes_a_job_of_its_owner(desk: Desk) -> None:
    desk.on_call()
    told = desk.post("/draft/CA1.0/send", **WHOLE).text
    assert "Sent: Ian Frost has it, due Tuesday 16:00." in told
    [job] = jobs(desk)
    assert (job.client, job.kind, job.summary, job.caller, job.call_sid) == (
        "rainbow-frost",
        "message",
        "Message",
        ANN,
        "CA1",
    )
    assert job.fields == {
        "Name": "Ann Lee",
        "Number to ring back": "01632 960001",
        "What it is about": "Two rooms and a ceiling",
        "Best time to ring back": "17:30",
    }
    assert job.opened_by == "Sam"
    assert desk.console.records.outbox.waiting(OutboxKind.NOTICE).count == 1


def jobs(desk: Desk) -> list[Job]:
    """Every job that there is: each is overdue one day."""
    book = desk.console.records.jobs
    found = (book.find(id_) for id_ in book.rising(NOON + timedelta(days=99)))
    return [job for job in found if job]


def test_what_was_sent_is_not_sent_twice(desk: Desk) -> None:
    desk.on_call()
    desk.post("/draft/CA1.0/send", **WHOLE)
    again = desk.post("/draft/CA1.0/send", **WHOLE).text
    assert "sent already" in again
    assert len(jobs(desk)) == 1


def test_what_is_missing_is_asked_for_and_nothing_is_sent(desk: Desk) -> None:
    desk.on_call()
    answer = desk.post("/draft/CA1.0/send", **{**WHOLE, "field.name": ""}).text
    assert "Not sent yet" in answer
    assert 'href="#f-name"' in answer
    assert "Two rooms and a ceiling" in answer
    assert jobs(desk) == []


def test_a_call_without_a_message_says_how_it_ended(desk: Desk) -> None:
    desk.on_call()
    desk.get()
    desk.room.drop()
    assert "Please choose how the call ended" in desk.post("/draft/CA1.0/finish").text
    told = desk.post("/draft/CA1.0/finish", outcome="wrong number").text
    assert "Noted: wrong number." in told
    draft = desk.console.records.drafts.find("CA1.0")
    assert draft is not None
    assert draft.outcome == "wrong number"


def test_an_account_without_an_operator_is_told_so(desk: Desk) -> None:
    page = desk.console.signed_in().get("/console/operator").text
    assert "Your account takes no calls" in page


# Rehearsal


def test_a_rehearsal_shows_the_very_screen_and_saves_nothing(desk: Desk) -> None:
    page = desk.get("/rehearsal/rainbow-frost")
    assert "This is a rehearsal" in page
    assert "Good afternoon, Rainbow Frost, how may I help?" in page
    found = re.search(
        r'action="/console/operator(/rehearsal/rainbow-frost/act/\d+/answer[^"]*)"', page
    )
    assert found is not None
    talking = desk.post(found[1]).text
    assert "Talking" in talking
    here = "/rehearsal/rainbow-frost/draft/rehearsal.0"
    assert "the number they ring from" in desk.post(here, **{"field.number": "="}).text
    assert "Ian Frost would have it now" in desk.post(f"{here}/send", **WHOLE).text
    assert desk.console.records.drafts.unfinished_of("sam") == []
    assert jobs(desk) == []


def test_every_client_can_be_rehearsed(desk: Desk) -> None:
    clients = re.findall(r'href="/console/operator(/rehearsal/[a-z-]+)"', desk.get("/rehearsal"))
    assert len(clients) == 3
    for client in clients:
        assert 'class="phrase"' in desk.get(client)


def test_every_page_of_an_operator_tells_of_their_calls(desk: Desk) -> None:
    for path in ("jobs/", "messages/", "calls/", "queue", "account", "operator/rehearsal"):
        page = desk.browser.get(f"/console/{path}").text
        assert 'hx-get="/console/operator/incoming"' in page, path
        assert 'data-seen="/console/operator/seen"' in page
        assert page.count("sse-connect") == 1  # one connection, whatever the page is told of
        assert "operator:sam" in page
    assert 'id="incoming"' not in desk.get()  # their own screen shows it all


def test_whoever_takes_no_calls_is_told_of_none(desk: Desk) -> None:
    page = desk.console.signed_in().get("/console/jobs/").text
    assert "incoming" not in page
    assert "data-seen" not in page
    assert 'data-here="/console/here"' in page


def test_what_comes_in_is_shown_in_a_line(desk: Desk) -> None:
    assert "Offline" in desk.get("/incoming")
    desk.room.caller()
    talk = desk.room.ring()
    shown = desk.get("/incoming")
    assert f'data-rings="{talk.id}" data-rings-for="Rainbow Frost"' in shown
    assert "01632 960001" in shown
    desk.room.answer()
    assert "data-rings=" not in desk.get("/incoming")
    assert "Back to the call" in desk.get("/incoming")
    desk.room.drop()
    assert "Wrap-up" in desk.get("/incoming")


def test_a_call_taken_on_another_page_can_be_written_down_when_it_is_over(desk: Desk) -> None:
    desk.room.caller()
    desk.room.ring()
    desk.get("/incoming")
    assert desk.console.records.drafts.find("CA1.0") is None  # nobody has answered yet
    desk.room.answer()
    for _ in range(2):
        desk.get("/incoming")
    desk.room.drop()
    assert 'action="/console/operator/draft/CA1.0/send"' in desk.get()
    acts, _ = desk.console.records.audit.page(who="sam", act="answered a call")
    assert len(acts) == 1


def test_a_call_is_declined_from_any_page(desk: Desk) -> None:
    desk.room.caller()
    talk = desk.room.ring()
    assert "Declined" in desk.post(f"/decline/{talk.id}").text
    assert [each.ticket.call_sid for each in desk.room.queue.waiting(NOON)] == ["CA1"]
    assert "That call is over." in desk.post(f"/decline/{talk.id}").text


def test_typing_on_another_page_keeps_the_wrap_up(desk: Desk) -> None:
    desk.on_call()
    desk.room.drop()
    desk.console.now[0] = NOON + timedelta(seconds=28)
    desk.post("/seen")
    state = desk.room.operators.of("sam", desk.console.now[0])
    assert state is not None
    assert state.until == NOON + timedelta(seconds=30)
    desk.post("/seen", writing="1")
    state = desk.room.operators.of("sam", desk.console.now[0])
    assert state is not None
    assert state.until == NOON + timedelta(seconds=58)
