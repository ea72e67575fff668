"""Coming in and going out: name and password, links, sign-out, one's own account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask import url_for as address_of
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.redis.server import Connection
from ivr.adapters.redis.sign_in_attempts import Attempts, SignInAttempt, UsedLinks
from ivr.adapters.sql import SqlRecords
from ivr.core.accounts import passwords
from ivr.core.accounts.account import SERVER, Account
from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission
from ivr.errors import AccountError, PasswordsBusy
from ivr.metrics import SIGN_INS_BUSY
from ivr.services.accounts import AccountService
from ivr.settings import Settings
from ivr.web.console.access import current_account, needs, open_to_all
from ivr.web.console.accounts.known_browsers import KnownBrowsers
from ivr.web.console.accounts.password_links import PasswordLinks
from ivr.web.console.accounts.sign_in import SignIn
from ivr.web.console.accounts.way_back import own_page
from ivr.web.console.pages import SESSION, notice, refusal

WRONG = "Wrong name or password. Please try again."
TOO_OFTEN = "That was too often. Please try again in a quarter of an hour."
BUSY = "Many people are signing in at this moment. Please try again in a few seconds."
BUSY_SECONDS = 5
TOO_OFTEN_SECONDS = 15 * 60
KNOWN_WAITS = 5.0
"""Seconds that somebody in a browser we know waits for their password to be checked; others are
refused at once where too many are being checked."""


@dataclass(frozen=True, slots=True)
class SignInServices:
    """What the ways in need."""

    settings: Settings
    records: SqlRecords
    accounts: AccountService
    redis: Connection
    clock: Callable[[], datetime]

    def enter(self, account: Account, how: str, then: str = "") -> AnyResponse:
        """Begin a session, in a cookie that is new all through, and go where one wanted to."""
        session.clear()
        session.permanent = True
        session[SESSION] = self.accounts.sign_in(account, how, self.clock())
        there = redirect(own_page(then) or address_of("console.home"), 303)
        if account != SERVER:
            self.browsers.remember(there, request.cookies, account.login)
        return there

    @property
    def browsers(self) -> KnownBrowsers:
        """The browsers in which people have signed in before."""
        return KnownBrowsers(self.settings, self.clock)

    def attempt(self, login: str) -> SignInAttempt:
        """What the present request is, as an attempt to sign in."""
        known = self.browsers.known(request.cookies, login)
        return SignInAttempt(login, request.remote_addr or "", known)

    def recognised(self, login: str, password: str, patience: float) -> Account | None:
        """The account that login and password belong to; takes as long where there is none.

        Raises `PasswordsBusy` where too many passwords are being checked.
        """
        account = self.records.accounts.by_login(login)
        kept = self.records.accounts.password(account.id) if account else None
        right = passwords.matches(kept, password, patience)
        if not right or account is None or kept is None or account.disabled:
            return None
        if passwords.outdated(kept):
            new = passwords.hashed(password, KNOWN_WAITS)
            self.records.accounts.rehash(account.id, kept, new)
        return account


def entry_routes(console: Blueprint, doors: SignInServices) -> None:
    """Add the addresses."""
    _add_sign_in(console, doors)
    _add_server_link(console, doors)
    _add_password_link(console, doors)
    _add_own_account(console, doors)


def _add_sign_in(console: Blueprint, doors: SignInServices) -> None:
    attempts = Attempts(doors.redis)

    @console.get("/sign-in")
    @open_to_all
    def sign_in_page() -> Response:
        return refusal(status=200)

    @console.post("/sign-in")
    @open_to_all
    def sign_in() -> AnyResponse:
        login, password = request.form.get("login", ""), request.form.get("password", "")
        attempt = doors.attempt(login)
        if not attempts.allowed(attempt):
            return _later(refusal(problem=TOO_OFTEN, status=429), TOO_OFTEN_SECONDS)
        try:
            account = doors.recognised(login, password, KNOWN_WAITS if attempt.browser else 0.0)
        except PasswordsBusy:
            attempts.not_made(attempt)
            SIGN_INS_BUSY.inc()
            return _later(refusal(problem=BUSY, status=503), BUSY_SECONDS)
        if account is None:
            return refusal(problem=WRONG, status=403)
        attempts.forget(attempt)
        return doors.enter(account, "by password", request.form.get("then", ""))

    @console.post("/sign-out")
    @needs(Permission.OWN_ACCOUNT)
    def sign_out() -> AnyResponse:
        doors.accounts.sign_out(current_account(), session[SESSION], doors.clock())
        session.clear()
        return redirect(address_of("console.sign_in_page"), 303)


def _add_server_link(console: Blueprint, doors: SignInServices) -> None:
    links = SignIn(doors.settings.secret_key, doors.clock)

    @console.get("/sign-in/<token>")
    @open_to_all
    def server_link(token: str) -> AnyResponse:
        if not links.used(token, UsedLinks(doors.redis)):
            return refusal(spent=True)
        return doors.enter(SERVER, "by a link made on the server")


def _add_password_link(console: Blueprint, doors: SignInServices) -> None:
    links = PasswordLinks(doors.settings.secret_key, doors.records.accounts, doors.clock)

    def page(account: Account, problem: str | None, status: int) -> Response:
        text = render_template("console/set_password.html", account=account, problem=problem)
        return make_response(text, status)

    @console.get("/password/<token>")
    @open_to_all
    def password_link(token: str) -> Response:
        account = links.account(token)
        return page(account, None, 200) if account else refusal(spent=True)

    @console.post("/password/<token>")
    @open_to_all
    def use_password_link(token: str) -> AnyResponse:
        account = links.account(token)
        if account is None:
            return refusal(spent=True)
        try:
            new = passwords.hashed(_twice(), KNOWN_WAITS)
        except AccountError as error:
            return page(account, str(error), 422)
        except PasswordsBusy:
            return _later(page(account, BUSY, 503), BUSY_SECONDS)
        act, actor = "set their password by a link", signed_in(account)
        doors.accounts.set_password(account, new, act, actor, doors.clock())
        return doors.enter(account, "by a link to set a password")


def _add_own_account(console: Blueprint, doors: SignInServices) -> None:
    attempts = Attempts(doors.redis)

    def page(problem: str | None = None, status: int = 200) -> Response:
        account = current_account()
        number = doors.records.sessions.open_by_account(doors.clock()).get(account.id, 0)
        text = render_template(
            "console/own_account.html",
            account=account,
            sessions=number,
            problem=problem,
            server=account == SERVER,
        )
        return make_response(text, status)

    @console.get("/account")
    @needs(Permission.OWN_ACCOUNT)
    def own_account() -> Response:
        return page()

    @console.post("/account/password")
    @needs(Permission.OWN_ACCOUNT)
    def change_password() -> AnyResponse:
        account = current_account()
        attempt = doors.attempt(account.login)
        if not attempts.allowed(attempt):
            return page(TOO_OFTEN, 429)
        old = request.form.get("old", "")
        try:
            if not passwords.matches(doors.records.accounts.password(account.id), old, KNOWN_WAITS):
                return page("That is not your current password.", 403)
            new = passwords.hashed(_twice(), KNOWN_WAITS)
        except AccountError as error:
            return page(str(error), 422)
        except PasswordsBusy:
            attempts.not_made(attempt)
            return _later(page(BUSY, 503), BUSY_SECONDS)
        attempts.forget(attempt)
        act, actor = "changed their password", signed_in(account)
        doors.accounts.set_password(account, new, act, actor, doors.clock())
        return doors.enter(account, "anew, with the new password")

    @console.post("/account/end-sessions")
    @needs(Permission.OWN_ACCOUNT)
    def end_own_sessions() -> Response:
        account = current_account()
        act, actor = "signed out everywhere", signed_in(account)
        doors.accounts.end_sessions(account, act, actor, doors.clock())
        session.clear()
        return notice("Signed out", "You are signed out everywhere.", 200)


def _later(page: Response, seconds: int) -> Response:
    """The page, with when to try again."""
    page.headers["Retry-After"] = str(seconds)
    return page


def _twice() -> str:
    """The new password of a form. Raises `AccountError` where it was typed differently."""
    new = request.form.get("new", "")
    if new != request.form.get("again"):
        raise AccountError("The two new passwords are not the same. Please type them again.")
    return new
