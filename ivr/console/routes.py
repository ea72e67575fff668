"""The console's addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from markupsafe import Markup
from redis import Redis
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts.roles import Permission
from ivr.call.engine import CallFlow
from ivr.carrier.call_store import CallStore
from ivr.carrier.softphone import softphone_token
from ivr.changes import announce
from ivr.console.access import Access, current_account, needs, open_to_all
from ivr.console.account_pages import AccountPages, account_routes
from ivr.console.call_pages import CallPages, call_routes
from ivr.console.clients import (
    ClientRow,
    anchors,
    client_rows,
    file_names,
    live_text,
    version_text,
)
from ivr.console.entry import Doors, entry_routes
from ivr.console.job_acts import job_routes
from ivr.console.job_pages import JobPages
from ivr.console.live import Live
from ivr.console.live_routes import LiveDesk, live_routes
from ivr.console.message_pages import MessagePages, message_routes
from ivr.console.operator_desk import Conversations, OperatorDesk
from ivr.console.operator_pages import operator_routes
from ivr.console.operator_rehearsal import Stagehand, rehearsal_routes
from ivr.console.pages import guard, notice
from ivr.console.password_links import PasswordLinks
from ivr.console.read_pages import ReadPages, read_routes
from ivr.console.scripts import script_routes
from ivr.console.single_sign_on import sign_on_routes
from ivr.console.supervisor_pages import SupervisorDesk, supervisor_routes
from ivr.console.wallboard import Wallboard
from ivr.delivery.job_notices import JobNotices
from ivr.delivery.read_links import ReadLinks
from ivr.errors import RecordsError, UnknownClient
from ivr.flow.library import Library
from ivr.nodes.base import Kind
from ivr.operators.agency import Agency
from ivr.operators.queue import OperatorQueue
from ivr.operators.states import Operators
from ivr.picture.graph import GraphNode, graph
from ivr.picture.svg import stylesheet, svg
from ivr.records import Records
from ivr.records.ways import WaysTaken
from ivr.settings import Settings

DAYS = 30
"""Days that the counts beside a picture cover."""

MAX_DRAWN = 300
"""Nodes that a page draws, in about a second; more are only listed."""

FIRST_PAGES = (
    ("console.flows", Permission.SEE_FLOWS),
    ("console.operator", Permission.ANSWER_CALLS),
    ("console.messages", Permission.SEE_MESSAGES),
)
"""Where somebody arrives: at the first of these that they may see."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """What the console works with."""

    settings: Settings
    library: Library[Kind]
    records: Records
    redis: Redis
    clock: Callable[[], datetime]
    agency: Agency
    floor: Conversations

    @property
    def notices(self) -> JobNotices:
        """What people are told of jobs."""
        return JobNotices(self.library, self.agency, self.settings.public_url)

    def jobs_changed(self) -> None:
        """Tell all consoles that jobs have changed."""
        announce(self.redis, "jobs")

    def row(self, client: str) -> ClientRow | None:
        """The client of this short name, if there is one."""
        rows = client_rows(self.library, self.settings.flows)
        return next((row for row in rows if row.id == client), None)

    def flow_of(self, client: str) -> CallFlow | None:
        """The version that answers a client's calls; None where there is none."""
        try:
            return self.library.flow(client)
        except UnknownClient:
            return None

    def ways(self, client: str) -> WaysTaken | None:
        """How often callers took each way of late; None where the records do not answer."""
        try:
            return self.records.ways_taken(client, self.clock() - timedelta(days=DAYS))
        except RecordsError as error:
            log.warning("console.without_counts", client=client, error=str(error))
            return None


def console_routes(desk: Desk) -> Blueprint:
    """Every address below `/console/`."""
    console = Blueprint(
        "console",
        __name__,
        url_prefix="/console",
        template_folder="templates",
        static_folder="static",
    )
    book, clock = desk.records.accounts, desk.clock
    guard(console, desk.settings, Access(book, clock))
    doors = Doors(desk.settings, book, desk.redis, clock)
    entry_routes(console, doors)
    if desk.settings.single_sign_on:
        sign_on_routes(console, doors, desk.settings.single_sign_on)
    links = PasswordLinks(desk.settings.secret_key, book, clock)
    account_routes(console, AccountPages(book, links, clock, desk.settings.public_url))
    recordings = desk.settings.recordings
    message_routes(console, MessagePages(desk.records, desk.library, recordings, clock))
    read_links = ReadLinks(desk.settings.secret_key, desk.settings.public_url)
    read_routes(console, ReadPages(desk.records, read_links, recordings, desk.jobs_changed, clock))
    job_routes(
        console, JobPages(desk.records, desk.library, desk.notices, desk.jobs_changed, clock)
    )
    live = Live(desk.redis, book, clock)
    script_routes(console)
    most = desk.settings.console_streams
    live_routes(
        console, LiveDesk(live, most, OperatorQueue(desk.redis), desk.agency, desk.flow_of, clock)
    )
    call_routes(console, CallPages(desk.records, desk.library))
    _add_operators(console, desk, live)
    board = Wallboard(
        OperatorQueue(desk.redis),
        Operators(desk.redis),
        desk.records.queue,
        desk.agency,
        desk.flow_of,
        clock,
    )
    supervisor_routes(console, SupervisorDesk(board, desk.floor), live)
    _add_common(console)
    _add_flows(console, desk)
    return console


