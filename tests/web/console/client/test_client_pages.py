"""The client's page: what waits, what others have, what is done; and what one does about it."""

from __future__ import annotations

import re

import pytest

from ivr.core.accounts.roles import Role
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.jobs.acts import Close, Hand
from ivr.core.jobs.job import Job, Outcome, Owner, OwnerKind
from ivr.core.jobs.words import PARTICIPLES, told
from tests.job_changes import act_on
from tests.web.console.client.client_inbox import (
    AGENCY,
    HOUR,
    IAN,
    MAYA,
    PAGE,
    account,
    brought,
    left,
    now,
    send,
    signed_in,
    with_examples,
)
from tests.web.console.small_console import NOON, Console, as_role

SAM = Owner(OwnerKind.OPERATOR, "sam", "Sam Okafor")


@pytest.fixture(autouse=True)
def rainbow_frost(console: Console) -> None:
    with_examples(console)


def shelves(page: str) -> dict[str, str]:
    """The parts of the page, by their headings' ids."""
    return dict(re.findall(r'<section aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL))


def history(console: Console, job: Job) -> list[str]:
    zone = console.library.flow(job.client).client.timezone
    return [line.text for line in told(console.records.jobs.history(job.id), zone)]


def test_a_client_s_account_arrives_on_its_page(console: Console) -> None:
    answer = signed_in(console).get("/console/", follow_redirects=True)
    assert answer.request.path == PAGE
    assert "Ian Frost" in answer.text


def test_what_waits_for_them_comes_first_then_what_others_have_then_what_is_done(
    console: Console,
) -> None:
    mine, hers, ours = (left(console, owner, 2) for owner in (IAN, MAYA, AGENCY))
    sams = left(console, SAM, 30)
    done = left(console, MAYA)
    act_on(console.records, done.id, Close(Outcome.DONE, "rang <b>back</b>"), "Maya", NOON)
    page = signed_in(console).get(PAGE).text
    parts = shelves(page)
    assert list(parts) == ["waiting", "others", "done"]
    assert [job.id in parts["waiting"] for job in (mine, hers, ours, sams, done)] == (
        [True, False, False, False, False]
    )
    for words in (
        'Maya Frost has this</strong> <span class="numbers">due 14:00',
        'The agency has this</strong> <span class="numbers">due 14:00',
        'Sam Okafor of the agency has this</strong> <span class="numbers">due Wed 25 Nov 18:00',
    ):
        assert words in parts["others"]
    assert "Done, 12:00: rang &lt;b&gt;back&lt;/b&gt;" in parts["done"]


def test_each_says_who_rang_when_what_they_said_and_where_to_doubt_it(console: Console) -> None:
    job = left(console, IAN, fields={"about": "<i>gutters</i>"})
    brought(console, job)
    console.records.messages.correct(job.message or "", "Ring Ann", "misheard", "Sam", NOON)
    for address in (PAGE, f"{PAGE}/jobs/{job.id}"):
        text = signed_in(console).get(address).text
        for words in (
            "Message from 01632 960009",
            'href="tel:+441632960009">Ring 01632 960009 <small>the number they called from<',
            'href="tel:+441632960001">Ring 01632 960001 <small>the number they gave<',
            "Mon 23 Nov 12:00",
            "gave 01632 960001, rang from 01632 960009",
            "&lt;i&gt;gutters&lt;/i&gt;",
            "Corrected by Sam, 12:00: “Ring Ann” (misheard)",
            f'src="/console/messages/{job.message}/audio"',
        ):
            assert words in text, words
        assert re.search(r'class="doubtful"[^>]*>ring', text)
        assert text.index("Ring 01632 960001") < text.index("Ring 01632 960009")


def test_the_recording_comes_in_the_pieces_that_a_player_asks_for(console: Console) -> None:
    job, browser = left(console, IAN), signed_in(console)
    answer = browser.get(
        f"/console/messages/{job.message}/audio", headers={"Range": "bytes=0-3"}, buffered=True
    )
    assert (answer.status_code, answer.data) == (206, b"RIFF")


def test_what_is_overdue_put_off_or_without_words_says_so(console: Console) -> None:
    left(console, IAN, -1)
    left(console, IAN, heard=None)
    text = signed_in(console).get(PAGE).text
    assert "was due 11:00" in text
    assert "Transcribing" in text


def test_an_account_of_nobody_in_particular_sees_what_waits_at_the_client_s(
    console: Console,
) -> None:
    mine, hers, ours = (left(console, owner) for owner in (IAN, MAYA, AGENCY))
    page = signed_in(console, None).get(PAGE).text
    parts = shelves(page)
    assert [job.id in parts["waiting"] for job in (mine, hers, ours)] == [True, True, False]
    assert "Waiting at Rainbow Frost" in page
    assert "Take over" not in page
    assert "does not stand in your file" not in page


def test_somebody_who_has_gone_from_the_file_acts_as_the_client_and_is_told(
    console: Console,
) -> None:
    job, browser = left(console, IAN), signed_in(console, "zoe")
    assert "Your account is for “zoe”, who does not stand in your file any more" in (
        browser.get(PAGE).text
    )
    send(browser, job, "note", text="rang")
    assert history(console, job)[1] == "noted by Rainbow Frost: rang"


def test_a_client_whose_file_is_gone_still_has_its_inbox(console: Console) -> None:
    job = left(console, IAN, client="gone", client_name="Gone")
    text = signed_in(console, "ian", "gone").get(PAGE).text
    assert job.id in text
    assert "Ian Frost has this" in text


# What one does


@pytest.mark.parametrize(
    ("act", "form", "owner", "line"),
    [
        ("take", {}, IAN, "taken from Maya Frost by Ian Frost"),
        (
            "agency",
            {"reason": "too much"},
            AGENCY,
            "assigned from Maya Frost to Larkfield Answering by Ian Frost: too much",
        ),
        ("hand", {"to": "person:ian"}, IAN, "assigned from Maya Frost to Ian Frost by Ian Frost"),
        ("note", {"text": "engaged"}, MAYA, "noted by Ian Frost: engaged"),
        (
            "close",
            {"outcome": "not reached", "reason": "three tries"},
            MAYA,
            "closed as not reached by Ian Frost: three tries",
        ),
    ],
)
def test_what_is_done_is_done_in_the_person_s_name(
    act: str, form: dict[str, str], owner: Owner, line: str, console: Console
) -> None:
    job, browser = left(console, MAYA), signed_in(console)
    answer = send(browser, job, act, **form)
    assert answer.status_code == 303
    assert now(console, job).owner.is_same(owner)
    assert history(console, job)[1] == line
    acts, _ = console.records.audit.page(who=account(console).login)
    noted = f"acted on a job: {PARTICIPLES['hand' if act == 'agency' else act]}"
    assert (acts[0].act, acts[0].client) == (noted, "rainbow-frost")


def test_what_is_done_with_can_be_opened_again(console: Console) -> None:
    job, browser = left(console, IAN), signed_in(console)
    send(browser, job, "close", outcome="done", reason="rang back")
    closed = now(console, job)
    assert not closed.is_open
    assert send(browser, closed, "reopen", reason="rang again").status_code == 303
    assert now(console, job).is_open


@pytest.mark.parametrize(
    ("act", "form", "problem"),
    [
        ("close", {"outcome": "done", "reason": " "}, "why the job is closed"),
        ("close", {"outcome": "nonsense", "reason": "x"}, "Choose how it ended"),
        ("hand", {"to": ""}, "Choose who is to have it"),
        ("hand", {"to": "operator:sam"}, "Choose who is to have it"),
        ("hand", {"to": "person:nobody"}, "Choose who is to have it"),
        ("take", {}, "has this job already"),
        ("note", {"text": ""}, "Write a few words"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    act: str, form: dict[str, str], problem: str, console: Console
) -> None:
    job, browser = left(console, IAN), signed_in(console)
    answer = send(browser, job, act, **form)
    assert answer.status_code == 422
    assert problem in answer.text
    assert now(console, job) == job


def test_a_job_needs_somebody_by_name(console: Console) -> None:
    job = left(console, AGENCY)
    answer = send(signed_in(console, None), job, "take")
    assert answer.status_code == 422
    assert "a job needs somebody who has it" in answer.text
    assert send(signed_in(console, None), job, "agency").status_code == 422
    assert send(signed_in(console, None), job, "hand", to="person:maya").status_code == 303
    assert now(console, job).owner.is_same(MAYA)


def test_whoever_comes_second_is_told_kindly_and_sees_how_it_stands(console: Console) -> None:
    job, browser = left(console, MAYA), signed_in(console)
    act_on(console.records, job.id, Hand(AGENCY), "Maya Frost", NOON + HOUR)
    answer = send(browser, job, "take")
    assert answer.status_code == 409
    assert "Maya Frost was quicker, at 13:00, so nothing was changed" in answer.text
    assert "The agency has this" in answer.text
    assert now(console, job).owner.is_same(AGENCY)


def test_nobody_who_is_no_client_has_such_a_page(console: Console) -> None:
    left(console, IAN)
    for browser in (console.signed_in(), as_role(console, Role.SUPERVISOR)):
        assert browser.get(PAGE).status_code == 403


# Reading


def test_looking_at_a_message_reads_nothing_and_pressing_the_button_does(
    console: Console,
) -> None:
    job, browser = left(console, IAN), signed_in(console)
    mail, text = brought(console, job), brought(console, job, channel=Channel.SMS)
    for address in (PAGE, f"{PAGE}/list", f"{PAGE}/jobs/{job.id}"):
        assert "I have read it" in browser.get(address).text or "list" in address
    assert now(console, job).version == job.version
    answer = send(browser, job, "read")
    assert answer.headers["Location"].endswith(f"{PAGE}/jobs/{job.id}")
    states = [console.records.deliveries.find(each.id) for each in (mail, text)]
    assert [each.state for each in states if each] == [
        DeliveryState.ACKNOWLEDGED,
        DeliveryState.SENT,
    ]
    page = browser.get(PAGE).text
    assert "read 12:00 by Ian Frost" in page
    assert "I have read it" not in page
    assert history(console, job)[1:] == ["read by Ian Frost, on the client’s page"]


def test_who_acts_on_a_message_has_read_it(console: Console) -> None:
    job = left(console, IAN)
    mail = brought(console, job)
    send(signed_in(console), job, "close", outcome="done", reason="rang back")
    found = console.records.deliveries.find(mail.id)
    assert found
    assert (found.state, found.acknowledged_by) == (DeliveryState.ACKNOWLEDGED, "Ian Frost")


def test_a_colleague_s_reading_is_not_theirs_to_whom_it_was_sent(console: Console) -> None:
    job = left(console, IAN)
    mail = brought(console, job)
    send(signed_in(console, "maya"), job, "read")
    found = console.records.deliveries.find(mail.id)
    assert found
    assert found.state is DeliveryState.SENT
    assert now(console, job).version == job.version


def test_an_account_of_nobody_in_particular_reads_for_the_client(console: Console) -> None:
    job = left(console, IAN)
    mail = brought(console, job)
    send(signed_in(console, None), job, "read")
    found = console.records.deliveries.find(mail.id)
    assert found
    assert found.acknowledged_by == "Rainbow Frost"


# Finding


def test_the_search_finds_among_their_own_what_is_open_and_what_is_done(
    console: Console,
) -> None:
    job, other = left(console, IAN), left(console, MAYA, caller="+441632960777")
    act_on(console.records, other.id, Close(Outcome.DONE, "x"), "Maya", NOON)
    foreign = left(console, IAN, client="acme", client_name="Acme")
    browser = signed_in(console)

    def found(words: str) -> set[str]:
        text = browser.get(PAGE, query_string={"q": words}).text
        return {each.id for each in (job, other, foreign) if each.id in text}

    assert found("please") == {job.id, other.id}
    assert found("01632 960777") == {other.id}
    assert found("nothing like it") == set()
    assert "Nothing of yours has “&lt;b&gt;”" in browser.get(f"{PAGE}?q=<b>").text


def test_what_is_done_is_paged(console: Console) -> None:
    for _ in range(21):
        done = left(console, IAN)
        act_on(console.records, done.id, Close(Outcome.DONE, "x"), "Ian", NOON)
    browser = signed_in(console)
    first, second = (browser.get(f"{PAGE}?page={page}").text for page in (1, 2))
    assert [text.count('class="item past"') for text in (first, second)] == [20, 1]
    assert ">Next<" in first
    assert ">Previous<" in second


def test_the_bar_of_a_client_leads_to_what_is_theirs(console: Console) -> None:
    bar = signed_in(console).get(PAGE).text.partition("<main")[0]
    assert re.findall(r'<a href="([^"]+)"(?: aria-current="page")?>', bar) == [
        PAGE,
        "/console/calls/",
        "/console/account",
    ]
