"""An operator rings a number of a job from its page, by way of their own telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import SqlRecords, open_records
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role as AccountRole
from ivr.core.call_back import CallBackState
from ivr.core.conversation.state import PartyRole, Phase
from ivr.core.jobs.acts import Note
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Job, NewJob, Opening
from ivr.core.queue.states import DeviceType, Presence
from ivr.core.records.call_back import CallBack
from ivr.settings import Settings
from ivr.simulator import Busy, NoAnswer, Rings
from ivr.web.app import create_app
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account
from tests.adapters.sql.records_samples import message_note, snapshot
from tests.job_changes import open_job
from tests.services.conversations.stage_floor import (
    CALLER,
    DECORATOR,
    SAM,
    STAYS,
    Stage,
    now,
    rings,
)
from tests.web.console.real_browser import NO_CHROMIUM, served

CLIENT = "rainbow-frost"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ONCE = re.compile(r"once=([0-9a-f]+)")


@pytest.fixture
def records(settings: Settings, stage: Stage) -> Iterator[SqlRecords]:
    records = open_records(settings.database_url)
    yield records
    records.close()


@pytest.fixture
def app(settings: Settings, stage: Stage, flows: Path) -> Flask:
    """The console of the same installation."""
    api = stage.carrier.api_url
    url = stage.carrier._exchange.options.public_url
    return create_app(replace(settings, flows=flows, public_url=url, twilio_api_url=api))


@pytest.fixture
def job(records: SqlRecords) -> Job:
    new = NewJob(
        client=CLIENT,
        kind="call_back",
        summary="Call back",
        opening=Opening(
            the_agency("us"), now() + timedelta(hours=4), FollowUpTerms(grace=600), "Ring"
        ),
        opened_by="a call",
        caller=CALLER,
    )
    return open_job(records, new, now())


def browser_of(
    app: Flask, records: SqlRecords, role: AccountRole = AccountRole.OPERATOR, **whose: Any
) -> FlaskClient:
    """A browser in which somebody of this role is signed in."""
    account = Account(id="", login=role.value, name="Sam", role=role, **whose)
    account = keep_account(records, account, now())
    browser = app.test_client()
    with browser.session_transaction(path="/console/") as session:
        session[SESSION] = records.sessions.begin(account, now())
    return browser


def ring(browser: FlaskClient, job: Job, times: int = 1, number: str = CALLER) -> list[int]:
    """Press the button of a job's page, once or more; returns the answers' states."""
    page = browser.get(f"/console/jobs/{job.id}").text
    token, once = TOKEN.search(page), ONCE.search(page)
    assert token
    form = {"csrf_token": token[1], "number": number}
    address = f"/console/ring/job/{job.id}?once={once[1] if once else 'x'}"
    return [browser.post(address, data=form).status_code for _ in range(times)]


def the_call(records: SqlRecords) -> CallBack:
    [found] = records.call_backs.newest()
    return found


def noted(records: SqlRecords, job: Job) -> list[tuple[str, str]]:
    """What the job's history says was noted, and by whom."""
    entries = records.jobs.history(job.id)
    return [(each.act.text, each.by) for each in entries if isinstance(each.act, Note)]


@pytest.mark.parametrize("reach", [DeviceType.TELEPHONE, DeviceType.BROWSER])
def test_the_operator_is_rung_then_the_number_and_they_talk(
    stage: Stage, app: Flask, records: SqlRecords, job: Job, reach: DeviceType
) -> None:
    own = SAM if reach is DeviceType.TELEPHONE else "client:sam"
    stage.carrier.telephones[own] = stage.carrier.telephones[CALLER] = STAYS
    stage.sign_on(reach=reach)
    browser = browser_of(app, records, operator="sam")
    assert ring(browser, job, times=2) == [303, 303]
    id_ = stage.met("sam").id
    assert [to for to, _ in stage.carrier.telephones.rung] == [own, CALLER]
    assert stage.carrier.telephones.rung[-1] == (CALLER, DECORATOR)
    assert "Your own call for Rainbow Frost" in stage.leg_of(stage.see(id_)).heard
    screen = browser.get("/console/operator", follow_redirects=True)
    assert screen.status_code == 200
    assert "01632 960001" in screen.text
    stage.leg_of(stage.see(id_), PartyRole.CALLER).hang_up()
    stage.phase(id_, Phase.OVER)
    stage.until(lambda: the_call(records).ended_at)
    assert the_call(records).state is CallBackState.REACHED
    assert noted(records, job) == [("rang 01632 960001: reached them", "Sam")]
    assert "Sam" in browser.get(f"/console/calls/callback-{the_call(records).id}").text
    assert stage.queue.waiting(now()) == []
    assert records.call_backs.waiting() == []


