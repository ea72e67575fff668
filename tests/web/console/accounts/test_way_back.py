"""After signing in one is where one was, and never at another site."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.web.console.accounts.way_back import own_page
from tests.web.console.small_console import Console


@pytest.mark.parametrize(
    "address",
    [
        "/console/jobs/",
        "/console/jobs/?view=mine&client=rainbow-frost&q=01632%20960001",
        "/console/operator?draft=CA1.0",
        "/console/client/jobs/3f2a",
    ],
)
def test_a_page_of_ours_is_one_to_come_back_to(address: str) -> None:
    assert own_page(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/console/\\evil.example",
        "/console//../..//evil.example",
        "/console/../metrics",
        "/console/jobs/\r\nSet-Cookie: x=y",
        "/console/jobs/\n",
        "/console/jobs/?next=https://evil.example",
        "/console/jobs/#x",
        "/console/jöbs/",
        "/console/sign-in?then=/console/",
        "/console/sign-out",
        "/console/password/token",
        "/console/jobs/" + "x" * 1000,
        "javascript:alert(1)",
        "/metrics",
        "",
    ],
)
def test_nothing_else_is(address: str) -> None:
    assert own_page(address) == ""


@given(st.text(max_size=60))
def test_a_page_to_come_back_to_is_below_our_own_path(tail: str) -> None:
    for address in (tail, f"/console/{tail}", f"/console/jobs/?{tail}"):
        found = own_page(address)
        if found:
            parts = urlsplit(urljoin("https://tango.example/console/sign-in", found))
            assert (parts.scheme, parts.netloc) == ("https", "tango.example")
            assert parts.path.startswith("/console/")


def test_whoever_must_sign_in_comes_back_to_the_page_and_what_it_showed(console: Console) -> None:
    page = console.browser.get("/console/jobs/?view=mine&q=tiles")
    assert page.headers["Tango-Session"] == "ended"
    assert 'name="then" value="/console/jobs/?view=mine&amp;q=tiles"' in page.text


def test_whoever_sends_a_form_after_the_session_comes_back_to_its_page(console: Console) -> None:
    shown = console.signed_in().get("/console/jobs/?view=overdue")
    assert 'name="at" value="/console/jobs/?view=overdue"' in shown.text
    stranger = console.app.test_client()
    page = stranger.post("/console/jobs/act", data={"at": "/console/jobs/?view=overdue"})
    assert page.status_code == 403
    assert 'name="then" value="/console/jobs/?view=overdue"' in page.text
    other = stranger.post("/console/jobs/act", data={"at": "https://evil.example/"})
    assert "evil.example" not in other.text


def test_a_form_that_was_taken_says_so_to_the_page_that_follows(console: Console) -> None:
    browser = console.signed_in()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/console/account").text)
    assert token
    data = {"csrf_token": token[1], "sent": "0123456789abcdef"}
    taken = browser.post("/console/sign-out", data=data)
    assert taken.location == "/console/sign-in#sent=0123456789abcdef"
    browser = console.signed_in()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/console/account").text)
    assert token
    data = {"csrf_token": token[1], "sent": "x\r\ny"}
    assert browser.post("/console/sign-out", data=data).location == "/console/sign-in"
