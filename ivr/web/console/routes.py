"""The console's addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

import structlog
from flask import Blueprint, Flask, Response, jsonify, redirect, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.recordings import open_storage
from ivr.adapters.redis.call_store import RedisCallStore
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.redis.seal import Seal
from ivr.adapters.redis.server import Connection
from ivr.adapters.sql import SqlRecords
from ivr.adapters.twilio.rest.softphone import softphone_token
from ivr.bootstrap import Services
from ivr.core.accounts.roles import Permission, Role
from ivr.core.agency import Agency
from ivr.core.call.engine import CallFlow
from ivr.core.nodes.base import Kind
from ivr.errors import UnknownClient
from ivr.services.accounts import AccountService
from ivr.services.deliveries.read_links import ReadLinks
from ivr.services.drafts import DraftService
from ivr.services.jobs import JobService
from ivr.services.messages import MessageService
from ivr.services.operator_calls import OperatorCalls
from ivr.services.statuses import StatusService
from ivr.services.tokens import TokenService
from ivr.settings import Settings
from ivr.tools.picture.svg import stylesheet
from ivr.web.console.access import Access, current_account, needs, open_to_all
from ivr.web.console.accounts.audit_pages import AuditPages, audit_routes
from ivr.web.console.accounts.entry import SignInServices, entry_routes
from ivr.web.console.accounts.pages import AccountPages, account_routes
from ivr.web.console.accounts.password_links import PasswordLinks
from ivr.web.console.accounts.single_sign_on import sign_on_routes
from ivr.web.console.accounts.token_pages import TokenPages, token_routes
from ivr.web.console.calls.message_pages import MessagePages, message_routes
from ivr.web.console.calls.pages import CallPages, call_routes
from ivr.web.console.calls.ring_out import RingPages, ring_routes
from ivr.web.console.client.acts import client_routes
from ivr.web.console.client.pages import ClientPages
from ivr.web.console.conversations import Conversations
from ivr.web.console.flows.pages import FlowPages, flow_routes
from ivr.web.console.jobs.acts import job_routes
from ivr.web.console.jobs.pages import JobPages
from ivr.web.console.jobs.read_pages import ReadPages, read_routes
from ivr.web.console.live.feed import LiveFeed
from ivr.web.console.live.routes import FeedServices, live_routes
from ivr.web.console.operator.pages import operator_routes
from ivr.web.console.operator.rehearsal import MadeUpScreen, rehearsal_routes
from ivr.web.console.operator.screens import OperatorScreen
from ivr.web.console.page_zone import agency_zone
from ivr.web.console.pages import guard, notice
from ivr.web.console.scripts import script_routes
from ivr.web.console.supervisor.pages import SupervisorServices, supervisor_routes
from ivr.web.console.supervisor.wallboard import Wallboard

FIRST_PAGES = {
    Role.ADMINISTRATOR: "console.flows",
    Role.SUPERVISOR: "console.wallboard",
    Role.OPERATOR: "console.operator",
    Role.EDITOR: "console.flows",
    Role.CLIENT: "console.client",
}
"""Where somebody arrives."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """What the console works with."""

    settings: Settings
    library: FolderLibrary[Kind]
    records: SqlRecords
    redis: Connection
    clock: Callable[[], datetime]
    agency: Agency
    conversations: Conversations
    jobs: JobService
    statuses: StatusService
    messages: MessageService
    accounts: AccountService
    tokens: TokenService
    agency_now: Callable[[], Agency]
    operator_calls: OperatorCalls | None = None

    @classmethod
    def of(cls, services: Services) -> ConsoleServices:
        """Those of this installation."""
        return cls(
            services.settings,
            services.library(),
            services.records,
            services.redis,
            services.clock,
            services.agency,
            services.conversations,
            services.jobs,
            services.statuses,
            services.messages,
            services.accounts,
            services.tokens,
            services.latest_agency,
            services.operator_calls,
        )

    def client_names(self) -> dict[str, str]:
        """The clients' names by short name, in order of name."""
        names = {flow.client_id: flow.client.name for flow in self.library}
        return dict(sorted(names.items(), key=lambda item: item[1].lower()))

    def flow_of(self, client: str) -> CallFlow | None:
        """The version that answers a client's calls; None where there is none."""
        try:
            return self.library.flow(client)
        except UnknownClient:
            return None


