"""Pages for administrators: the tokens with which programs use the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.sql.programs.subscription_repository import SqlSubscriptionRepository
from ivr.adapters.sql.programs.token_repository import SqlTokenRepository
from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission
from ivr.core.accounts.scopes import ALLOWS, TokenScope
from ivr.errors import AccountError
from ivr.services.tokens import TokenService
from ivr.web.console.access import answer, current_account, needs
from ivr.web.console.clients import Clients
from ivr.web.console.pages import notice

LIVES = {"90": "in three months", "366": "in a year", "731": "in two years", "": "never"}
"""Days after which a token expires, in words that follow "expires"."""


@dataclass(frozen=True, slots=True)
class TokenPages:
    """What the page needs."""

    tokens: SqlTokenRepository
    service: TokenService
    webhooks: SqlSubscriptionRepository
    clients: Clients
    clock: Callable[[], datetime]

    def list(self, *, key: str = "", problem: str = "", status: int = 200) -> Response:
        """The page of all tokens, with the key of one that was just made."""
        text = render_template(
            "console/tokens.html",
            tokens=self.tokens.all(),
            webhooks=self.webhooks.all(),
            now=self.clock(),
            key=key,
            problem=problem,
            scopes=ALLOWS,
            lives=LIVES,
            clients=self.clients.names(),
            form=request.form,
        )
        return make_response(text, status)

    def add(self) -> Response:
        """Make the token that the form asks for. Raises `AccountError`."""
        now, life = self.clock(), request.form.get("life", "")
        client = request.form.get("client", "") or None
        if life not in LIVES or client not in (None, *self.clients.names()):
            raise AccountError("Choose whose things the token sees, and when it expires.")
        asked_for = set(request.form.getlist("scope"))
        _, key = self.service.make(
            request.form.get("name", ""),
            client,
            frozenset(scope for scope in TokenScope if scope in asked_for),
            signed_in(current_account()),
            now,
            now + timedelta(days=int(life)) if life else None,
        )
        return self.list(key=key)


def token_routes(console: Blueprint, pages: TokenPages) -> None:
    """Add the addresses."""

    @console.get("/tokens/")
    @needs(Permission.KEEP_ACCOUNTS)
    def tokens() -> Response:
        return pages.list()

    @console.post("/tokens/")
    @needs(Permission.KEEP_ACCOUNTS)
    def add_token() -> Response:
        try:
            return pages.add()
        except AccountError as error:
            return pages.list(problem=str(error), status=422)

    @console.post("/tokens/<token_id>/revoke")
    @needs(Permission.KEEP_ACCOUNTS)
    def revoke_token(token_id: str) -> AnyResponse:
        token = pages.tokens.find(token_id)
        if token is None:
            return notice("No such token", "This token is not there.", 404)
        pages.service.revoke(token, signed_in(current_account()), pages.clock())
        answer(f"The token “{token.name}” is revoked.")
        return redirect(url_for("console.tokens"), 303)
