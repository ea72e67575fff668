"""What every page of the console has in common: strict headers, and no entry without a session."""

from __future__ import annotations

import re
from typing import cast

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError, CSRFProtect

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission
from ivr.core.readiness import STORES
from ivr.errors import RecordsError, StateUnavailable
from ivr.services.readiness import ReadinessService
from ivr.settings import Settings
from ivr.web.clean_requests import clean_request
from ivr.web.console.access import Access, access, is_open, permission_of
from ivr.web.console.accounts.cookie import bake
from ivr.web.console.accounts.way_back import own_page, page_of
from ivr.web.console.page_zone import clock, named_zone
from ivr.web.console.telephone_links import tel

SESSION_ENDED = "Tango-Session"
"""The header of an answer to somebody who is not signed in, or not any more: `ended`."""

UNCOUNTED = frozenset({"console.here"})
"""What pages ask by themselves: it keeps nobody signed in who has left their desk."""

MARK = re.compile(r"[0-9a-f]{16}")
"""How a script marks a form that it keeps until it is taken (`static/typed.js`)."""

SESSION = "sign-in"
"""Where the cookie keeps the session's token."""

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""What a page may load: our own files and nothing else. It stands in nobody's frame."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

HSTS = "max-age=31536000"
"""Under https: a browser that was here comes back by https only, for a year."""

BANNER_SECONDS = 0.3
"""How long a page waits to hear whether everything works; all parts answer sooner unless one is
away."""

TAKE_CALLS = "console.operator"
"""What only operators of the agency are led to."""

PLACES = (
    ("console.client", "Inbox"),
    (TAKE_CALLS, "Take calls"),
    ("console.jobs", "Jobs"),
    ("console.messages", "Messages"),
    ("console.wallboard", "Wallboard"),
    ("console.queue", "Queue"),
    ("console.calls", "Calls"),
    ("console.flows", "Clients"),
    ("console.accounts", "Accounts"),
    ("console.tokens", "Tokens"),
    ("console.audit", "Audit log"),
)
"""What the bar of every page leads to, of these what the account may see."""

IN_INBOX = frozenset({"console.jobs", "console.messages"})
"""What the client's page shows together, so that the bar need not lead there too."""

WITHIN = {"console.client": IN_INBOX}
"""Parts to which the bar leads by way of another."""

log = structlog.get_logger()


def guard(console: Blueprint, settings: Settings, accounts: Access) -> None:
    """Let everybody see only what their account may, take only forms that we gave them, and add
    the headers."""
    forms: list[CSRFProtect] = []

    @console.record_once
    def set_up(state: BlueprintSetupState) -> None:
        state.app.extensions["access"] = accounts
        forms.append(bake(cast(Flask, state.app), settings))

    console.before_request(clean_request)

    @console.before_request
    def only_with_permission() -> Response | None:
        return None if is_open(current_app, request.endpoint) else _kept_out()

    @console.before_request
    def own_forms_only() -> None:
        forms[0].protect()

    @console.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = _policy()
        if settings.public_url.startswith("https:"):
            response.headers["Strict-Transport-Security"] = HSTS
        if not is_open(current_app, request.endpoint):
            response.headers["Cache-Control"] = "no-store"
        response.headers.setdefault("Cache-Control", "no-store")
        return _taken(response)

    @console.context_processor
    def places() -> dict[str, object]:
        account = g.get("account")
        return {
            "visitor": account,
            "searches": account is not None and account.may(Permission.SEE_MESSAGES),
            "places": _places(account) if account else [],
            "current": _current,
            "takes_calls": _takes_calls(account),
            "single_sign_on": settings.single_sign_on is not None,
            "amiss": _amiss if account and account.may(Permission.SUPERVISE) else lambda: "",
            "server_time": lambda: int(access().clock().timestamp() * 1000),
        }

    console.app_template_global("here")(_here)
    for each in (tel, clock, named_zone):
        console.app_template_global(each.__name__)(each)
    _explain_errors(console)


def _amiss() -> str:
    """What the page's banner says of parts that cannot do their work; empty where all can."""
    service: ReadinessService | None = current_app.extensions.get("readiness")
    now = service.soon(BANNER_SECONDS) if service else None
    if now is None or not now.degraded:
        return ""
    down = {each.name.partition("/")[0]: each.why for each in reversed(now.down)}
    parts = ", ".join(f"{name} ({why})" for name, why in reversed(down.items()))
    if now.ready:
        return f"Callers are answered, but not everything works: {parts}."
    if down.keys() >= STORES:
        return f"Tango cannot do its work: {parts}. What callers say now cannot be kept."
    return f"Callers are answered, but nothing is passed on: {parts}."


