"""The web application: the carrier's webhooks, console, API, health pages and our audio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from flask import Blueprint, Flask, Response, redirect, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.hold_music import hold_music
from ivr.bootstrap import Services, utc_now, web_services
from ivr.core.flow.findings import Severity
from ivr.core.nodes.base import Kind
from ivr.core.nodes.http import MOMENT_MUSIC
from ivr.errors import FlowError
from ivr.settings import Settings, load_settings
from ivr.web.api.app import mount
from ivr.web.console.routes import console_routes
from ivr.web.health import health_routes
from ivr.web.hooks.blueprints import hook_blueprints, live_words
from ivr.web.public_origin import PublicOrigin
from ivr.web.recording_routes import recording_routes

MAX_FORM_BYTES = 64 * 1024


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The WSGI application. `settings` default to the environment's.

    Raises `SettingsError`, and `FlowError` where there is no folder of client files.
    """
    services = web_services(settings or load_settings(), clock)
    words = live_words(services)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    app.extensions["services"], app.extensions["live_words"] = services, words
    for blueprint in (*hook_blueprints(services, words), *_other_blueprints(services)):
        app.register_blueprint(blueprint)
    mount(app, services)
    _stand_behind_proxies(app, services.settings.public_url)
    return app


def _other_blueprints(services: Services) -> Iterator[Blueprint]:
    """All that is not for the carrier, but for people, programs and machines."""
    library = services.library()
    yield console_routes(services)
    flows = {"flows": partial(_flows_are_good, library)}
    yield health_routes(services.settings, flows, lambda: len(library.errors))
    links, storage = services.recording_links, services.storage
    yield recording_routes(links, services.records, storage, services.clock)
    yield _music_routes()


def _stand_behind_proxies(app: Flask, public_url: str) -> None:
    app.wsgi_app = PublicOrigin(app.wsgi_app, public_url)  # type: ignore[method-assign]
    if public_url.startswith("https:"):
        # Whoever speaks TLS for us stands before us, and says who asks.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]


def _flows_are_good(library: FolderLibrary[Kind]) -> None:
    """Raises `FlowError` where a file is broken: the version before it answers, or nobody."""
    errors = [each for each in library.findings if each.severity is Severity.ERROR]
    if errors:
        raise FlowError(f"The client files have {len(errors)} errors; see `python -m ivr check`.")


def _music_routes() -> Blueprint:
    """What callers hear while they wait; and people who type the bare address want the console."""
    routes = Blueprint("music", __name__)

    @routes.get("/")
    def home() -> AnyResponse:
        return redirect(url_for("console.home"))

    @routes.get("/media/hold.wav")
    def hold() -> Response:
        return _music(hold_music())

    @routes.get(MOMENT_MUSIC)
    def moment() -> Response:
        return _music(hold_music(bars=1))

    return routes


def _music(audio: bytes) -> Response:
    response = Response(audio, content_type="audio/wav")
    response.cache_control.max_age = 24 * 3600
    return response
