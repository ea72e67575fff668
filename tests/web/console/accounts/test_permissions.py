"""Every address of the console says what it asks for, and each role gets what the table says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.routing import Rule

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import ALLOWED, Permission, Role
from ivr.settings import Settings, SingleSignOn
from ivr.web.app import create_app
from ivr.web.console.access import is_open, permission_of
from ivr.web.console.accounts.cookie import COOKIE
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account
from tests.web.console.small_console import NOON, Console, as_role

OPEN = {
    "console.static",
    "console.picture_style",
    "console.script",
    "console.sign_in_page",
    "console.sign_in",
    "console.server_link",
    "console.password_link",
    "console.use_password_link",
    "console.single_sign_on",
    "console.single_sign_on_back",
    "console.read",
    "console.acknowledge",
    "console.read_audio",
}


def account_of(role: Role) -> Account:
    return Account(
        id="",
        login=role.value,
        name=role.value,
        role=role,
        operator="sam" if role is Role.OPERATOR else None,
        client="acme" if role is Role.CLIENT else None,
    )


SIGN_ON = SingleSignOn("https://login.example", "tango", "secret")


def console_rules(console: Console, settings: Settings) -> list[Rule]:
    """The whole application's addresses below /console."""
    app = create_app(replace(settings, single_sign_on=SIGN_ON), lambda: console.now[0])
    console.app, console.browser = app, app.test_client()
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console")]


def path_of(console: Console, rule: Rule) -> str:
    with console.app.test_request_context():
        built = rule.build(dict.fromkeys(rule.arguments, 1))
    assert built
    return built[1]


def test_every_address_declares_who_may_see_it(console: Console, settings: Settings) -> None:
    for rule in console_rules(console, settings):
        is_free = is_open(console.app, rule.endpoint)
        assert is_free != (permission_of(console.app, rule.endpoint) is not None), rule
        assert not is_free or rule.endpoint in OPEN, f"{rule} must not be open to all"


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_the_table_says(
    role: Role, console: Console, settings: Settings
) -> None:
    rules = console_rules(console, settings)
    account = keep_account(console.records, account_of(role), NOON)
    asked = 0
    for rule in rules:
        permission = permission_of(console.app, rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if permission is None:
                continue
            browser = console.app.test_client()
            with browser.session_transaction(path="/console/") as session:
                session[SESSION] = console.records.sessions.begin(account, console.now[0])
            assert browser.get_cookie(COOKIE, path="/console")
            answer = browser.open(path_of(console, rule), method=method, buffered=True)
            refused = answer.status_code == 403 and "Not for your account" in answer.text
            assert refused != (permission in ALLOWED[role]), (rule, method)
            asked += 1
    assert asked > 10


def test_no_address_takes_a_form_that_we_did_not_give(console: Console, settings: Settings) -> None:
    tried, rules = 0, console_rules(console, settings)
    theirs = as_role(console, Role.CLIENT, client="acme")
    for rule in rules:
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            is_theirs = permission_of(console.app, rule.endpoint) is Permission.CLIENT_PAGE
            browser = theirs if is_theirs else console.signed_in()
            answer = browser.open(path_of(console, rule), method=method, data={"login": "x"})
            assert answer.status_code == 400, rule
            assert "Nothing was changed" in answer.text
            tried += 1
    assert tried > 5


def test_every_address_answers_with_strict_headers(console: Console, settings: Settings) -> None:
    for rule in console_rules(console, settings):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "console.single_sign_on":
            continue  # the latter would ask the provider; its headers come from the same place
        for browser in (console.app.test_client(), console.signed_in()):
            headers = browser.get(path_of(console, rule), buffered=True).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, rule
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            kept = rule.endpoint in ("console.static", "console.picture_style")
            assert kept or headers["Cache-Control"] == "no-store", rule


@pytest.mark.parametrize("role", Role)
def test_a_disabled_account_may_do_nothing(role: Role) -> None:
    account = Account(id="1", login="x", name="x", role=role, disabled=True)
    assert not any(account.may(permission) for permission in Permission)


def test_a_client_sees_only_what_is_theirs() -> None:
    client = account_of(Role.CLIENT)
    assert [client.sees(each) for each in ("acme", "other", None)] == [True, False, False]
    assert account_of(Role.OPERATOR).sees("other")


def test_an_address_that_declares_nothing_is_shown_to_nobody(console: Console) -> None:
    console.app.view_functions["console.flows"] = lambda: "all is open"
    answer = console.signed_in().get("/console/flows/")
    assert answer.status_code == 403
    assert "all is open" not in answer.text
