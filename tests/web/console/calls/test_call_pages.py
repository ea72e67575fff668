"""Calls in the console: the list, and a timeline whose steps lead to their lines."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.core.accounts.roles import Role
from ivr.core.jobs.acts import Close
from ivr.core.jobs.job import Outcome
from ivr.core.records.numbers import WITHHELD
from tests.call_back_samples import call_back
from tests.job_changes import act_on
from tests.web.console.calls.calls_kept import came_in
from tests.web.console.calls.messages_left import leave
from tests.web.console.jobs.test_job_pages import opened
from tests.web.console.small_console import NOON, Console, as_role

PAGE = "/console/calls/"


def publish(console: Console) -> str:
    """Keep the live version's texts, as a web process does; returns the version."""
    from ivr.adapters.sql.flows.recorded_versions import RecordedVersions

    flow = console.library.flow("acme")
    store = RecordedVersions(console.records, lambda: console.now[0])
    store.publish_files([("acme", flow.version, flow.texts, console.flows / "acme.yaml")])
    return flow.version


def test_the_list_has_the_newest_first_and_is_narrowed(console: Console) -> None:
    came_in(console)
    came_in(console, "CA2", client="other", from_=WITHHELD, started_at=NOON + timedelta(days=1))
    browser = console.signed_in()

    def shown(query: str) -> list[str]:
        return re.findall(r'href="/console/calls/(CA\d)"', browser.get(PAGE + query).text)

    assert shown("") == ["CA2", "CA1"]
    assert shown("?client=acme") == shown("?caller=01632+960009") == ["CA1"]
    assert shown("?caller=withheld") == ["CA2"]
    assert shown("?day=2026-11-24") == ["CA1"]
    assert shown("?day=nonsense&page=x") == ["CA2", "CA1"]
    assert shown("?page=2") == []


def test_a_call_is_told_step_by_step_and_each_step_leads_to_its_line(console: Console) -> None:
    came_in(console)
    version = publish(console)
    message_id = leave(console, call_sid="CA1", received_at=NOON + timedelta(seconds=20))
    browser = console.signed_in()
    text = browser.get(PAGE + "CA1").text
    told = re.findall(r"<div><p>(.*?)</p>", text)
    assert told[0] == "The call came in from 01632 960009."
    assert "The caller said “&lt;b&gt;help&lt;/b&gt;”." in told
    assert "Sam was rung." in told
    assert "Put on hold by sam." in told
    assert f'<a href="/console/messages/{message_id}">A message for Ian Frost was kept' in text
    [link] = set(re.findall(r'href="([^"]+#acme.yaml:6)"', text))
    page = browser.get(link.partition("#")[0])
    assert page.status_code == 200
    assert "answers calls now" in page.text
    assert f"version <code>{version}" in page.text
    line = re.search(r'<li id="acme.yaml:6"><code>(.*?)</code>', page.text)
    assert line
    assert line[1].strip().startswith("greet:")
    assert 'id="templates/nights.yaml:5"' in page.text


def test_a_version_that_is_not_kept_is_told(console: Console) -> None:
    assert console.signed_in().get("/console/flows/acme/versions/nope").status_code == 404


@pytest.mark.parametrize(
    ("role", "whose", "status", "links"),
    [
        (Role.SUPERVISOR, {}, 200, True),
        (Role.OPERATOR, {"operator": "sam"}, 200, False),
        (Role.CLIENT, {"client": "acme"}, 200, False),
        (Role.CLIENT, {"client": "other"}, 404, False),
        (Role.EDITOR, {}, 403, False),
    ],
)
def test_who_may_see_a_call_and_its_lines(
    role: Role, whose: dict[str, str], status: int, links: bool, console: Console
) -> None:
    came_in(console)
    answer = as_role(console, role, **whose).get(PAGE + "CA1")
    assert answer.status_code == status
    assert ("960009" in answer.text) == (status == 200)
    assert ("/versions/" in answer.text) == links


