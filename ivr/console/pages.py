"""What every page of the console has in common: strict headers, and no entry without a session."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, make_response, render_template, request, session
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError, CSRFProtect

from ivr.console.cookie import bake
from ivr.console.sign_in import SignIn
from ivr.settings import Settings

SESSION = "sign-in"
"""Where the cookie keeps the session's token."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A page of ours loads our own style and nothing else, and stands in nobody's frame."""

OPEN = ("console.sign_in", "console.static", "console.picture_style")
"""What is shown to anybody: the sign-in, and the style of the page that explains it."""


def guard(console: Blueprint, sign_in: SignIn, settings: Settings) -> None:
    """Let only those who are signed in see the pages of `console`, take only forms that we gave
    them, and add the headers."""
    _check_forms(console, settings)

    @console.before_request
    def signed_in_only() -> Response | None:
        if request.endpoint in OPEN or sign_in.signed_in(session.get(SESSION)):
            return None
        return refusal()

    @console.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint not in OPEN:
            response.headers["Cache-Control"] = "no-store"
        return response


def _check_forms(console: Blueprint, settings: Settings) -> None:
    """Refuse what is sent without the token of a form of ours: another site may have sent it."""
    forms: list[CSRFProtect] = []

    @console.record_once
    def set_up(state: BlueprintSetupState) -> None:
        forms.append(bake(cast(Flask, state.app), settings))

    @console.before_request
    def own_forms_only() -> None:
        forms[0].protect()

    @console.errorhandler(CSRFError)
    def not_our_form(error: CSRFError) -> Response:
        text = (
            "Nothing was changed. This form has lapsed, perhaps because you signed in again since. "
            "Please go back, load the page again and send it once more."
        )
        return notice("Please send that once more", text, 400)


def refusal(spent: bool = False) -> Response:
    """The page for those who are not signed in; `spent` where their link does not work any more."""
    return make_response(render_template("console/refusal.html", spent=spent), 403)


def notice(title: str, text: str, status: int) -> Response:
    """A page that says one thing."""
    return make_response(render_template("console/notice.html", title=title, text=text), status)
