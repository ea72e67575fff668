"""Nobody sees the console without having signed in by a link, which works once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from redis import Redis

from ivr.__main__ import main
from ivr.web.console.accounts.cookie import COOKIE, SECURE_COOKIE
from ivr.web.console.accounts.sign_in import SignIn
from tests.web.console.small_console import NOON, Console

PAGES = ("/console/", "/console/flows/", "/console/flows/acme", "/console/flows/acme/source")
ELSEWHERE = ("/console/flows/nobody", "/console/flows/%2e%2e/source", "/console/x")


@pytest.mark.parametrize(
    "page", [*PAGES, "/console/flows/nobody", "/console/flows/%2e%2e/source", "/console/x"]
)
def test_without_a_session_every_page_tells_what_to_run(page: str, console: Console) -> None:
    answer = console.browser.get(page)
    assert answer.status_code == 403
    assert "python -m ivr console" in answer.text
    assert "acme" not in answer.text.replace(page, "").lower()


def test_a_link_signs_in_for_twelve_hours_of_work(console: Console) -> None:
    browser = console.signed_in()
    for hour in range(12):
        console.now[0] = NOON + timedelta(hours=hour, minutes=59)
        assert browser.get("/console/flows/").status_code == 200
    console.now[0] = NOON + timedelta(hours=12)
    assert browser.get("/console/flows/").status_code == 403


def test_who_is_away_for_two_hours_is_signed_out(console: Console) -> None:
    browser = console.signed_in()
    console.now[0] = NOON + timedelta(hours=2)
    assert browser.get("/console/flows/").status_code == 403


def test_a_link_works_once(console: Console) -> None:
    link = console.link()
    assert console.browser.get(link).status_code == 303
    other = console.app.test_client()
    again = other.get(link)
    assert again.status_code == 403
    assert "does not work any more" in again.text
    assert other.get("/console/flows/").status_code == 403


def test_a_link_lapses_after_ten_minutes(console: Console) -> None:
    link = console.link()
    console.now[0] = NOON + timedelta(minutes=10)
    assert console.browser.get(link).status_code == 403


def test_the_mark_of_a_used_link_does_not_stay_for_ever(console: Console, redis: Redis) -> None:
    console.signed_in()
    (key,) = redis.keys("ivr:console:*")
    assert 0 < int(redis.ttl(key)) <= 600


def test_a_session_is_no_link_and_a_link_is_no_session(console: Console) -> None:
    console.signed_in()
    cookie = console.browser.get_cookie(COOKIE, path="/console")
    assert cookie is not None
    assert console.app.test_client().get(f"/console/sign-in/{cookie.value}").status_code == 403
    other = console.app.test_client()
    other.set_cookie(COOKIE, console.link().rpartition("/")[2], path="/console")
    assert other.get("/console/flows/").status_code == 403


@pytest.mark.parametrize("token", ["", "x", "e30.x", "%00", "e30." + "x" * 4000])
def test_a_forged_token_opens_nothing(token: str, console: Console) -> None:
    assert console.browser.get(f"/console/sign-in/{token}").status_code in (403, 404)
    console.browser.set_cookie(COOKIE, token, path="/console")
    assert console.browser.get("/console/flows/").status_code == 403


def test_another_installation_s_link_opens_nothing(console: Console) -> None:
    assert console.browser.get(SignIn("another key", lambda: NOON).link()).status_code == 403


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://tango.example"])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(url: str, console: Console) -> None:
    there = Console(
        replace(console.settings, public_url=url), console.records, console.library, console.redis
    )
    cookie = there.browser.get(there.link()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secure = url.startswith("https")
    assert ("Secure" in cookie) == secure
    assert cookie.startswith(SECURE_COOKIE if secure else COOKIE)
    assert "Path=/;" in cookie if secure else "Path=/console" in cookie
    assert "Expires=" in cookie


def test_without_redis_nobody_is_signed_in_and_the_link_stays_good(console: Console) -> None:
    link = console.link()
    away = Console(
        console.settings, console.records, console.library, Redis.from_url("redis://127.0.0.1:1")
    )
    answer = away.browser.get(link)
    assert answer.status_code == 503
    assert "Please try again soon" in answer.text
    assert console.browser.get(link).status_code == 303


def test_every_answer_has_strict_headers(console: Console) -> None:
    for page in [*PAGES, "/console/picture.css", "/console/static/console.css"]:
        for browser in (console.browser, console.app.test_client()):
            headers = browser.get(page, buffered=True).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
        console.signed_in()


def test_the_command_prints_a_link_that_signs_in(
    console: Console, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(console.flows)
    monkeypatch.setenv("IVR_DATA", str(console.settings.data))
    assert main(["console"]) == 0
    link = urlsplit(capsys.readouterr().out.strip())
    assert link.netloc == "127.0.0.1:8080"
    console.now[0] = console.now[0].now(NOON.tzinfo)
    assert console.browser.get(link.path).status_code == 303
