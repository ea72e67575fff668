"""Saying on the client's page what callers are to find, and taking it back."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.availability.standing import Availability, StatusKind
from ivr.core.availability.status import How, Status, StatusRequest
from tests.statuses import keep_status, standing_of
from tests.web.console.client.client_inbox import (
    CLIENT,
    HOUR,
    PAGE,
    account,
    signed_in,
    with_examples,
)
from tests.web.console.small_console import NOON, Console

STATUS = f"{PAGE}/status"
AWAY, MESSAGES, EMERGENCIES = StatusKind


@pytest.fixture(autouse=True)
def rainbow_frost(console: Console) -> None:
    with_examples(console)


def ahead(console: Console, client: str = CLIENT) -> tuple[Status, ...]:
    return console.records.statuses.ahead(client, console.now[0])


def hidden(page: str) -> dict[str, str]:
    """The fields of the form that keeps what was shown."""
    form = re.search(rf'<form method="post" action="{STATUS}">.*?</form>', page, re.DOTALL)
    assert form, page
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))


def set_as_shown(browser: FlaskClient, **form: str) -> TestResponse:
    page = browser.get(STATUS, query_string={"kind": "away", **form}).text
    return browser.post(STATUS, data=hidden(page))


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/console/account").text)
    assert found
    return found[1]


def end(browser: FlaskClient, status: Status) -> TestResponse:
    return browser.post(f"{STATUS}/{status.id}/end", data={"csrf_token": token(browser)})


def test_nothing_can_be_set_before_it_was_shown_what_callers_will_hear(console: Console) -> None:
    browser = signed_in(console, "maya")
    for address in (PAGE, STATUS):
        assert "Set it" not in browser.get(address).text
    asked = {"kind": "away", "until": "3pm"}
    for address in (STATUS, f"{STATUS}/preview"):
        shown = browser.get(address, query_string=asked).text
        for words in (
            "Maya Frost is away until 3 pm",
            "Those who press 2 (“leak”)",
            "are put through to Maya Frost",
            "or else leave a message for the agency",
            "For 2 other choices of callers nothing changes",
            "It ends by itself",
            "Set it",
        ):
            assert words in shown, words
    assert ahead(console) == ()


def test_what_was_shown_is_set_and_ends_by_itself(console: Console) -> None:
    browser = signed_in(console, "maya")
    answer = set_as_shown(browser, until="3pm")
    assert answer.headers["Location"] == PAGE
    [kept] = ahead(console)
    assert (kept.person, kept.kind, kept.ends) == ("maya", AWAY, NOON + 3 * HOUR)
    assert (kept.set_by, kept.set_how) == ("Maya Frost", How.PAGE)
    for address in (PAGE, f"{STATUS}/now"):
        assert "Maya Frost is away until 3 pm" in browser.get(address).text
    [noted], _ = console.records.audit.page(act="set a status (away, page)")
    assert noted.account == account(console, "maya").id
    assert "Callers reach you as usual" not in browser.get(PAGE).text
    console.now[0] = NOON + 3 * HOUR
    fresh = standing_of(console.records, CLIENT, console.now[0])
    assert fresh == Availability()


def test_one_press_ends_it(console: Console) -> None:
    browser = signed_in(console, "maya")
    set_as_shown(browser)
    assert "I am back" in browser.get(PAGE).text
    answer = end(browser, ahead(console)[0])
    assert answer.headers["Location"] == PAGE
    assert ahead(console) == ()
    assert "Callers reach you as usual" in browser.get(PAGE).text
    assert end(browser, console.records.statuses.history(CLIENT)[0]).status_code == 404


def test_what_is_still_to_come_is_listed_and_called_off(console: Console) -> None:
    browser = signed_in(console, "maya")
    set_as_shown(browser, begins="tomorrow 9am", until="tomorrow 5pm", kind="messages")
    text = browser.get(PAGE).text
    assert "Callers reach you as usual" in text
    assert "Maya Frost has callers leave a message from tomorrow, 9 am until 5 pm" in text
    assert end(browser, ahead(console)[0]).headers["Location"] == PAGE
    assert ahead(console) == ()


def test_a_newer_one_takes_the_place_of_an_older_one_and_says_so(console: Console) -> None:
    browser = signed_in(console, "maya")
    set_as_shown(browser, until="5pm")
    shown = browser.get(STATUS, query_string={"kind": "emergencies", "until": "3pm"}).text
    assert "In place of: Maya Frost is away until 5 pm" in shown
    browser.post(STATUS, data=hidden(shown))
    assert [each.kind for each in ahead(console)] == [EMERGENCIES]


def test_it_can_be_said_of_everybody(console: Console) -> None:
    browser = signed_in(console, "maya")
    set_as_shown(browser, kind="messages", whose="everybody", until="2h")
    assert standing_of(console.records, CLIENT, NOON).everybody is MESSAGES
    text = browser.get(PAGE).text
    assert "Everybody at Rainbow Frost has callers leave a message until 2 pm" in text
    assert "End it" in text


def test_an_account_of_nobody_in_particular_speaks_for_the_client_and_each_of_its_people(
    console: Console,
) -> None:
    office = signed_in(console, None)
    set_as_shown(office, until="3pm")
    set_as_shown(office, until="4pm", whose="ian")
    standing = standing_of(console.records, CLIENT, NOON)
    assert (standing.everybody, dict(standing.people)) == (AWAY, {"ian": AWAY})
    assert {each.set_by for each in ahead(console)} == {"Rainbow Frost"}
    assert "Ian Frost is away until 4 pm" in signed_in(console, "maya").get(PAGE).text


def test_a_person_neither_sets_nor_ends_what_another_has_said(console: Console) -> None:
    browser = signed_in(console, "maya")
    set_as_shown(signed_in(console, "ian"))
    [his] = ahead(console)
    assert end(browser, his).status_code == 404
    assert ahead(console) == (his,)
    form = hidden(browser.get(STATUS, query_string={"kind": "away"}).text)
    answer = browser.post(STATUS, data={**form, "whose": "ian"})
    assert answer.status_code == 422
    assert "Choose for whom it is to count" in answer.text
    assert ahead(console) == (his,)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"kind": "away", "until": "9am"}, "9AM has passed"),
        ({"kind": "away", "until": "3"}, "Write 3PM"),
        ({"kind": "nonsense"}, "Choose what callers are to find"),
        ({"kind": "away", "until": "<b>"}, "&lt;b&gt;"),
        ({"kind": "away", "whose": "zoe"}, "Choose for whom"),
    ],
)
def test_what_is_not_clear_is_asked_again(
    asked: dict[str, str], problem: str, console: Console
) -> None:
    for address in (STATUS, f"{STATUS}/preview"):
        text = signed_in(console).get(address, query_string=asked).text
        assert problem in text
        assert "Set it" not in text


@pytest.mark.parametrize(
    "changed",
    [
        {"starts": "x"},
        {"starts": "2026-11-24T12:00:00"},
        {"ends": "x"},
        {"ends": "2026-11-24T11:00:00+00:00"},
        {"kind": "x"},
        {"whose": "x"},
        {"whose": ""},
    ],
)
def test_a_form_that_was_tampered_with_sets_nothing(
    changed: dict[str, str], console: Console
) -> None:
    browser = signed_in(console)
    form = hidden(browser.get(STATUS, query_string={"kind": "away", "until": "3pm"}).text)
    assert browser.post(STATUS, data={**form, **changed}).status_code == 422
    assert ahead(console) == ()


def test_a_preset_that_is_pressed_counts_more_than_what_stands_in_the_field(
    console: Console,
) -> None:
    address = f"{STATUS}?kind=away&until=5pm&until=2h"
    assert "is away until 2 pm" in signed_in(console).get(address).text


def test_who_has_gone_from_the_file_is_still_named_by_what_they_said(console: Console) -> None:
    wish = StatusRequest(
        client=CLIENT, person="zoe", kind=AWAY, starts=NOON, ends=None, by="Zoe", how=How.TEXT
    )
    keep_status(console.records, wish, NOON)
    assert "zoe is away" in signed_in(console).get(PAGE).text


def test_a_client_whose_file_is_gone_has_no_form(console: Console) -> None:
    browser = signed_in(console, "ian", "gone")
    assert "Your availability" not in browser.get(PAGE).text
    text = browser.get(STATUS, query_string={"kind": "away"}).text
    assert "Your file is not there at the moment" in text