@pytest.mark.parametrize(("telephone", "came"), [(Busy(), "engaged"), (NoAnswer(), "no answer")])
def test_who_is_not_reached_is_noted_and_nothing_else_happens(
    stage: Stage, app: Flask, records: SqlRecords, job: Job, telephone: Busy | NoAnswer, came: str
) -> None:
    stage.carrier.telephones[SAM], stage.carrier.telephones[CALLER] = STAYS, telephone
    stage.sign_on()
    assert ring(browser_of(app, records, operator="sam"), job) == [303]
    stage.until(lambda: noted(records, job))
    assert noted(records, job) == [(f"rang 01632 960001: {came}", "Sam")]
    stage.until(lambda: not stage.conversations.all())
    assert the_call(records).ended_at is not None
    assert stage.queue.waiting(now()) == []
    assert len(records.jobs.rising(now() + timedelta(days=9))) == 1


def test_an_operator_who_does_not_answer_has_rung_nobody(
    stage: Stage, app: Flask, records: SqlRecords, job: Job
) -> None:
    stage.carrier.telephones[SAM] = NoAnswer()
    stage.sign_on()
    assert ring(browser_of(app, records, operator="sam"), job) == [303]
    stage.until(lambda: stage.state().state is Presence.AWAY)
    assert [to for to, _ in stage.carrier.telephones.rung] == [SAM]
    assert stage.queue.waiting(now()) == []
    told = app.extensions["services"].operator_calls.called_back
    assert told.end_unrung(now(), stage.conversations.call_backs) == 0, "it may still be under way"
    assert told.end_unrung(now() + timedelta(seconds=20), stage.conversations.call_backs) == 1
    [(text, _)] = noted(records, job)
    assert text.startswith("rang 01632 960001: not reached, as the operator’s own telephone")


def test_an_operator_who_hangs_up_while_it_rings_has_let_them_go(
    stage: Stage, app: Flask, records: SqlRecords, job: Job
) -> None:
    stage.carrier.telephones[SAM], stage.carrier.telephones[CALLER] = STAYS, rings()
    stage.sign_on()
    assert ring(browser_of(app, records, operator="sam"), job) == [303]
    stage.until(lambda: (CALLER, DECORATOR) in stage.carrier.telephones.rung)
    [conversation] = stage.conversations.all()
    stage.leg_of(conversation).hang_up()
    stage.until(lambda: noted(records, job))
    assert noted(records, job) == [("rang 01632 960001: let go", "Sam")]
    assert stage.queue.waiting(now()) == []


def test_whoever_loses_the_line_has_reached_them_and_nobody_calls_again(
    stage: Stage, app: Flask, records: SqlRecords, job: Job
) -> None:
    stage.carrier.telephones["client:sam"] = stage.carrier.telephones[CALLER] = STAYS
    stage.sign_on(reach=DeviceType.BROWSER)
    assert ring(browser_of(app, records, operator="sam"), job) == [303]
    id_ = stage.met("sam").id
    called = stage.leg_of(stage.see(id_), PartyRole.CALLER)
    stage.leg_of(stage.see(id_)).hang_up()  # the connection of the operator's browser breaks
    stage.phase(id_, Phase.OVER)
    stage.until(lambda: the_call(records).ended_at)
    called.wait(5)
    assert "call you" not in str(called.heard).partition("Rainbow Frost")[2]
    assert stage.queue.waiting(now()) == []
    assert noted(records, job) == [("rang 01632 960001: reached them", "Sam")]


def test_who_was_away_is_away_again(
    stage: Stage, app: Flask, records: SqlRecords, job: Job
) -> None:
    stage.carrier.telephones[SAM], stage.carrier.telephones[CALLER] = STAYS, Busy()
    stage.sign_on()
    RedisOperators(stage.redis).wish("sam", Presence.AWAY, now(), "lunch")
    assert ring(browser_of(app, records, operator="sam"), job) == [303]
    stage.until(lambda: noted(records, job))
    stage.until(lambda: stage.state().state is Presence.AWAY)


def test_only_a_free_operator_rings(
    stage: Stage, app: Flask, records: SqlRecords, job: Job
) -> None:
    browser = browser_of(app, records, operator="sam")
    assert ring(browser, job) == [409], "not signed on"
    stage.talk()
    assert ring(browser, job) == [409], "in a call"
    assert records.call_backs.newest() == []


