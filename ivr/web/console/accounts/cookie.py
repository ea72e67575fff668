"""The console's one cookie: Flask's signed session, which holds the sign-in and the form token.

As both stand in one cookie, a form's token is worth nothing beside anybody else's sign-in. No
other part of the server reads or sets it: a webhook does not pay for it.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from ivr.settings import Settings

COOKIE = "tango_console"
SECURE_COOKIE = "__Host-tango"
"""Its name under https. A browser takes a `__Host-` cookie from this very host alone
(https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie)."""

COOKIE_LASTS = timedelta(hours=12)


class ConsoleSessions(SecureCookieSessionInterface):
    """Sessions for the addresses below `/console/`; all others get an empty one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session that the browser sent."""
        if not request.path.startswith("/console/"):
            return self.session_class()
        return super().open_session(app, request)


def bake(app: Flask, settings: Settings) -> CSRFProtect:
    """Give the application its cookie, and templates `csrf_token()`; returns what checks forms."""
    secure = settings.public_url.startswith("https:")
    app.secret_key = settings.secret_key
    app.session_interface = ConsoleSessions()
    app.config.update(
        SESSION_COOKIE_NAME=SECURE_COOKIE if secure else COOKIE,
        SESSION_COOKIE_PATH="/" if secure else "/console",  # `__Host-` asks for "/"
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=COOKIE_LASTS,
        WTF_CSRF_CHECK_DEFAULT=False,  # the carrier's webhooks are signed, not ours
        WTF_CSRF_TIME_LIMIT=None,  # a form may stand open for as long as one is signed in
        WTF_CSRF_SSL_STRICT=False,  # our pages send no Referer
    )
    return CSRFProtect(app)
