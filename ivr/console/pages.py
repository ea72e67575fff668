"""What every page of the console has in common: strict headers, and no entry without a session."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from ivr.console.sign_in import SignIn

COOKIE = "tango_console"

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


def guard(console: Blueprint, sign_in: SignIn) -> None:
    """Let only those who are signed in see the pages of `console`, and add the headers."""

    @console.before_request
    def signed_in_only() -> Response | None:
        if request.endpoint in OPEN or sign_in.signed_in(request.cookies.get(COOKIE)):
            return None
        return refusal()

    @console.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint not in OPEN:
            response.headers["Cache-Control"] = "no-store"
        return response


def refusal(spent: bool = False) -> Response:
    """The page for those who are not signed in; `spent` where their link does not work any more."""
    return make_response(render_template("console/refusal.html", spent=spent), 403)


def notice(title: str, text: str, status: int) -> Response:
    """A page that says one thing."""
    return make_response(render_template("console/notice.html", title=title, text=text), status)
