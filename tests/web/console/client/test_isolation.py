"""A client sees only what is theirs: every address of the whole application is asked for another
client's things, by every name that these have, and every form is sent to them.

A new address that a client's account may use, or a new kind of thing in an address or in a table,
fails here until somebody has said how another client's would be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ivr.adapters.sql.tables import metadata
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission, Role
from ivr.web.app import create_app
from ivr.web.console.access import is_open, permission_of
from ivr.web.console.client.acts import DONE
from ivr.web.console.pages import SESSION
from tests.web.console.client.another_client import (
    COMMON,
    DIGITS,
    MARK,
    NUMBER,
    Another,
    another_client,
    rows_of_it,
)
from tests.web.console.client.client_inbox import CLIENT, IAN, account, left, with_examples
from tests.web.console.small_console import NOON, Console

NARROWED: dict[str, list[dict[str, str]]] = {
    "console.home": [],
    "console.here": [],
    "console.nowhere": [],
    "console.own_account": [],
    "console.end_own_sessions": [],
    "console.change_password": [{"old": "x", "new": "a good long one", "again": "a good long one"}],
    "console.sign_out": [],
    "console.calls": [{"client": MARK}, {"caller": NUMBER}, {"day": "2026-11-24"}],
    "console.call": [],
    "console.call_recording": [],
    "console.client": [{"q": COMMON}, {"client": MARK}, {"page": "2"}],
    "console.client_list": [{"q": COMMON}, {"client": MARK}],
    "console.client_job": [],
    "console.act_on_client_job": [
        {
            "version": "1",
            "to": "person:ian",
            "outcome": "done",
            "reason": "because",
            "text": "a note",
            "until": "2026-11-25T12:00",
        }
    ],
    "console.client_status": [{"kind": "away", "whose": "zora"}, {"kind": "away", "whose": MARK}],
    "console.client_status_preview": [{"kind": "away", "whose": "zora"}],
    "console.client_status_now": [{"client": MARK}],
    "console.set_client_status": [
        {"kind": "away", "whose": whose, "client": MARK, "starts": "2026-11-24T12:00+00:00"}
        for whose in ("zora", "ian", "everybody")
    ],
    "console.end_client_status": [],
    "console.events": [{"topics": topic} for topic in ("jobs", f"jobs:{MARK}", "queue", "waiting")],
    "console.jobs": [{"client": MARK}, {"q": COMMON}, {"view": "closed", "client": MARK}],
    "console.job_list": [{"client": MARK}, {"q": COMMON}, {"kind": "message"}],
    "console.job": [],
    "console.messages": [{"client": MARK}, {"state": "transcribed", "client": MARK}],
    "console.message": [],
    "console.message_audio": [],
    "console.search": [{"q": COMMON}, {"q": COMMON, "client": MARK}],
}
"""Every address that a client's account may use, with what can be asked for there: what stands in
the query of a page, or in a form."""

OPEN = {
    "console.acknowledge",
    "console.password_link",
    "console.picture_style",
    "console.read",
    "console.read_audio",
    "console.script",
    "console.server_link",
    "console.sign_in",
    "console.sign_in_page",
    "console.static",
    "console.use_password_link",
}
"""Addresses that anybody may use: what they lead to needs a link or a password."""

SIGNED = "/twilio/"
"""Below it everything needs the carrier's signature (tests/web/hooks/test_signed.py)."""

SHOWS = {
    "console.calls",
    "console.call",
    "console.client",
    "console.client_list",
    "console.client_job",
    "console.jobs",
    "console.job_list",
    "console.job",
    "console.messages",
    "console.message",
    "console.search",
    "console.own_account",
    "console.client_status",
    "console.client_status_now",
}
"""Pages on which a client's own account finds the word."""


