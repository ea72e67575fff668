"""The board of jobs and the page of each: who may see and do what, and what is said of it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.delivery.plan import Channel
from ivr.core.jobs.acts import Hand, Take
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Job, NewJob, Opening, Owner, OwnerKind
from ivr.core.records.delivery import DeliveryItem
from ivr.core.records.outbox import OutboxKind
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account
from tests.adapters.sql.records_samples import recording_note
from tests.flow_files import EXAMPLES
from tests.job_changes import act_on, open_job
from tests.web.console.calls.messages_left import leave
from tests.web.console.small_console import NOON, Console

BOARD = "/console/jobs/"
AGENCY = the_agency("the agency")
IAN = Owner(OwnerKind.PERSON, "ian", "Ian")
OPERATOR = {"operator": "sam"}
HOUR = timedelta(hours=1)


def browser_of(
    console: Console, role: Role = Role.OPERATOR, name: str = "Sam", **whose: Any
) -> FlaskClient:
    """A browser in which somebody of this role is signed in."""
    if role is Role.OPERATOR:
        whose = OPERATOR | whose
    if role is Role.CLIENT:
        whose = {"client": "acme"} | whose
    new = Account(id="", login=name, name=name, role=role, **whose)
    account = keep_account(console.records, new, NOON)
    browser = console.app.test_client()
    with browser.session_transaction(path="/console/") as session:
        session[SESSION] = console.records.sessions.begin(account, NOON)
    return browser


def opened(console: Console, hours: float = 4, owner: Owner = AGENCY, **changes: Any) -> Job:
    """A job, due so many hours after noon."""
    new = NewJob(
        client="acme",
        kind="call_back",
        summary="Call back",
        opening=Opening(
            owner, NOON + hours * HOUR, FollowUpTerms(grace=600), "Ring the caller back"
        ),
        opened_by="a call",
        caller="+441632960009",
    )
    return open_job(console.records, replace(new, **changes), NOON - 2 * HOUR)


def now(console: Console, job: Job) -> Job:
    found = console.records.jobs.find(job.id)
    assert found is not None
    return found


def send(browser: FlaskClient, address: str, page: str | None = None, **form: Any) -> Any:
    """Send a form as the page that holds it does."""
    text = browser.get(page or address).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    return browser.post(address, data={"csrf_token": token[1], **form})


def do(browser: FlaskClient, job: Job, act: str, **form: Any) -> Any:
    """Send one of the forms of a job's page."""
    page = f"/console/jobs/{job.id}"
    return send(browser, f"{page}/{act}", page, version=job.version, **form)


def test_the_board_says_whose_each_job_is_and_how_it_stands(console: Console) -> None:
    opened(console, -1, summary="Late one")
    opened(console, 0.5, owner=IAN, summary="Soon one")
    opened(console, 9, fields={"what": "<b>wool</b>"})
    text = browser_of(console).get(BOARD).text
    shown = ["3 open", "1 overdue", "1 due within the hour", "overdue by 1 h", "Ian"]
    shown += ["from 01632 960009", "open 2 h", "&lt;b&gt;wool&lt;/b&gt;", "due Tue 24 Nov 21:00"]
    for words in shown:
        assert words in text, words
    assert text.index("Late one") < text.index("Soon one")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"late", "soon", "mine"}),
        ("?view=mine", {"mine"}),
        ("?view=soon", {"late", "soon"}),
        ("?view=overdue", {"late"}),
        ("?view=unowned", {"soon"}),
        ("?view=undelivered", set()),
        ("?view=closed", {"done"}),
        ("?view=nonsense", {"late", "soon", "mine"}),
        ("?client=acme", {"late", "mine"}),
        ("?q=01632", {"late", "soon", "mine"}),
        ("?q=01604", set()),
        ("?q=960009+late", {"late"}),
        ("?kind=order", {"soon"}),
        ("?page=2", set()),
        ("?page=x", {"late", "soon", "mine"}),
    ],
)
def test_the_board_can_be_narrowed_down(query: str, expected: set[str], console: Console) -> None:
    opened(console, -1, summary="late")
    opened(console, 0.5, summary="soon", client="other", kind="order")
    opened(console, 9, summary="mine", owner=Owner(OwnerKind.OPERATOR, "sam", "Sam"))
    browser = browser_of(console)
    do(browser, opened(console, summary="done"), "close", outcome="done", reason="rang back")
    for address in (BOARD + query, BOARD + "list" + query):
        text = browser.get(address).text
        assert {name for name in ("late", "soon", "mine", "done") if f": {name} from" in text} == (
            expected
        )