def test_only_numbers_of_the_page_and_only_operators_of_ours(
    stage: Stage, app: Flask, records: SqlRecords, job: Job
) -> None:
    stage.sign_on()
    assert ring(browser_of(app, records, operator="sam"), job, number="+441632960555") == [404]
    supervisor = browser_of(app, records, AccountRole.SUPERVISOR)
    assert ring(supervisor, job) == [404], "no telephone of theirs"
    client = browser_of(app, records, AccountRole.CLIENT, client=CLIENT)
    token = TOKEN.search(client.get("/console/client").text)
    form = {"csrf_token": token[1] if token else "", "number": CALLER}
    assert client.post(f"/console/ring/job/{job.id}?once=x", data=form).status_code in (403, 404)
    assert stage.carrier.telephones.rung == []


def test_the_pages_of_messages_and_calls_have_the_button_for_operators_alone(
    stage: Stage, app: Flask, records: SqlRecords
) -> None:
    facts = {"client": CLIENT, "client_name": "Rainbow Frost", "caller": CALLER}
    message = records.messages.keep(message_note(**facts))
    stage.carrier.telephones[SAM], stage.carrier.telephones[CALLER] = STAYS, Busy()
    stage.sign_on()
    operator = browser_of(app, records, operator="sam")
    supervisor = browser_of(app, records, AccountRole.SUPERVISOR)
    page = f"/console/messages/{message}"
    assert ONCE.search(supervisor.get(page).text) is None
    text = operator.get(page).text
    token, once = TOKEN.search(text), ONCE.search(text)
    assert token
    assert once
    form = {"csrf_token": token[1], "number": CALLER}
    address = f"/console/ring/message/{message}?once={once[1]}"
    assert operator.post(address, data=form | {"csrf_token": "x"}).status_code in (400, 403)
    assert operator.post(address, data=form).status_code == 303
    stage.until(lambda: the_call(records).ended_at)
    call = operator.get(f"/console/calls/callback-{the_call(records).id}").text
    assert "Sam rings the caller" in call
    assert ONCE.search(call), "its page can ring the number once more"


@contextmanager
def window(chromium: Browser, app: Flask, browser: FlaskClient) -> Iterator[Page]:
    """A real browser's window in which whoever is signed in in `browser` sits."""
    with served(app) as url:
        context = chromium.new_context(base_url=url, reduced_motion="reduce")
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = browser.get_cookie(name, path=app.config["SESSION_COOKIE_PATH"])
        assert cookie
        context.add_cookies([{"name": name, "value": cookie.value, "url": f"{url}/console"}])
        yield context.new_page()
        context.close()


@NO_CHROMIUM
def test_a_number_in_any_list_is_rung_where_it_is_pressed(
    stage: Stage, app: Flask, records: SqlRecords, job: Job, chromium: Browser
) -> None:
    facts = {"client": CLIENT, "client_name": "Rainbow Frost", "caller": CALLER}
    message = records.messages.keep(message_note(**facts))
    records.calls.note([snapshot(call_sid="CA1", from_=CALLER, started_at=now())])
    stage.carrier.telephones[CALLER] = Busy()
    pages = ("jobs/", f"jobs/{job.id}", "messages/", "calls/", "search?q=01632+960001")
    with window(chromium, app, browser_of(app, records, operator="sam")) as page:
        page.goto("/console/messages/")
        page.get_by_role("button", name="Ring 01632 960001").first.click()
        expect(page.get_by_role("alert").last).to_contain_text("Sign on as an operator first")
        stage.sign_on()
        for number, path in enumerate(pages, start=1):
            page.goto(f"/console/{path}")
            stage.carrier.telephones[SAM] = own = Rings(STAYS)
            page.get_by_role("button", name="Ring 01632 960001").first.click()
            said = page.locator(".rung")
            expect(said).to_contain_text("take it, and 01632 960001 is called")
            own.answer()
            stage.until(partial(so_many_over, records, number))
            stage.until(lambda: stage.state().state is Presence.AVAILABLE)
    assert [to for to, _ in stage.carrier.telephones.rung] == [SAM, CALLER] * len(pages)
    of_message = records.jobs.of_message(message)
    assert of_message
    came = [text for each in (job, of_message) for text, _ in noted(records, each)]
    assert came == ["rang 01632 960001: engaged"] * 3, "of the jobs, and of the message"


def over(records: SqlRecords) -> list[CallBack]:
    """The operators' calls that have ended."""
    return [each for each in records.call_backs.newest() if each.ended_at]


def so_many_over(records: SqlRecords, many: int) -> bool:
    return len(over(records)) == many