def test_a_client_s_list_holds_their_own_calls_whatever_they_ask_for(console: Console) -> None:
    came_in(console)
    browser = as_role(console, Role.CLIENT, client="other")
    for query in ("", "?client=acme", "?caller=%2B441632960009"):
        text = browser.get(PAGE + query).text
        assert "There is no call" in text
        assert "Acme" not in text


def test_who_saw_a_call_is_in_the_trail(console: Console) -> None:
    came_in(console)
    as_role(console, Role.CLIENT, client="acme").get(PAGE + "CA1")
    [act], _ = console.records.audit.page(client="acme")
    assert (act.who, act.act, act.about) == ("client", "saw a call", "call CA1")


def test_calls_and_messages_are_found_from_every_page(console: Console) -> None:
    came_in(console)
    message_id = leave(console, call_sid="CA9")
    browser = console.signed_in()
    assert 'action="/console/search"' in browser.get(PAGE).text
    both = browser.get("/console/search?q=01632+960009").text
    assert "/console/calls/CA1" in both
    assert f"/console/messages/{message_id}" in both
    words = browser.get("/console/search?q=pleas").text
    assert f"/console/messages/{message_id}" in words
    assert "/console/calls/CA1" not in words
    assert "Nothing was found" in browser.get('/console/search?q="*+<b>').text
    assert "Nothing was found" not in browser.get("/console/search?page=x").text


def test_a_call_and_its_call_back_lead_to_each_other(console: Console) -> None:
    came_in(console)
    promise = replace(call_back("cb1", number="+441632960009"), call_sid="CA1")
    console.records.call_backs.promise(promise)
    console.records.call_backs.reached("cb1", "c1", "CA7", NOON)
    browser = console.signed_in()
    first = browser.get(PAGE + "CA1").text
    assert f'<a href="{PAGE}callback-cb1">A call back was promised.</a>' in first
    for sid in ("callback-cb1", "CA7"):
        own = browser.get(PAGE + sid).text
        assert "Call back for Acme" in own
        assert 'to <a class="tel" href="tel:+441632960009">01632 960009</a>' in own
        assert f'<a href="{PAGE}CA1">The caller was called, and reached.</a>' in own
    assert as_role(console, Role.CLIENT, client="other").get(PAGE + "CA7").status_code == 404


def test_forms_and_notes_are_found_and_a_message_s_job_stands_beside_it(console: Console) -> None:
    form = opened(console, summary="Booking", fields={"patient": "Wilhelmina <b>"})
    message_id = leave(console)
    job = console.records.jobs.of_message(message_id)
    assert job is not None
    act_on(console.records, job.id, Close(Outcome.DONE, "sent the plumber"), "Sam", NOON)
    browser = console.signed_in()
    found = browser.get("/console/search?q=wilhelm").text
    assert f'href="/console/jobs/{form.id}">Job for Acme' in found
    assert "Patient: Wilhelmina &lt;b&gt;" in found
    found = browser.get("/console/search?q=plumber").text
    assert f'href="/console/jobs/{job.id}">Job for Acme' in found
    both = browser.get("/console/search?q=message+leak").text
    assert f"/console/messages/{message_id}" in both
    assert f'href="/console/jobs/{job.id}">the job</a>, done: sent the plumber' in both
    assert "Job for" not in both


def test_a_client_finds_their_own_and_the_trail_does_not_keep_what_was_looked_for(
    console: Console,
) -> None:
    came_in(console)
    theirs = as_role(console, Role.CLIENT, client="acme").get("/console/search?q=01632960009")
    assert "/console/calls/CA1" in theirs.text
    [act], _ = console.records.audit.page(client="acme")
    assert (act.act, act.about) == ("searched", None)


def test_of_another_client_s_calls_a_client_finds_nothing(console: Console) -> None:
    came_in(console)
    browser = as_role(console, Role.CLIENT, client="other")
    assert "Nothing was found" in browser.get("/console/search?q=01632960009").text
