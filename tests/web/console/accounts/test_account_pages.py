"""Administrators keep the accounts, and see who did what."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account
from tests.flow_files import PEOPLE, write
from tests.web.console.small_console import FLOW, NOON, Console

PAGE = "/console/accounts/"


def post(browser: FlaskClient, path: str, **form: str) -> TestResponse:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PAGE).text)
    assert found
    return browser.post(path, data={"csrf_token": found[1], **form})


def with_people(console: Console) -> None:
    """Give Acme's file Ian and Pat."""
    write(console.flows, PEOPLE + FLOW)
    console.library.refresh()


def with_operator(console: Console, short: str = "sam") -> None:
    """Give the agency's file an operator."""
    text = f"agency: {{operators: {{{short}: {{name: Sam Okafor}}}}}}\n"
    (console.flows / "agency.yaml").write_text(text)


def test_an_operator_whom_the_agency_does_not_know_is_refused_with_what_to_write(
    console: Console,
) -> None:
    with_operator(console, "sammy")
    browser = console.signed_in()
    form = {"login": "sam", "name": "Sam O.", "role": "operator", "operator": "sam"}
    answer = post(browser, PAGE, **form)
    assert answer.status_code == 422
    said = unescape(answer.text)
    assert "agency.yaml has no operator 'sam'; did you mean 'sammy'?" in said
    assert 'sam: {name: "Sam O.", phone: "+44 …"}' in said
    assert console.records.accounts.by_login("sam") is None
    with_operator(console)
    assert post(browser, PAGE, **form).status_code == 200


def test_an_account_is_added_and_its_link_is_shown_once(console: Console) -> None:
    with_operator(console)
    browser = console.signed_in()
    answer = post(browser, PAGE, login="Sam", name="Sam O.", role="operator", operator="sam")
    link = re.search(r"http\S+/console/password/[\w.-]+", answer.text)
    assert link
    assert "/console/password/" not in browser.get(PAGE).text
    sam = console.records.accounts.by_login("sam")
    assert sam
    assert (sam.name, sam.role, sam.operator) == ("Sam O.", Role.OPERATOR, "sam")
    assert console.app.test_client().get(urlsplit(link[0]).path).status_code == 200


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"login": "", "role": "editor"}, "cannot be a login"),
        ({"login": "server", "role": "editor"}, "cannot be a login"),
        ({"login": "a b", "role": "editor"}, "cannot be a login"),
        ({"login": "a", "role": "king"}, "A role is one of"),
        ({"login": "a", "role": "operator"}, "must name its operator"),
        ({"login": "a", "role": "client"}, "must name its client"),
        ({"login": "a", "role": "editor", "client": "acme"}, "Only an account of role client"),
        ({"login": "a", "role": "editor", "email": "x"}, "no e-mail address"),
        ({"login": "a", "role": "editor", "person": "ian"}, "can be one of a client"),
        ({"login": "a", "role": "client", "client": "acme", "person": "ina"}, "did you mean"),
        ({"login": "a", "role": "client", "client": "acme", "person": "zoe"}, "look at its people"),
        (
            {"login": "a", "role": "client", "client": "acne", "person": "ian"},
            "no file of a client",
        ),
    ],
)
def test_an_account_that_is_not_whole_is_refused_with_the_reason(
    form: dict[str, str], problem: str, console: Console
) -> None:
    with_people(console)
    answer = post(console.signed_in(), PAGE, **form)
    assert answer.status_code == 422
    assert problem in answer.text
    assert console.records.accounts.all() == []


def test_an_account_says_which_of_the_client_s_people_it_is(console: Console) -> None:
    with_people(console)
    book, browser = console.records.accounts, console.signed_in()
    post(browser, PAGE, login="ian", role="client", client="acme", person="ian")
    made = book.by_login("ian")
    assert made
    assert made.person == "ian"
    assert "ian · Acme · Ian" in browser.get(PAGE).text
    role = f"{PAGE}{made.id}/role"
    refused = post(browser, role, role="client", client="acme", person="pta")
    assert refused.status_code == 422
    assert "did you mean &#39;pat&#39;?" in refused.text
    post(browser, role, role="client", client="acme", person="pat")
    assert book.by_id(made.id) == replace(made, person="pat")
    post(browser, role, role="editor", person="pat")
    assert book.by_id(made.id) == replace(made, role=Role.EDITOR, client=None, person=None)


def test_changes_to_an_account_take_hold_at_once(console: Console) -> None:
    book, browser = console.records.accounts, console.signed_in()
    new = Account(id="", login="maya", name="Maya", role=Role.EDITOR)
    maya = keep_account(console.records, new, NOON)
    other = console.app.test_client()
    acts = ("end-sessions", "disable", "enable", "role", "password")
    expected = (403, 403, 200, 403, 403)
    for act, status in zip(acts, expected, strict=True):
        with other.session_transaction(path="/console/") as session:
            session[SESSION] = console.records.sessions.begin(maya, NOON)
        if act == "enable":
            post(browser, f"{PAGE}{maya.id}/{act}")
            with other.session_transaction(path="/console/") as session:
                session[SESSION] = console.records.sessions.begin(maya, NOON)
        else:
            answer = post(browser, f"{PAGE}{maya.id}/{act}", role="client", client="acme")
            assert answer.status_code in (200, 303)
        assert other.get("/console/flows/").status_code == status, act
    kept = book.by_id(maya.id)
    assert kept
    assert (kept.role, kept.client) == (Role.CLIENT, "acme")
    trail, _ = console.records.audit.page(who="server")
    assert {act.about for act in trail if act.about} == {"account maya"}


def test_the_trail_is_shown_and_narrowed(console: Console) -> None:
    browser = console.signed_in()
    post(browser, PAGE, login="sam", role="editor")
    assert "added an account of role editor" in browser.get("/console/audit/").text
    narrow = browser.get("/console/audit/?who=nobody").text
    assert "Nothing was noted like this" in narrow


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_any_page_of_the_trail_may_be_asked_for(page: str, console: Console) -> None:
    assert console.signed_in().get(f"/console/audit/?page={page}").status_code == 200


def test_an_account_that_is_gone_is_said_to_be(console: Console) -> None:
    assert post(console.signed_in(), f"{PAGE}nobody/disable").status_code == 404