def told(console: Console, job: Job, to: str, read: datetime | None = None) -> None:
    """Let somebody be told of a job by e-mail, and perhaps read it."""
    book = console.records.deliveries
    promise = f"notice-{job.id}-{job.version}-{to}"
    parcel = DeliveryItem(
        promise=promise, client=job.client, about="notice", recipient=to, job=job.id
    )
    begun = book.begin(parcel, Channel.EMAIL, "x@x.example", NOON)
    assert begun is not None
    book.sent(begun, "1", NOON)
    if read:
        book.acknowledge(begun.id, to, "by a link", read)


def test_the_board_says_who_has_read_of_a_job_and_what_was_not_delivered(console: Console) -> None:
    told(console, opened(console, owner=IAN, summary="Known"), "Ian", NOON - HOUR)
    told(console, opened(console, owner=IAN, summary="New"), "Ian")
    console.records.messages.recording_ready(recording_note(recording_sid="RE9", client="acme"))
    browser = browser_of(console)
    for address in (BOARD, f"{BOARD}list"):
        rows = browser.get(address).text.split("<li ")[1:]
        said = {name: row for row in rows for name in ("Known", "New", "Message") if name in row}
        assert "read 11:00 by Ian" in said["Known"]
        assert "not read yet" in said["New"]
        assert "undelivered: 1" in said["Message"]
        assert "read" not in said["Message"]
        assert "undelivered" not in said["Known"] + said["New"]