def _takes_calls(account: Account | None) -> bool:
    """Whether calls are told on every page that the account sees."""
    return bool(account and account.operator and account.may(Permission.ANSWER_CALLS))


def _here() -> str:
    """The page on which a form stands, for whoever must sign in before it is taken."""
    is_page = request.method == "GET" and "HX-Request" not in request.headers
    return page_of(request) if is_page else own_page(request.form.get("at", ""))


def _taken(response: Response) -> Response:
    """Tell the page that follows a form which was taken, so that its script forgets what was
    typed into it: by the mark that the script has given the form."""
    mark = request.form.get("sent", "") if request.method == "POST" else ""
    if response.status_code == 303 and response.location and MARK.fullmatch(mark):
        response.location = f"{response.location.partition('#')[0]}#sent={mark}"
    return response


def allow(directive: str, *sources: str) -> None:
    """Let the page that is being made load more than our own, such as `allow("connect-src",
    "wss://…")`; for the page that needs it alone."""
    allowed = g.setdefault("allowed", {})
    allowed[directive] = (*allowed.get(directive, ()), *sources)


def _policy() -> str:
    more: dict[str, tuple[str, ...]] = g.get("allowed", {})
    named = {**dict.fromkeys(more, "'self'"), **POLICY}
    return "; ".join(" ".join((name, own, *more.get(name, ()))) for name, own in named.items())


def _places(account: Account) -> list[tuple[str, str]]:
    """The address and name of each part of the console that an account may use."""
    hidden = IN_INBOX if account.may(Permission.CLIENT_PAGE) else frozenset()
    return [
        (endpoint, name)
        for endpoint, name in PLACES
        if (needed := permission_of(current_app, endpoint)) and account.may(needed)
        if endpoint not in hidden
        if endpoint != TAKE_CALLS or account.operator
    ]


def _current(endpoint: str) -> str:
    """How the bar marks the way to a part: `page` where one is there, `true` where one is on a page
    within it (https://www.w3.org/TR/wai-aria-1.2/#aria-current); empty elsewhere."""
    here = request.path.rstrip("/")
    parts = [url_for(each).rstrip("/") for each in (endpoint, *WITHIN.get(endpoint, ()))]
    if here == parts[0]:
        return "page"
    return "true" if any(f"{here}/".startswith(f"{part}/") for part in parts) else ""


def _kept_out() -> Response | None:
    """A page that says why, for those who may not see what they ask for."""
    token = session.get(SESSION)
    here = access()
    counts = request.endpoint not in UNCOUNTED
    account = here.records.sessions.signed_in(token, here.clock(), counts) if token else None
    if account is None:
        refused = refusal()
        refused.headers[SESSION_ENDED] = "ended"
        return refused
    g.account = account
    permission = permission_of(current_app, request.endpoint)
    if permission is None:
        log.error("console.no_permission_declared", endpoint=request.endpoint)
    if permission is None or not account.may(permission):
        return notice("Not for your account", "Your account is not allowed to do this.", 403)
    return None


def _explain_errors(console: Blueprint) -> None:
    @console.errorhandler(CSRFError)
    def not_our_form(error: CSRFError) -> Response:
        text = (
            "Nothing was changed. This form has lapsed, perhaps because you signed in again since. "
            "Please go back, load the page again and send it once more."
        )
        return notice("Please send that once more", text, 400)

    @console.errorhandler(RecordsError)
    @console.errorhandler(StateUnavailable)
    def not_just_now(error: Exception) -> Response:
        log.warning("console.unavailable", error=str(error))
        text = "Tango cannot do this at the moment. Please try again soon."
        return notice("Not just now", text, 503)


def refusal(spent: bool = False, problem: str | None = None, status: int = 403) -> Response:
    """The page to sign in; `spent` where a link does not work any more, `problem` says what was
    wrong with an attempt."""
    then = page_of(request)
    page = render_template("console/sign_in.html", spent=spent, problem=problem, then=then)
    return make_response(page, status)


def notice(title: str, text: str, status: int) -> Response:
    """A page that says one thing."""
    return make_response(render_template("console/notice.html", title=title, text=text), status)