def console_routes(services: ConsoleServices) -> Blueprint:
    """Every address below `/console/`."""
    console = Blueprint(
        "console",
        __name__,
        url_prefix="/console",
        template_folder="templates",
        static_folder="static",
    )
    records, clock = services.records, services.clock
    guard(console, services.settings, Access(records, clock))
    zone = services.agency.timezone
    console.record_once(lambda state: agency_zone(cast(Flask, state.app), zone))
    doors = SignInServices(services.settings, records, services.accounts, services.redis, clock)
    entry_routes(console, doors)
    if services.settings.single_sign_on:
        sign_on_routes(console, doors, services.settings.single_sign_on)
    links = PasswordLinks(services.settings.secret_key, records.accounts, clock)
    public_url = services.settings.public_url
    names = services.client_names
    pages = AccountPages(
        records,
        services.accounts,
        links,
        clock,
        public_url,
        services.flow_of,
        services.agency_now,
        names,
    )
    account_routes(console, pages)
    audit_routes(console, AuditPages(records, names, lambda: services.agency.operator_names))
    token_routes(
        console,
        TokenPages(records.tokens, services.tokens, records.subscriptions, services.library, clock),
    )
    recordings = open_storage(services.settings.recordings)
    messages, library = services.messages, services.library
    message_routes(console, MessagePages(records, messages, library, recordings, clock))
    read_links = ReadLinks(services.settings.secret_key, public_url)
    read_routes(console, ReadPages(records, messages, read_links, recordings, clock))
    jobs = JobPages(services.records, services.library, services.jobs, clock)
    job_routes(console, jobs)
    ring_routes(console, RingPages(services.records, jobs, services.operator_calls, clock))
    client_routes(
        console, ClientPages(jobs, services.flow_of, services.agency.name), services.statuses
    )
    live = LiveFeed(services.redis, records.sessions, clock)
    script_routes(console)
    most = services.settings.console_streams
    live_routes(
        console,
        FeedServices(
            live, most, RedisOperatorQueue(services.redis), services.agency, services.flow_of, clock
        ),
    )
    call_routes(console, CallPages(services.records, services.library, recordings, services.agency))
    _add_operators(console, services, live)
    board = Wallboard(
        RedisOperatorQueue(services.redis),
        RedisOperators(services.redis),
        services.records.queue,
        services.agency,
        services.flow_of,
        clock,
    )
    supervisor_routes(console, SupervisorServices(board, services.conversations), live)
    _add_common(console)
    flow_routes(
        console, FlowPages(services.settings.flows, services.library, services.records, clock)
    )
    return console


def _add_operators(console: Blueprint, services: ConsoleServices, live: LiveFeed) -> None:
    rehearsal_routes(console, MadeUpScreen(services.library, services.agency.name, services.clock))
    operator = OperatorScreen(
        library=services.library,
        records=services.records,
        store=RedisCallStore(services.redis, Seal(services.settings.secret_key)),
        queue=RedisOperatorQueue(services.redis),
        operators=RedisOperators(services.redis),
        conversations=services.conversations,
        drafts=DraftService(services.records, services.jobs, services.agency.name),
        agency=services.agency,
        softphone=partial(softphone_token, services.settings),
        clock=services.clock,
    )
    operator_routes(console, operator, live)


def _add_common(console: Blueprint) -> None:
    @console.get("/")
    @needs(Permission.OWN_ACCOUNT)
    def home() -> AnyResponse:
        return redirect(url_for(FIRST_PAGES[current_account().role]))

    @console.get("/here")
    @needs(Permission.OWN_ACCOUNT)
    def here() -> AnyResponse:
        """Whether one is still signed in, and what forms need since the last time."""
        return jsonify(csrf=generate_csrf())

    @console.get("/<path:elsewhere>")
    @needs(Permission.OWN_ACCOUNT)
    def nowhere(elsewhere: str) -> Response:
        return notice("No such page", "There is nothing at this address.", 404)

    @console.get("/picture.css")
    @open_to_all
    def picture_style() -> Response:
        return Response(stylesheet(), content_type="text/css; charset=utf-8")