@dataclass
class Walk:
    """Somebody who asks for everything at every address."""

    console: Console
    another: Another
    who: Account
    answers: list[tuple[Rule, str, TestResponse]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = create_app(self.console.settings, lambda: NOON)

    def rules(self) -> Iterator[Rule]:
        for rule in self.app.url_map.iter_rules():
            if not rule.rule.startswith(SIGNED):
                yield rule

    def may_use(self, rule: Rule) -> bool:
        permission = permission_of(self.app, rule.endpoint)
        return permission is not None and self.who.may(permission)

    def go(self) -> Walk:
        for rule in self.rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                for path in self.paths(rule):
                    for values in ({}, *NARROWED.get(rule.endpoint, ())):
                        answer = self.ask(method, path, values)
                        self.answers.append((rule, f"{method} {path} {values}", answer))
        return self

    def ask(self, method: str, path: str, values: dict[str, str]) -> TestResponse:
        browser = self.app.test_client()
        with browser.session_transaction(path="/console/") as session:
            session[SESSION] = self.console.records.sessions.begin(self.who, NOON)
        if method == "GET":
            return browser.get(path, query_string=values, buffered=True)
        form = {"csrf_token": token(browser), **values}
        return browser.open(path, method=method, data=form, buffered=True)

    def paths(self, rule: Rule) -> Iterator[str]:
        """The rule's addresses with the other client's things in them."""
        names = {
            "account_id": self.another.account.id,
            "call_sid": self.another.call,
            "client": MARK,
            "conversation_id": f"room-{self.another.call}",
            "digest": "0" * 64,
            "draft_id": self.another.draft,
            "elsewhere": "client/jobs/x/y/z",
            "filename": f"../recordings/{MARK}/{self.another.message}.wav",
            "how": "next",
            "job_id": self.another.job,
            "marked": "x",
            "message_id": self.another.message,
            "name": "x",
            "operator": "sam",
            "recording_id": self.another.recording,
            "so_far": "x",
            "status_id": self.another.status,
            "step": "finish",
            "token": f"{self.another.message}.x",
            "version": "1",
            "wish": "available",
        }
        unknown = rule.arguments - names.keys() - {"act"}
        known = not unknown or not self.may_use(rule)
        assert known, f"say what of another client's stands for {unknown} in {rule}"
        names |= dict.fromkeys(unknown, "1")
        for act in sorted(DONE) if "act" in rule.arguments else ("",):
            values: dict[str, Any] = {name: names.get(name, act) for name in rule.arguments}
            with self.app.test_request_context():
                built = rule.build(values)
            assert built
            yield built[1]


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/console/account").text)
    assert found
    return found[1]


def tells(answer: TestResponse) -> bool:
    """Whether there is anything of the other client's in it, beyond what was typed: a number, and
    the address that forms lead back to."""
    text = answer.get_data().decode("utf-8", "replace").lower()
    text = text.replace(f'value="{NUMBER}"', "")
    text = re.sub(r'name="at" value="[^"]*"', "", text)
    headers = str(answer.headers).lower()
    return any(mark in part for mark in (MARK, DIGITS) for part in (text, headers))


@pytest.fixture
def another(console: Console, redis: Redis) -> Another:
    with_examples(console)
    left(console, IAN, kind="message")
    return another_client(console, redis)


@pytest.mark.parametrize("person", ["ian", None])
def test_a_client_finds_nothing_of_another_s_anywhere_and_changes_nothing(
    person: str | None, console: Console, another: Another
) -> None:
    walk = Walk(console, another, account(console, person))
    before = rows_of_it(console.settings.database_url)
    for rule, asked, answer in walk.go().answers:
        assert not tells(answer), asked
        if not walk.may_use(rule) and not is_open(walk.app, rule.endpoint):
            assert answer.status_code in (403, 404) or not rule.rule.startswith("/console"), asked
        elif rule.arguments:
            assert answer.status_code in (403, 404), asked
    assert rows_of_it(console.settings.database_url) == before
    assert len(walk.answers) > 100


def test_the_same_walk_finds_it_all_for_those_whose_it_is(
    console: Console, another: Another
) -> None:
    """So that the test above cannot fail to see what it looks for."""
    walk = Walk(console, another, another.account).go()
    assert {rule.endpoint for rule, _, answer in walk.answers if tells(answer)} >= SHOWS
    for audio in ("console.message_audio", "console.call_recording"):
        heard = [answer for rule, _, answer in walk.answers if rule.endpoint == audio]
        assert heard[0].data[:4] == b"RIFF"
    own = console.records.jobs.find(another.job)
    assert own
    assert own.version > 1


def test_every_address_that_a_client_may_use_is_asked_for_all_that_it_can_show(
    console: Console, another: Another
) -> None:
    walk = Walk(console, another, account(console))
    inside = [rule for rule in walk.rules() if rule.rule.startswith("/console")]
    usable = {rule.endpoint for rule in inside if walk.may_use(rule)}
    assert usable == NARROWED.keys(), "say in NARROWED what can be asked for there"
    assert {rule.endpoint for rule in inside if is_open(walk.app, rule.endpoint)} == OPEN


def test_there_is_something_of_the_other_client_s_in_every_table_that_has_clients(
    console: Console, another: Another
) -> None:
    create_app(console.settings, lambda: NOON)  # which publishes the files
    with_clients = {table.name for table in metadata.sorted_tables if "client" in table.c}
    assert with_clients - rows_of_it(console.settings.database_url).keys() == set()


def test_a_client_s_account_may_do_what_is_walked_through_and_no_more() -> None:
    someone = Account(id="", login="x", name="X", role=Role.CLIENT, client=CLIENT)
    allowed = {each for each in Permission if someone.may(each)}
    assert allowed == {
        Permission.OWN_ACCOUNT,
        Permission.SEE_MESSAGES,
        Permission.CLIENT_PAGE,
    }