def _add_operators(console: Blueprint, desk: Desk, live: Live) -> None:
    rehearsal_routes(console, Stagehand(desk.library, desk.agency.name, desk.clock))
    operator = OperatorDesk(
        library=desk.library,
        records=desk.records,
        store=CallStore(desk.redis),
        queue=OperatorQueue(desk.redis),
        operators=Operators(desk.redis),
        floor=desk.floor,
        notices=desk.notices,
        agency=desk.agency,
        softphone=partial(softphone_token, desk.settings),
        clock=desk.clock,
        changed=desk.jobs_changed,
    )
    operator_routes(console, operator, live)


def _add_common(console: Blueprint) -> None:
    @console.get("/")
    @needs(Permission.OWN_ACCOUNT)
    def home() -> AnyResponse:
        for page, permission in FIRST_PAGES:
            if current_account().may(permission):
                return redirect(url_for(page))
        return redirect(url_for("console.own_account"))

    @console.get("/<path:elsewhere>")
    @needs(Permission.OWN_ACCOUNT)
    def nowhere(elsewhere: str) -> Response:
        return notice("No such page", "There is nothing at this address.", 404)

    @console.get("/picture.css")
    @open_to_all
    def picture_style() -> Response:
        return Response(stylesheet(), content_type="text/css; charset=utf-8")


def _add_flows(console: Blueprint, desk: Desk) -> None:
    @console.get("/flows/")
    @needs(Permission.SEE_FLOWS)
    def flows() -> str:
        rows = client_rows(desk.library, desk.settings.flows)
        shown = {finding for row in rows for finding in row.findings}
        others = [finding for finding in desk.library.findings if finding not in shown]
        return render_template("console/flows.html", rows=rows, others=others)

    @console.get("/flows/<client>")
    @needs(Permission.SEE_FLOWS)
    def flow(client: str) -> Response:
        row = desk.row(client)
        if row is None:
            return _no_client(client)
        if row.flow is None:
            return make_response(render_template("console/flow.html", row=row))
        drawn, ways = graph(row.flow), desk.ways(client)
        link = _links(desk, row)
        counts = ways.counts if ways and ways.calls else None
        small = len(drawn.nodes) <= MAX_DRAWN
        picture = svg(drawn, link, counts, standalone=False) if small else ""
        return make_response(
            render_template(
                "console/flow.html",
                row=row,
                graph=drawn,
                picture=Markup(picture),  # noqa: S704 - svg() escapes all that it is given
                ways=ways,
                days=DAYS,
                link=link,
            )
        )

    @console.get("/flows/<client>/source")
    @needs(Permission.SEE_FLOWS)
    def source(client: str) -> Response:
        row = desk.row(client)
        if row is None:
            return _no_client(client)
        files = live_text(row, desk.settings.flows)
        return make_response(render_template("console/source.html", row=row, files=files))

    @console.get("/flows/<client>/versions/<version>")
    @needs(Permission.SEE_FLOWS)
    def flow_version(client: str, version: str) -> Response:
        texts = desk.records.flow_texts(client, version)
        if texts is None:
            return notice("No such version", "This version of the file is not kept here.", 404)
        page = render_template(
            "console/version.html",
            client=client,
            row=desk.row(client),
            version=version,
            files=version_text(client, texts),
        )
        return make_response(page)


def _links(desk: Desk, row: ClientRow) -> Callable[[GraphNode], str | None]:
    """Where the nodes of a client's picture lead: to their lines."""
    names = anchors(file_names(desk.settings.flows, row.id, row.flow))
    page = url_for("console.source", client=row.id)

    def link(node: GraphNode) -> str | None:
        return None if node.built_in else f"{page}#{names[node.file]}{node.line}"

    return link


def _no_client(client: str) -> Response:
    return notice("No such client", f"There is no client “{client}”.", 404)
