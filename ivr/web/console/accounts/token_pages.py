"""Pages for administrators: the tokens with which programs use the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql.programs.subscription_book import SubscriptionBook
from ivr.adapters.sql.programs.token_book import TokenBook
from ivr.core.accounts.roles import Permission
from ivr.core.accounts.scopes import ALLOWS, TokenScope
from ivr.core.nodes.base import Kind
from ivr.errors import AccountError
from ivr.web.console.access import answer, current_account, needs, note
from ivr.web.console.pages import notice

LIVES = {"90": "in three months", "366": "in a year", "731": "in two years", "": "never"}
"""Days after which a token expires, in words that follow "expires"."""


@dataclass(frozen=True, slots=True)
class TokenPages:
    """What the page needs."""

    book: TokenBook
    webhooks: SubscriptionBook
    library: FolderLibrary[Kind]
    clock: Callable[[], datetime]

    def list(self, *, key: str = "", problem: str = "", status: int = 200) -> Response:
        """The page of all tokens, with the key of one that was just made."""
        text = render_template(
            "console/tokens.html",
            tokens=self.book.all(),
            webhooks=self.webhooks.all(),
            now=self.clock(),
            key=key,
            problem=problem,
            scopes=ALLOWS,
            lives=LIVES,
            clients=self.clients(),
            form=request.form,
        )
        return make_response(text, status)

    def clients(self) -> dict[str, str]:
        """The clients' names by their short ones, in order of name."""
        names = {flow.client_id: flow.client.name for flow in self.library}
        return dict(sorted(names.items(), key=lambda item: item[1].lower()))

    def add(self) -> Response:
        """Make the token that the form asks for. Raises `AccountError`."""
        now, life = self.clock(), request.form.get("life", "")
        client = request.form.get("client", "") or None
        if life not in LIVES or client not in (None, *self.clients()):
            raise AccountError("Choose whose things the token sees, and when it expires.")
        asked_for = set(request.form.getlist("scope"))
        token, key = self.book.make(
            request.form.get("name", ""),
            client,
            frozenset(scope for scope in TokenScope if scope in asked_for),
            current_account().login,
            now,
            now + timedelta(days=int(life)) if life else None,
        )
        note(f"made a token: {', '.join(sorted(token.scopes))}", client=client, about=_of(token.id))
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
        token = pages.book.find(token_id)
        if token is None:
            return notice("No such token", "This token is not there.", 404)
        pages.book.revoke(token.id, pages.clock())
        note("revoked a token", client=token.client, about=_of(token.id))
        answer(f"The token “{token.name}” is revoked.")
        return redirect(url_for("console.tokens"), 303)


def _of(token_id: str) -> str:
    return f"token {token_id}"
