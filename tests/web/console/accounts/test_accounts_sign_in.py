"""People sign in by name and password; guessing, leaving and being kept out."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from ivr.adapters.redis.sign_in_attempts import PER_ADDRESS, PER_LOGIN
from ivr.core.accounts import passwords
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.web.app import create_app
from ivr.web.console.accounts.known_browsers import KnownBrowsers
from ivr.web.console.accounts.password_links import PasswordLinks
from tests.accounts import keep_account
from tests.web.console.small_console import NOON, Console

PASSWORD = "correct horse battery"


def token(browser: FlaskClient, page: str = "/console/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert found
    return found[1]


def sign_in(
    browser: FlaskClient, login: str, password: str = PASSWORD, then: str = ""
) -> TestResponse:
    form = {"csrf_token": token(browser), "login": login, "password": password, "then": then}
    return browser.post("/console/sign-in", data=form)


@pytest.fixture
def maya(console: Console) -> Account:
    """An editor with a password."""
    book = console.records.accounts
    new = Account(id="", login="maya", name="Maya", role=Role.EDITOR)
    account = keep_account(console.records, new, NOON)
    book.set_password(account.id, passwords.hashed(PASSWORD))
    return account


def test_name_and_password_sign_in_and_lead_on(console: Console, maya: Account) -> None:
    answer = sign_in(console.browser, " Maya ", then="/console/flows/acme")
    assert (answer.status_code, answer.location) == (303, "/console/flows/acme")
    assert console.browser.get("/console/flows/acme").status_code == 200


@pytest.mark.parametrize(
    ("account", "first"),
    [
        (Account(id="", login="sam", name="Sam", role=Role.OPERATOR, operator="sam"), "operator"),
        (Account(id="", login="ian", name="Ian", role=Role.CLIENT, client="acme"), "client"),
        (Account(id="", login="eve", name="Eve", role=Role.EDITOR), "flows/"),
    ],
)
def test_each_arrives_at_what_their_work_is(account: Account, first: str, console: Console) -> None:
    book = console.records.accounts
    book.set_password(keep_account(console.records, account, NOON).id, passwords.hashed(PASSWORD))
    sign_in(console.browser, account.login)
    assert console.browser.get("/console/").location == f"/console/{first}"


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example", "/console/\\evil"])
def test_a_sign_in_leads_to_no_other_site(then: str, console: Console, maya: Account) -> None:
    assert sign_in(console.browser, "maya", then=then).location == "/console/"


def test_wrong_unknown_disabled_and_without_password_are_answered_alike(
    console: Console, maya: Account
) -> None:
    book = console.records.accounts
    keep_account(console.records, Account(id="", login="new", name="New", role=Role.EDITOR), NOON)
    new = Account(id="", login="gone", name="Gone", role=Role.EDITOR)
    gone = keep_account(console.records, new, NOON)
    book.set_password(gone.id, passwords.hashed(PASSWORD))
    book.change(replace(gone, disabled=True))
    tries = [("maya", "x"), ("nobody", "x"), ("new", "x"), ("new", ""), ("gone", PASSWORD)]
    answers = [sign_in(console.app.test_client(), *each) for each in tries]
    assert {answer.status_code for answer in answers} == {403}
    texts = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(texts) == 1


def test_an_unknown_login_costs_a_hash_too(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        checks.append(str(kept))
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    sign_in(console.browser, "nobody")
    assert len(checks) == 1


def test_guessing_is_stopped_before_a_password_is_checked(
    console: Console, maya: Account, redis: Redis
) -> None:
    for _ in range(PER_LOGIN):
        assert sign_in(console.app.test_client(), "maya", "x" * 201).status_code == 403
    assert sign_in(console.browser, "maya").status_code == 429
    assert "quarter of an hour" in sign_in(console.browser, "MAYA").text
    (key,) = redis.keys("ivr:console:tries:login:*")
    assert 0 < int(redis.ttl(key)) <= 900


def test_one_address_cannot_try_many_logins(console: Console, maya: Account) -> None:
    for number in range(PER_ADDRESS):
        sign_in(console.browser, f"login{number}", "x" * 201)
    assert sign_in(console.browser, "maya").status_code == 429


def test_behind_tls_each_visitor_of_the_proxy_is_counted_alone(
    console: Console, maya: Account
) -> None:
    secure = replace(console.settings, public_url="https://tango.example")
    app = create_app(secure, lambda: console.now[0])

    def tried(address: str, login: str) -> int:
        browser, there = app.test_client(), "https://tango.example"
        page = browser.get("/console/sign-in", base_url=there)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found
        form = {"csrf_token": found[1], "login": login, "password": "x" * 201}
        # What a visitor claims stands before what the proxy saw.
        headers = {"X-Forwarded-For": f"192.0.2.{login.removeprefix('l')}, {address}"}
        sent = browser.post("/console/sign-in", data=form, headers=headers, base_url=there)
        return sent.status_code

    for number in range(PER_ADDRESS):
        assert tried("198.51.100.1", f"l{number}") == 403
    assert tried("198.51.100.1", "maya") == 429
    assert tried("198.51.100.2", "maya") == 403


def test_a_known_browser_gets_in_whatever_others_have_tried(
    console: Console, maya: Account
) -> None:
    known = console.app.test_client()
    assert sign_in(known, "maya").status_code == 303
    known.delete_cookie("tango_console", path="/console")
    for _ in range(PER_LOGIN):
        sign_in(console.app.test_client(), "maya", "x" * 201)
    assert sign_in(console.app.test_client(), "maya").status_code == 429
    assert sign_in(known, "maya").status_code == 303


def test_a_browser_is_known_for_those_who_signed_in_there_and_for_a_year(
    console: Console, maya: Account
) -> None:
    browser = console.browser
    sign_in(browser, "maya")
    cookie = browser.get_cookie("tango_browser", path="/console")
    assert cookie
    known = KnownBrowsers(console.settings, lambda: console.now[0])
    held = {"tango_browser": cookie.value}
    assert known.known(held, "MAYA") is not None
    assert known.known(held, "sam") is None
    assert known.known({"tango_browser": cookie.value[:-2]}, "maya") is None
    assert known.known({}, "maya") is None
    assert "maya" not in cookie.value
    console.now[0] += timedelta(days=366)
    assert known.known(held, "maya") is None


def test_the_cookie_of_a_known_browser_opens_nothing(console: Console, maya: Account) -> None:
    sign_in(console.browser, "maya")
    cookie = console.browser.get_cookie("tango_browser", path="/console")
    assert cookie
    thief = console.app.test_client()
    thief.set_cookie("tango_browser", cookie.value, path="/console")
    assert thief.get("/console/flows/").status_code == 403
    assert sign_in(thief, "maya", "wrong").status_code == 403


def test_who_comes_while_too_many_passwords_are_checked_is_asked_to_try_again(
    console: Console, maya: Account
) -> None:
    with ExitStack() as others:
        for _ in range(passwords.AT_ONCE):
            others.enter_context(passwords.place())
        for _ in range(PER_LOGIN + 1):
            answer = sign_in(console.browser, "maya")
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "5"
            assert "try again in a few seconds" in answer.text
    assert sign_in(console.browser, "maya").status_code == 303


def test_without_redis_nobody_may_guess(console: Console, maya: Account) -> None:
    away = Console(
        console.settings, console.records, console.library, Redis.from_url("redis://127.0.0.1:1")
    )
    assert sign_in(away.browser, "maya").status_code == 503


def test_a_hash_of_old_parameters_is_renewed(console: Console, maya: Account) -> None:
    book = console.records.accounts
    old = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    book.set_password(maya.id, old)
    assert sign_in(console.browser, "maya").status_code == 303
    new = book.password(maya.id)
    assert new and new != old
    assert not passwords.outdated(new)
    assert passwords.matches(new, PASSWORD)


def test_the_cookie_of_before_is_not_the_cookie_of_after(console: Console, maya: Account) -> None:
    before = token(console.browser)
    sign_in(console.browser, "maya")
    answer = console.browser.post("/console/sign-out", data={"csrf_token": before})
    assert answer.status_code == 400


def test_signing_out_ends_the_session_also_for_a_stolen_cookie(
    console: Console, maya: Account
) -> None:
    sign_in(console.browser, "maya")
    stolen = console.browser.get_cookie("tango_console", path="/console")
    assert stolen
    form = {"csrf_token": token(console.browser, "/console/account")}
    assert console.browser.post("/console/sign-out", data=form).status_code == 303
    thief = console.app.test_client()
    thief.set_cookie("tango_console", stolen.value, path="/console")
    assert thief.get("/console/flows/").status_code == 403


def test_a_new_password_ends_the_other_sessions(console: Console, maya: Account) -> None:
    here, elsewhere = console.app.test_client(), console.app.test_client()
    for browser in (here, elsewhere):
        sign_in(browser, "maya")
    form = {"csrf_token": token(here, "/console/account"), "old": "x", "new": "n" * 12}
    wrong = here.post("/console/account/password", data={**form, "again": "n" * 12})
    assert wrong.status_code == 403
    form["old"] = PASSWORD
    assert here.post("/console/account/password", data={**form, "again": "m"}).status_code == 422
    done = here.post("/console/account/password", data={**form, "again": "n" * 12})
    assert done.status_code == 303
    assert here.get("/console/flows/").status_code == 200
    assert elsewhere.get("/console/flows/").status_code == 403
    assert sign_in(elsewhere, "maya").status_code == 403
    assert sign_in(elsewhere, "maya", "n" * 12).status_code == 303


def test_one_can_sign_out_everywhere(console: Console, maya: Account) -> None:
    here, elsewhere = console.app.test_client(), console.app.test_client()
    for browser in (here, elsewhere):
        sign_in(browser, "maya")
    form = {"csrf_token": token(here, "/console/account")}
    assert here.post("/console/account/end-sessions", data=form).status_code == 200
    assert [each.get("/console/flows/").status_code for each in (here, elsewhere)] == [403, 403]


def test_a_link_sets_a_password_once(console: Console, maya: Account) -> None:
    links = PasswordLinks(
        console.settings.secret_key, console.records.accounts, lambda: console.now[0]
    )
    link = links.link(maya)
    form = {"csrf_token": token(console.browser, link), "new": "short", "again": "short"}
    assert console.browser.post(link, data=form).status_code == 422
    form |= {"new": "a new long one", "again": "a new long one"}
    assert console.browser.post(link, data=form).status_code == 303
    assert console.browser.get("/console/flows/").status_code == 200
    assert console.app.test_client().get(link).status_code == 403
    assert sign_in(console.app.test_client(), "maya", "a new long one").status_code == 303


def test_what_people_do_is_in_the_trail(console: Console, maya: Account) -> None:
    sign_in(console.browser, "maya")
    form = {"csrf_token": token(console.browser, "/console/account")}
    console.browser.post("/console/sign-out", data=form)
    console.signed_in()
    acts, _ = console.records.audit.page()
    assert [(act.who, act.act) for act in acts] == [
        ("server", "signed in by a link made on the server"),
        ("maya", "signed out"),
        ("maya", "signed in by password"),
    ]


def test_under_https_browsers_are_told_to_stay_there(console: Console) -> None:
    secure = replace(console.settings, public_url="https://tango.example")
    there = Console(secure, console.records, console.library, console.redis)
    headers = there.browser.get("/console/sign-in").headers
    assert "max-age=" in headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in console.browser.get("/console/sign-in").headers
