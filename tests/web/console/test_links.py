"""Each role lands on a page of its own, and every link that it sees leads somewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.accounts.roles import Role
from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.web.console.routes import FIRST_PAGES
from tests.adapters.sql.records_samples import snapshot
from tests.web.console.client.client_inbox import CLIENT, IAN, left, with_examples
from tests.web.console.small_console import NOON, Console, as_role
from tests.web.console.supervisor.test_supervisor_pages import AGENCY, joins

WHOSE = {Role.OPERATOR: {"operator": "sam"}, Role.CLIENT: {"client": CLIENT, "person": "ian"}}
MOST = 400
"""Pages that are looked at; there are fewer in such a small console."""


class Links(HTMLParser):
    """What a page leads to or loads, and what it marks as the page that one is on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.current: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [
            value for name in ("href", "src", "hx-get", "data-here") if (value := names.get(name))
        ]
        if mark := names.get("aria-current"):
            self.current[names.get("href") or ""] = mark


@pytest.fixture
def busy(console: Console) -> Console:
    """A console where there is something to see on every page."""
    with_examples(console)
    console = Console(
        console.settings, console.records, console.library, console.redis, agency=AGENCY
    )
    job = left(console, IAN)
    about = {"call_sid": job.call_sid, "client": CLIENT, "path": ("greet", "main")}
    console.records.calls.note([snapshot(started_at=NOON, **about)])
    RedisOperators(console.redis).sign_on("sam", None, NOON)
    joins(console.redis, "CA1")
    return console


def walked(browser: FlaskClient, start: str) -> dict[str, int]:
    """Every address that pages lead to from `start` on, and how it answers."""
    to_see = [start]
    seen: dict[str, int] = {}
    while to_see and len(seen) < MOST:
        address = to_see.pop()
        answer = browser.get(address, follow_redirects=True, buffered=True)
        seen[address] = answer.status_code
        if answer.mimetype != "text/html":
            continue
        for link in Links(answer.text).found:
            parts = urlsplit(urljoin(f"http://localhost{answer.request.path}", link))
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if parts.netloc == "localhost" and path not in seen and path not in to_see:
                to_see.append(path)
    return seen


@pytest.mark.parametrize("role", Role)
def test_every_link_that_a_role_sees_works_for_it(role: Role, busy: Console) -> None:
    seen = walked(as_role(busy, role, **WHOSE.get(role, {})), "/console/")
    assert {address: code for address, code in seen.items() if code != 200} == {}
    assert len(seen) < MOST


@pytest.mark.parametrize("role", Role)
def test_each_role_lands_on_its_own_page_which_the_bar_marks(role: Role, busy: Console) -> None:
    browser = as_role(busy, role, **WHOSE.get(role, {}))
    answer = browser.get("/console/", follow_redirects=True)
    with busy.app.test_request_context():
        assert answer.request.path == busy.app.url_for(FIRST_PAGES[role])
    assert answer.status_code == 200
    assert Links(answer.text).current == {answer.request.path: "page"}


def test_a_page_within_a_part_marks_the_part(busy: Console) -> None:
    browser = as_role(busy, Role.SUPERVISOR)
    page = browser.get("/console/wallboard/operators/sam").text
    assert Links(page).current == {"/console/wallboard": "true"}


@pytest.mark.parametrize("path", ["messages/", "jobs/"])
def test_what_a_client_reaches_from_the_inbox_marks_the_inbox(path: str, busy: Console) -> None:
    page = as_role(busy, Role.CLIENT, **WHOSE[Role.CLIENT]).get(f"/console/{path}").text
    assert Links(page).current["/console/client"] == "true"


def test_the_bare_address_leads_to_the_console(settings: Settings, console: Console) -> None:
    app = create_app(settings, lambda: NOON)
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.location) == (302, "/console/")
    assert "Please sign in" in app.test_client().get("/", follow_redirects=True).text
