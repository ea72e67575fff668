"""Signing in at the agency's own provider of accounts, by OpenID Connect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import structlog
from flask import Blueprint, Response, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.redis.sign_in_attempts import Attempts
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.errors import AccountError, SignOnError
from ivr.settings import SingleSignOn
from ivr.web.console.access import open_to_all
from ivr.web.console.accounts.entry import TOO_OFTEN, SignInServices
from ivr.web.console.accounts.openid import Pending, Provider
from ivr.web.console.accounts.way_back import own_page
from ivr.web.console.pages import notice, refusal

PENDING = "sign-on"
"""Where the cookie keeps what a browser must bring back."""

LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""

log = structlog.get_logger()


def sign_on_routes(console: Blueprint, doors: SignInServices, settings: SingleSignOn) -> None:
    """Add the addresses."""
    provider, attempts = Provider(settings, doors.clock), Attempts(doors.redis)
    back = f"{doors.settings.public_url}/console/sign-on/back"

    @console.get("/sign-on")
    @open_to_all
    def single_sign_on() -> AnyResponse:
        if not attempts.allowed_from(request.remote_addr or ""):
            return refusal(problem=TOO_OFTEN, status=429)
        try:
            url, pending = provider.begin(back)
        except SignOnError as error:
            return _refused(error)
        until = (doors.clock() + LASTS).timestamp()
        then = own_page(request.args.get("then", ""))
        session[PENDING] = {**asdict(pending), "until": until, "then": then}
        return redirect(url, 303)

    @console.get("/sign-on/back")
    @open_to_all
    def single_sign_on_back() -> AnyResponse:
        kept = session.pop(PENDING, None)  # good for one answer
        if kept is None or kept["until"] <= doors.clock().timestamp():
            return refusal(problem="That took too long. Please begin again.", status=403)
        pending = Pending(kept["state"], kept["nonce"], kept["verifier"])
        try:
            claims = provider.finish(back, pending, request.args)
            account = _account(doors, settings, claims)
        except (SignOnError, AccountError) as error:
            return _refused(error)
        return doors.enter(account, "by single sign-on", then=kept["then"])


def _account(doors: SignInServices, settings: SingleSignOn, claims: Mapping[str, Any]) -> Account:
    """Whose account it is; made now where that is wished. Raises `SignOnError` where there is
    none, `AccountError` where none can be made."""
    name = named(settings.claim, claims)
    by_email = settings.claim == "email"
    accounts = doors.records.accounts
    known = accounts.by_email(name) if by_email else accounts.by_login(name)
    if known is None and settings.new_role is not None:
        return _made(doors, settings.new_role, name, claims)
    if known is None or known.disabled:
        raise SignOnError("No account of ours goes with the one there, or it is disabled.")
    return known


def named(claim: str, claims: Mapping[str, Any]) -> str:
    """The e-mail address or login that a provider gives somebody. Raises `SignOnError` for none,
    and for an address that the provider has not verified: anybody could have claimed it."""
    name = claims.get(claim)
    if not isinstance(name, str) or not name.strip():
        raise SignOnError(f"The provider says no {claim!r} of this person.")
    if claim == "email" and claims.get("email_verified") is not True:
        raise SignOnError("The provider has not verified the e-mail address.")
    return name


def _made(doors: SignInServices, role: Role, name: str, claims: Mapping[str, Any]) -> Account:
    email = name if "@" in name and claims.get("email_verified") is True else None
    new = Account(
        id="",
        login=re.sub(r"\s", "", name),
        name=str(claims.get("name") or name)[:200],
        role=role,
        email=email,
    )
    return doors.accounts.add(new, None, doors.clock())


def _refused(error: Exception) -> Response:
    """What the person learns; why is for the log, as it may say too much of the set-up."""
    log.warning("console.sign_on_refused", reason=str(error))
    text = (
        "Single sign-on did not let you in. Perhaps no account here goes with yours: please ask "
        "whoever keeps the accounts, who finds the reason in Tango’s log."
    )
    return notice("You are not signed in", text, 403)
