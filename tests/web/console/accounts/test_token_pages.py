"""Administrators make tokens for programs, see when they were used, and revoke them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.accounts.roles import Role
from ivr.core.accounts.scopes import TokenScope
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.subscription import Subscription
from tests.accounts import keep_token
from tests.flow_files import write
from tests.web.console.small_console import NOON, Console, as_role

PAGE = "/console/tokens/"
ACME = """\
schema: 1
client: {name: Acme & Sons, numbers: ["+44 1604 529170"]}
start: bye
nodes:
  bye: {hangup: "Bye."}
"""
GOOD = {"name": "The till", "client": "acme", "scope": ["jobs:read", "jobs:write"], "life": "90"}


@pytest.fixture
def browser(console: Console) -> FlaskClient:
    write(console.flows, ACME)
    console.library.refresh()
    return console.signed_in()


def post(browser: FlaskClient, path: str, **form: Any) -> TestResponse:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PAGE).text)
    assert found
    return browser.post(path, data={"csrf_token": found[1], **form})


def test_a_token_is_made_and_its_key_is_shown_once(console: Console, browser: FlaskClient) -> None:
    shown = re.search(r"<code>(tango_[\w-]+)</code>", post(browser, PAGE, **GOOD).text)
    assert shown
    page = browser.get(PAGE).text
    assert shown[1] not in page
    assert "Acme &amp; Sons" in page
    assert "Never used." in page
    token = console.records.tokens.holder(shown[1], NOON)
    assert token
    assert (token.name, token.client) == ("The till", "acme")
    assert token.scopes == {TokenScope.JOBS_READ, TokenScope.JOBS_WRITE}
    assert token.expires_at == NOON + timedelta(days=90)
    assert "Last used 24 Nov 2026, 12:00." in browser.get(PAGE).text


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"name": " "}, "Give the token a name"),
        ({"scope": []}, "at least one scope"),
        ({"scope": ["everything"]}, "at least one scope"),
        ({"client": "nobody"}, "Choose whose"),
        ({"life": "1"}, "Choose whose"),
    ],
)
def test_a_token_that_is_not_whole_is_refused_with_the_reason(
    wrong: dict[str, Any], problem: str, console: Console, browser: FlaskClient
) -> None:
    answer = post(browser, PAGE, **{**GOOD, **wrong})
    assert answer.status_code == 422
    assert problem in answer.text
    assert console.records.tokens.all() == []


def test_a_revoked_token_holds_no_more_and_says_so(console: Console, browser: FlaskClient) -> None:
    token, key = keep_token(console.records, None, NOON, frozenset(TokenScope), "crm")
    assert post(browser, f"{PAGE}{token.id}/revoke").status_code == 303
    assert console.records.tokens.holder(key, NOON) is None
    page = browser.get(PAGE).text
    assert "revoked" in page
    assert "All clients" in page
    assert 'class="quiet">Revoke' not in page
    assert post(browser, f"{PAGE}nothing/revoke").status_code == 404


def test_what_is_done_with_tokens_stands_in_the_trail(
    console: Console, browser: FlaskClient
) -> None:
    post(browser, PAGE, **GOOD)
    [token] = console.records.tokens.all()
    post(browser, f"{PAGE}{token.id}/revoke")
    acts, _ = console.records.audit.page(client="acme")
    assert [(act.act, act.about) for act in acts] == [
        ("revoked a token", f"token {token.id}"),
        ("made a token: jobs:read, jobs:write", f"token {token.id}"),
    ]


def test_nobody_but_administrators_sees_tokens(console: Console) -> None:
    assert as_role(console, Role.SUPERVISOR).get(PAGE).status_code == 403


def test_a_token_shows_where_it_has_things_told_and_what_is_wrong_there(
    console: Console, browser: FlaskClient
) -> None:
    token, _ = keep_token(console.records, None, NOON, frozenset(TokenScope), "crm")
    hook = Subscription(
        id="w1",
        token=token.id,
        client=None,
        url="https://x.example/<b>",
        events=(DomainEvent.JOB_OPENED,),
        made_at=NOON,
    )
    console.records.subscriptions.add(hook)
    console.records.subscriptions.pause(hook.id, "it is gone", NOON)
    page = browser.get(PAGE).text
    assert "https://x.example/&lt;b&gt;" in page
    assert "it is gone" in page
