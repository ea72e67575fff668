"""The scripts of other people that the console's pages use.

They are npm packages, and not kept here: a checkout has them by `make scripts`, a wheel carries
them. Without them every page works, and does not update by itself.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from flask import Blueprint, Response, abort, send_file, url_for

from ivr.project import PROJECT
from ivr.web.console.access import open_to_all

FOLDER = PROJECT / "node_modules"

SCRIPTS = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "sse.js": "htmx-ext-sse/dist/sse.min.js",
    "twilio.js": "@twilio/voice-sdk/dist/twilio.min.js",
}
"""Each script's name on our pages, and its file."""

YEAR_SECONDS = 365 * 24 * 3600


@cache
def mark(name: str) -> str | None:
    """What changes with the text of a script; None where it is not installed."""
    try:
        return sha256((FOLDER / SCRIPTS[name]).read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return None


def script_routes(console: Blueprint) -> None:
    """Add the scripts' addresses, and `script(name)` to the templates: its address, or None."""

    @console.get("/scripts/<marked>/<name>")
    @open_to_all
    def script(marked: str, name: str) -> Response:
        if name not in SCRIPTS or marked != mark(name):
            abort(404)
        answer = send_file(FOLDER / SCRIPTS[name], mimetype="text/javascript")
        answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        return answer

    @console.app_template_global("script")
    def address(name: str) -> str | None:
        marked = mark(name)
        return url_for("console.script", marked=marked, name=name) if marked else None
