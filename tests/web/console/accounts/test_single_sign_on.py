"""People sign in with their organisation's account, by a real OpenID provider over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.settings import SingleSignOn
from tests.accounts import keep_account
from tests.web.console.accounts.openid_provider import CLIENT, SECRET, SmallProvider
from tests.web.console.small_console import Console

PUBLIC = "https://tango.example"


@pytest.fixture
def provider() -> Iterator[SmallProvider]:
    running = SmallProvider(f"{PUBLIC}/console/sign-on/back")
    yield running
    running.stop()


def office(console: Console, provider: SmallProvider, **more: Any) -> Console:
    """The console behind its public address, with single sign-on."""
    sign_on = SingleSignOn(provider.issuer, CLIENT, SECRET, **more)
    settings = replace(console.settings, public_url=PUBLIC, single_sign_on=sign_on)
    now = [datetime.now(UTC)]  # the provider's tokens are of today
    return Console(settings, console.records, console.library, console.redis, now)


@pytest.fixture
def maya(console: Console) -> Account:
    """An editor whom the provider knows, too."""
    maya = Account(id="", login="maya", name="Maya", role=Role.EDITOR, email="maya@agency.example")
    return keep_account(console.records, maya, console.now[0])


def page(browser: FlaskClient, path: str) -> TestResponse:
    return browser.get(path, base_url=PUBLIC)


def sent_back(browser: FlaskClient, then: str = "") -> str:
    """Begin a sign-on, let the provider sign in, and return where it sends the browser."""
    begun = page(browser, f"/console/sign-on?then={then}")
    assert begun.status_code == 303, begun.text
    answer = requests.get(begun.location, allow_redirects=False, timeout=60)
    assert answer.headers["Location"].startswith(f"{PUBLIC}/console/sign-on/back?")
    return answer.headers["Location"].removeprefix(PUBLIC)


def signed_on(browser: FlaskClient, then: str = "") -> TestResponse:
    """Go all the way."""
    return page(browser, sent_back(browser, then))


def refused(console: Console, answer: TestResponse) -> bool:
    """Whether somebody was turned away, and is not signed in."""
    outside = page(console.browser, "/console/account").status_code == 403
    return answer.status_code == 403 and "You are not signed in" in answer.text and outside


def reason_of_refusal(there: Console) -> str:
    """Try to sign on, be refused, and return what the log says of it."""
    with capture_logs() as logs:
        assert refused(there, signed_on(there.browser))
    (entry,) = [entry for entry in logs if entry["event"] == "console.sign_on_refused"]
    return str(entry["reason"])


def test_who_has_an_account_is_signed_in_and_led_on(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    there = office(console, provider)
    assert "/console/sign-on?" in page(there.browser, "/console/flows/acme").text
    answer = signed_on(there.browser, then="/console/flows/acme")
    assert (answer.status_code, answer.location) == (303, "/console/flows/acme")
    assert page(there.browser, "/console/flows/acme").status_code == 200
    (act,), _ = console.records.audit.page()
    assert (act.who, act.act) == ("maya", "signed in by single sign-on")


def test_the_provider_is_asked_with_state_nonce_and_pkce(
    console: Console, provider: SmallProvider
) -> None:
    begun = page(office(console, provider).browser, "/console/sign-on")
    query = parse_qs(urlsplit(begun.location).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [f"{PUBLIC}/console/sign-on/back"]
    assert query["scope"] == ["openid email profile"]
    assert all(len(query[name][0]) >= 32 for name in ("state", "nonce", "code_challenge"))


def test_a_sign_on_leads_to_no_other_site(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    answer = signed_on(office(console, provider).browser, then="https://evil.example/")
    assert answer.location == "/console/"


def test_who_has_no_account_is_refused_and_none_is_made(
    console: Console, provider: SmallProvider
) -> None:
    there = office(console, provider)
    assert refused(there, signed_on(there.browser))
    assert console.records.accounts.all() == []


def test_who_is_disabled_is_refused(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    console.records.accounts.change(replace(maya, disabled=True))
    there = office(console, provider, new_role=Role.EDITOR)
    assert refused(there, signed_on(there.browser))


def test_an_account_is_made_where_that_is_wished_and_only_once(
    console: Console, provider: SmallProvider
) -> None:
    there = office(console, provider, new_role=Role.EDITOR)
    for _ in range(2):
        assert signed_on(there.app.test_client()).status_code == 303
    (made,) = console.records.accounts.all()
    assert (made.login, made.email, made.role) == (
        "maya@agency.example",
        "maya@agency.example",
        Role.EDITOR,
    )
    assert console.records.accounts.password(made.id) is None
    acts, _ = console.records.audit.page()
    assert "was given an account of role editor by single sign-on" in [act.act for act in acts]


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_opens_nothing(
    verified: object, console: Console, provider: SmallProvider, maya: Account
) -> None:
    provider.person["email_verified"] = verified
    there = office(console, provider, new_role=Role.EDITOR)
    assert refused(there, signed_on(there.browser))


def test_another_claim_is_compared_with_logins(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    provider.person = {"sub": "7", "preferred_username": "MAYA"}
    there = office(console, provider, claim="preferred_username")
    assert signed_on(there.browser).status_code == 303
    provider.person = {"sub": "7", "preferred_username": ["maya"]}
    again = office(console, provider, claim="preferred_username")
    assert refused(again, signed_on(again.browser))


def test_what_the_token_does_not_say_is_asked_for(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    provider.told_by_id_token = False
    assert signed_on(office(console, provider).browser).status_code == 303
    provider.person["sub"] = "8"
    there = office(console, provider)
    assert refused(there, signed_on(there.browser))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda claims: claims.update(nonce="another"), "nonce"),
        (lambda claims: claims.pop("nonce"), "nonce"),
        (lambda claims: claims.update(aud="another"), "aud"),
        (lambda claims: claims.update(aud=[CLIENT, "another"], azp="another"), "azp"),
        (lambda claims: claims.update(iss="https://another.example"), "iss"),
        (lambda claims: claims.update(exp=claims["iat"] - 3600), "expired"),
        (lambda claims: claims.pop("exp"), "exp"),
        (lambda claims: claims.pop("sub"), "sub"),
        (lambda claims: claims.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"),
    ],
)
def test_a_token_that_is_not_for_this_sign_on_opens_nothing(
    spoil: Callable[[dict[str, Any]], object],
    reason: str,
    console: Console,
    provider: SmallProvider,
    maya: Account,
) -> None:
    provider.spoil = spoil
    assert reason in reason_of_refusal(office(console, provider))


@pytest.mark.parametrize(
    ("algorithm", "reason"),
    [("none", "not allowed"), ("HS256", "not allowed"), ("another key", "bad_signature")],
)
def test_a_token_that_the_provider_has_not_signed_opens_nothing(
    algorithm: str, reason: str, console: Console, provider: SmallProvider, maya: Account
) -> None:
    if algorithm == "another key":
        provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    else:
        provider.algorithm = algorithm
    assert reason in reason_of_refusal(office(console, provider))


def test_a_new_key_of_the_provider_s_is_fetched(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    there = office(console, provider)
    assert signed_on(there.browser).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    provider.published = [provider.key]
    assert signed_on(there.app.test_client()).status_code == 303


def test_an_answer_is_good_once_and_for_the_browser_that_asked(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    there = office(console, provider)
    thief, victim = there.app.test_client(), there.app.test_client()
    answer = sent_back(thief)
    page(victim, "/console/sign-on")
    assert "You are not signed in" in page(victim, answer).text  # another's state
    assert page(there.app.test_client(), answer).status_code == 403  # none at all
    assert page(thief, answer).status_code == 303
    assert page(thief, answer).status_code == 403


def test_an_answer_lapses_after_ten_minutes(
    console: Console, provider: SmallProvider, maya: Account
) -> None:
    there = office(console, provider)
    answer = sent_back(there.browser)
    there.now[0] += timedelta(minutes=10)
    assert "took too long" in page(there.browser, answer).text


@pytest.mark.parametrize("more", ["&error=access_denied", "&iss=https://another.example"])
def test_a_refusal_or_another_provider_s_answer_opens_nothing(
    more: str, console: Console, provider: SmallProvider, maya: Account
) -> None:
    there = office(console, provider)
    assert refused(there, page(there.browser, sent_back(there.browser) + more))


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://another.example"},
        {"authorization_endpoint": "http://another.example/authorize"},
    ],
)
def test_a_provider_that_is_another_or_without_tls_is_not_used(
    described: dict[str, str], console: Console, provider: SmallProvider
) -> None:
    provider.described = described
    there = office(console, provider)
    assert refused(there, page(there.browser, "/console/sign-on"))


def test_a_provider_that_is_away_leaves_the_other_ways_in(
    console: Console, provider: SmallProvider
) -> None:
    there = office(console, provider)
    provider.described = {"jwks_uri": "http://127.0.0.1:1/"}
    assert refused(there, signed_on(there.browser))
    assert there.browser.get(there.link(), base_url=PUBLIC).status_code == 303


def test_without_single_sign_on_nothing_is_offered(console: Console) -> None:
    assert "sign-on" not in console.browser.get("/console/sign-in").text
    assert console.browser.get("/console/sign-on").status_code == 403