def test_a_board_asks_the_database_as_often_for_many_jobs_as_for_one(console: Console) -> None:
    browser = browser_of(console)
    asked: list[str] = []

    def listed() -> int:
        asked.clear()
        assert browser.get(f"{BOARD}list").status_code == 200
        return len(asked)

    told(console, opened(console), "Ian")
    event = (sa.Engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    sa.event.listen(*event)
    try:
        listed()  # which notes that the list was seen
        one = listed()
        for _ in range(20):
            told(console, opened(console), "Ian", NOON)
        assert listed() == one
    finally:
        sa.event.remove(*event)


def test_a_job_s_page_tells_beside_each_act_who_was_told_and_has_read_it(console: Console) -> None:
    job = opened(console, owner=AGENCY)
    told(console, act_on(console.records, job.id, Hand(IAN), "Sam", NOON), "Ian", NOON)
    page = browser_of(console).get(f"{BOARD}{job.id}").text
    line = "E-mail to Ian: sent Tue 24 Nov 12:00, read Tue 24 Nov 12:00 by Ian"
    assert re.search(rf"assigned from the agency to Ian by Sam\s*<ul><li>{line}</li></ul>", page)


def test_the_kind_of_job_can_be_chosen_where_there_are_several(console: Console) -> None:
    opened(console, kind="order")
    browser = browser_of(console)
    assert 'name="kind"' not in browser.get(BOARD).text
    opened(console, kind="emergency")
    assert '<option value="order" selected>Order' in browser.get(f"{BOARD}?kind=order").text


def test_a_client_s_people_see_their_own_jobs_and_can_change_nothing(console: Console) -> None:
    own, other = opened(console, summary="own"), opened(console, summary="foreign", client="other")
    browser = browser_of(console, Role.CLIENT)
    for address in (BOARD, BOARD + "?client=other", BOARD + "list?client=other"):
        text = browser.get(address).text
        assert "own" in text
        assert "foreign" not in text
        assert "<select" not in text
        assert 'name="act"' not in text
    page = browser.get(f"{BOARD}{own.id}").text
    assert "opened by a call" in page
    assert "<button" not in page
    assert browser.get(f"{BOARD}{other.id}").status_code == 404
    for job in (own, other):
        for address in (f"{BOARD}{job.id}/take", f"{BOARD}act"):
            form = {"act": "take", "job": f"{job.id}:1"}
            assert browser.post(address, data=form).status_code == 403
        assert now(console, job) == job


@pytest.mark.parametrize("role", [Role.EDITOR])
def test_who_may_see_no_messages_sees_no_jobs(role: Role, console: Console) -> None:
    job = opened(console)
    browser = browser_of(console, role)
    for address in (BOARD, f"{BOARD}list", f"{BOARD}{job.id}"):
        assert browser.get(address).status_code == 403


def test_a_job_goes_through_its_whole_life_on_its_page(console: Console) -> None:
    job = opened(console, owner=IAN)
    browser = browser_of(console)
    acts: list[tuple[str, dict[str, str]]] = [
        ("take", {}),
        ("hand", {"to": "agency:agency", "reason": "on holiday"}),
        ("return", {"reason": "back already"}),
        ("snooze", {"for": "2h", "reason": "at lunch"}),
        ("snooze", {"until": "2026-11-25T09:00"}),
        ("plan", {"action": "Send the plan", "due": "2026-11-26T09:00"}),
        ("note", {"text": "engaged"}),
        ("rang", {"number": "+441632960009", "came": "no answer"}),
        ("close", {"outcome": "not reached", "reason": "three tries"}),
        ("reopen", {"reason": "they rang again"}),
    ]
    for act, form in acts:
        answer = do(browser, now(console, job), act, **form)
        assert answer.status_code == 303, answer.text
    text = browser.get(f"{BOARD}{job.id}").text
    for line in (
        "taken from Ian by Sam",
        "assigned from Sam to the agency by Sam: on holiday",
        "returned from the agency to Sam by Sam: back already",
        "snoozed until Tue 24 Nov 14:00 by Sam: at lunch",
        "snoozed until Wed 25 Nov 09:00 by Sam",
        "rescheduled by Sam: Send the plan, due Thu 26 Nov 09:00",
        "noted by Sam: engaged",
        "noted by Sam: rang 01632 960009: no answer",
        "closed as not reached by Sam: three tries",
        "opened again by Sam: they rang again",
    ):
        assert line in text, line
    (reopened, *_), _ = console.records.audit.page(act="acted on a job: opened again")
    assert (reopened.who, reopened.client, reopened.about) == ("sam", "acme", f"job {job.id}")


@pytest.mark.parametrize(
    ("act", "form", "why"),
    [
        ("hand", {"to": "person:nobody"}, "Choose to whom the job is assigned"),
        ("hand", {}, "Choose to whom the job is assigned"),
        ("rang", {"number": "+441632960009"}, "Choose which number you rang"),
        ("rang", {"number": "+44999", "came": "no answer"}, "Choose which number you rang"),
        ("close", {"outcome": "done", "reason": " "}, "why the job is closed"),
        ("close", {"outcome": "lost", "reason": "x"}, "A job ends as done, not reached"),
        ("snooze", {"for": "soon"}, "Say until when"),
        ("snooze", {"until": "tomorrow"}, "not a date and a time"),
        ("snooze", {"until": "2026-11-24T11:00"}, "has passed already"),
        ("note", {"text": ""}, "Write a few words"),
        ("plan", {"action": "Ring the caller back"}, "what is to be done next, or by when"),
        ("return", {}, "Nobody had this job before"),
        ("reopen", {}, "open already"),
    ],
)
def test_what_is_refused_is_said_on_the_page_and_changes_nothing(
    act: str, form: dict[str, str], why: str, console: Console
) -> None:
    job = opened(console)
    answer = do(browser_of(console), job, act, **form)
    assert answer.status_code == 422
    assert why in answer.text
    assert now(console, job) == job


def test_an_act_that_does_not_exist_is_no_page(console: Console) -> None:
    job = opened(console)
    assert do(browser_of(console), job, "delete").status_code == 404
    assert now(console, job) == job


def test_whoever_acts_on_an_old_page_is_told_who_was_first(console: Console) -> None:
    job = opened(console)
    browser = browser_of(console)
    act_on(console.records, job.id, Hand(IAN), "Ann", NOON)
    answer = do(browser, job, "take")
    assert answer.status_code == 409
    assert "Ann has acted on this job since you looked at it" in answer.text
    assert now(console, job).owner == IAN


def test_several_jobs_are_acted_on_at_once(console: Console) -> None:
    jobs = [opened(console, number) for number in (1, 2, 3)]
    browser = browser_of(console)
    chosen = [f"{job.id}:{job.version}" for job in jobs[:2]]
    answer = send(browser, f"{BOARD}act?client=acme", BOARD, act="take", job=chosen)
    assert answer.status_code == 303
    assert "2 jobs taken." in browser.get(answer.location).text
    assert "client=acme" in answer.location
    assert [now(console, job).owner.id for job in jobs] == ["sam", "sam", "agency"]
    chosen = [f"{job.id}:{now(console, job).version}" for job in jobs]
    form = {"outcome": "done", "close_reason": "rang all", "job": chosen}
    assert send(browser, f"{BOARD}act", BOARD, act="close", **form).status_code == 303
    assert not any(now(console, job).is_open for job in jobs)


def test_of_several_the_ones_that_are_refused_are_named_and_the_others_done(
    console: Console,
) -> None:
    mine, free = opened(console, summary="Mine"), opened(console, summary="Free")
    act_on(console.records, mine.id, Take(Owner(OwnerKind.OPERATOR, "sam", "Sam")), "Sam", NOON)
    chosen = [f"{mine.id}:2", f"{free.id}:1", "nothing:1"]
    answer = send(browser_of(console), f"{BOARD}act", BOARD, act="take", job=chosen)
    assert answer.status_code == 409
    assert "1 job taken." in answer.text
    assert "Mine, Acme: Sam has this job already." in answer.text
    assert "There is no such job." in answer.text
    assert now(console, free).owner.id == "sam"


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"act": "take"}, "Choose at least one job first."),
        ({"act": "burn", "job": "ID"}, "There is no such act."),
        ({"job": "ID"}, "There is no such act."),
    ],
)
def test_a_form_without_a_choice_or_an_act_does_nothing(
    form: dict[str, str], why: str, console: Console
) -> None:
    job = opened(console)
    filled = {key: value.replace("ID", job.id) for key, value in form.items()}
    answer = send(browser_of(console), f"{BOARD}act", BOARD, **filled)
    assert answer.status_code == 409
    assert why in answer.text
    assert now(console, job) == job


