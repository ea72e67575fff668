"""A page asks by itself whether one is still signed in; that alone keeps nobody signed in."""

from __future__ import annotations

from datetime import timedelta

from ivr.core.accounts.roles import Role
from tests.web.console.small_console import NOON, Console, as_role


def test_it_says_whether_one_is_signed_in(console: Console) -> None:
    assert console.signed_in().get("/console/here").get_json()["csrf"]
    refused = console.app.test_client().get("/console/here")
    assert (refused.status_code, refused.headers["Tango-Session"]) == (403, "ended")


def test_an_account_that_may_not_is_not_signed_out(console: Console) -> None:
    refused = as_role(console, Role.EDITOR).get("/console/jobs/")
    assert refused.status_code == 403
    assert "Tango-Session" not in refused.headers


def test_an_unattended_page_is_signed_out_after_two_hours(console: Console) -> None:
    browser = as_role(console, Role.ADMINISTRATOR)
    for minutes in range(0, 120, 10):
        console.now[0] = NOON + timedelta(minutes=minutes)
        assert browser.get("/console/here").status_code == 200
    console.now[0] = NOON + timedelta(minutes=121)
    assert browser.get("/console/here").status_code == 403


def test_a_click_counts(console: Console) -> None:
    browser = as_role(console, Role.ADMINISTRATOR)
    console.now[0] = NOON + timedelta(minutes=90)
    assert browser.get("/console/account").status_code == 200
    console.now[0] = NOON + timedelta(minutes=150)
    assert browser.get("/console/here").status_code == 200
