"""A recording is heard when somebody plays it: never when a page loads or looks ahead."""

from __future__ import annotations

import re

import pytest

from ivr.core.accounts.roles import Role
from ivr.core.records.job_list import Wanted
from tests.web.console.calls.messages_left import leave
from tests.web.console.small_console import Console, as_role


def heard(console: Console) -> list[str | None]:
    return [act.about for act in console.records.audit.page(act="heard a message")[0]]


@pytest.mark.parametrize("page", ["/console/messages/{}", "/console/jobs/{}"])
def test_a_page_fetches_no_sound_before_it_is_played(console: Console, page: str) -> None:
    id_ = leave(console)
    (item,) = console.records.inbox.items(Wanted(), 1)
    browser = console.signed_in()
    text = browser.get(page.format(item.job.id if "jobs" in page else id_)).text
    assert re.findall(r'<audio [^>]*preload="(\w+)"', text) == ["none"]
    assert heard(console) == []


def test_asking_whether_it_is_there_is_no_hearing(console: Console) -> None:
    audio = f"/console/messages/{leave(console)}/audio"
    browser = as_role(console, Role.SUPERVISOR)
    assert browser.head(audio, buffered=True).status_code == 200
    assert heard(console) == []


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_browser_that_fetches_ahead_gets_no_sound(console: Console, header: str) -> None:
    audio = f"/console/messages/{leave(console)}/audio"
    browser = as_role(console, Role.SUPERVISOR)
    answer = browser.get(audio, headers={header: "prefetch;prerender"}, buffered=True)
    assert (answer.status_code, b"RIFF" in answer.data) == (503, False)
    assert heard(console) == []


def test_who_plays_it_heard_it(console: Console) -> None:
    id_ = leave(console)
    browser = as_role(console, Role.SUPERVISOR)
    answer = browser.get(
        f"/console/messages/{id_}/audio", headers={"Range": "bytes=0-1"}, buffered=True
    )
    assert (answer.status_code, len(answer.data)) == (206, 2)
    assert heard(console) == [f"message {id_}"]
