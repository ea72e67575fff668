"""The console's addresses."""

from __future__ import annotations

from functools import partial
from typing import cast

import structlog
from flask import Blueprint, Flask, Response, jsonify, redirect, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.twilio.rest.softphone import softphone_token
from ivr.bootstrap import Services
from ivr.core.accounts.roles import Permission, Role
from ivr.services.drafts import DraftService
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
from ivr.web.console.clients import Clients
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


def console_routes(services: Services) -> Blueprint:
    """Every address below `/console/`."""
    console = Blueprint(
        "console",
        __name__,
        url_prefix="/console",
        template_folder="templates",
        static_folder="static",
    )
    guard(console, services.settings, Access(services.records, services.clock))
    zone = services.agency.timezone
    console.record_once(lambda state: agency_zone(cast(Flask, state.app), zone))
    live = LiveFeed(services.redis, services.records.sessions, services.clock)
    script_routes(console)
    feed = FeedServices(
        live,
        services.settings.console_streams,
        services.queue,
        services.agency,
        Clients(services.library()).flow,
        services.clock,
    )
    live_routes(console, feed)
    _add_accounts(console, services)
    _add_messages_and_calls(console, services)
    _add_jobs(console, services)
    _add_operators(console, services, live)
    _add_supervisors(console, services, live)
    _add_common(console)
    return console


def _add_accounts(console: Blueprint, services: Services) -> None:
    records, settings, clock = services.records, services.settings, services.clock
    clients, library = Clients(services.library()), services.library()
    doors = SignInServices(settings, records, services.accounts, services.redis, clock)
    entry_routes(console, doors)
    if settings.single_sign_on:
        sign_on_routes(console, doors, settings.single_sign_on)
    links = PasswordLinks(settings.secret_key, records.accounts, clock)
    account_routes(
        console,
        AccountPages(
            records,
            services.accounts,
            links,
            clock,
            settings.public_url,
            clients,
            services.latest_agency,
        ),
    )
    audit_routes(console, AuditPages(records, clients, services.agency))
    token_routes(
        console, TokenPages(records.tokens, services.tokens, records.subscriptions, clients, clock)
    )
    flow_routes(console, FlowPages(settings.flows, library, records, clock))


def _add_messages_and_calls(console: Blueprint, services: Services) -> None:
    records, storage, clock = services.records, services.storage, services.clock
    library, messages = services.library(), services.messages
    message_routes(console, MessagePages(records, messages, Clients(library), storage, clock))
    read_routes(console, ReadPages(records, messages, services.read_links, storage, clock))
    call_routes(console, CallPages(records, library, storage, services.agency))


def _add_jobs(console: Blueprint, services: Services) -> None:
    records, library, clock = services.records, services.library(), services.clock
    jobs = JobPages(records, library, services.jobs, clock)
    job_routes(console, jobs)
    ring_routes(console, RingPages(records, jobs, services.operator_calls, clock))
    pages = ClientPages(jobs, Clients(library).flow, services.agency.name)
    client_routes(console, pages, services.statuses)


def _add_supervisors(console: Blueprint, services: Services, live: LiveFeed) -> None:
    board = Wallboard(
        services.queue,
        services.operators,
        services.records.queue,
        services.agency,
        Clients(services.library()).flow,
        services.clock,
    )
    supervisor_routes(console, SupervisorServices(board, services.conversations), live)


def _add_operators(console: Blueprint, services: Services, live: LiveFeed) -> None:
    library = services.library()
    rehearsal_routes(console, MadeUpScreen(library, services.agency.name, services.clock))
    operator = OperatorScreen(
        library=library,
        records=services.records,
        store=services.store,
        queue=services.queue,
        operators=services.operators,
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