def test_whoever_is_handed_a_job_is_told_in_the_same_moment(console: Console) -> None:
    shutil.copytree(EXAMPLES, console.flows, dirs_exist_ok=True)
    console.library.refresh()
    job = opened(console, client="rainbow-frost")
    assert do(browser_of(console), job, "hand", to="person:maya").status_code == 303
    assert now(console, job).owner.name == "Maya Frost"
    assert console.records.outbox.waiting(OutboxKind.NOTICE).count == 1


def test_supervisors_see_on_every_page_what_is_overdue_or_soon_due_with_nobody(
    console: Console,
) -> None:
    opened(console, -1)
    opened(console, 0.5)
    opened(console, 0.5, owner=IAN)
    supervisor = browser_of(console, Role.SUPERVISOR, "Sue")
    for page in (BOARD, "/console/messages/", "/console/account"):
        text = supervisor.get(page).text
        assert "1 overdue</a>" in text
        assert "1 unassigned, due soon" in text
    operator = browser_of(console).get("/console/account").text
    assert "overdue</a>" not in operator


def test_a_job_of_a_message_shows_its_words_and_plays_its_recording(console: Console) -> None:
    message = leave(console)
    job = console.records.jobs.of_message(message)
    assert job is not None
    browser = browser_of(console)
    assert "Please ring 01632 960001." in browser.get(BOARD + "?q=please").text
    page = browser.get(f"{BOARD}{job.id}").text
    assert f'src="/console/messages/{message}/audio"' in page
    assert f'href="/console/messages/{message}"' in page
    assert 'class="doubtful" data-start="1.00"' in page


def test_what_is_seen_is_noted_and_an_open_board_is_noted_once(console: Console) -> None:
    job = opened(console)
    browser = browser_of(console)
    for _ in range(3):
        browser.get(BOARD)
        browser.get(f"{BOARD}list")
    browser.get(f"{BOARD}{job.id}")
    acts, _ = console.records.audit.page(who="sam")
    assert [(act.act, act.about) for act in acts] == [
        ("saw a job", f"job {job.id}"),
        ("saw the list of jobs", None),
    ]


def test_consoles_are_told_that_jobs_have_changed(console: Console) -> None:
    job = opened(console)
    with console.redis.pubsub(ignore_subscribe_messages=True) as told:  # type: ignore[no-untyped-call]  # redis has no types for it
        told.subscribe("ivr:{queue}:changes")
        told.get_message(timeout=1)
        do(browser_of(console), job, "take")
        message = told.get_message(timeout=1)
    assert message
    assert message["data"] == b"jobs:acme"


def test_a_job_of_a_client_whose_file_is_gone_is_still_shown(console: Console) -> None:
    job = opened(console, client="gone")
    browser = browser_of(console)
    assert "gone: Call back" in browser.get(BOARD).text
    assert "due Tue 24 Nov 16:00" in browser.get(f"{BOARD}{job.id}").text
    assert do(browser, job, "take").status_code == 303
