"""The web application: the carrier's webhooks, the console, the health pages, our audio."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog
from flask import Flask, Response, redirect, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.files.flows.library import Library
from ivr.adapters.files.flows.reload import report
from ivr.adapters.files.hold_music import hold_music
from ivr.adapters.files.known_versions import KnownVersionsFile
from ivr.adapters.recordings import open_storage
from ivr.adapters.redis.outgoing_counts import OutgoingCounts
from ivr.adapters.redis.server import connect, listener_path
from ivr.adapters.speech.live.hearing import ListenerSession
from ivr.adapters.sql import open_records
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.adapters.twilio.rest.telephone import Telephone
from ivr.adapters.twilio.signature import Signatures
from ivr.bootstrap import CallWiring, open_recorder, open_statuses
from ivr.core.flow.findings import Severity
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind
from ivr.core.nodes.http import MOMENT_MUSIC
from ivr.errors import FlowError
from ivr.recording_routes import recording_routes
from ivr.services.calls.stream_links import StreamLinks
from ivr.services.calls.whereabouts import Whereabouts
from ivr.services.conversations.legs import Legs
from ivr.services.conversations.whisper import Whispers
from ivr.services.current_statuses import CurrentStatuses
from ivr.services.outgoing_limits import OutgoingLimits
from ivr.services.recording_links import RecordingLinks
from ivr.settings import Settings, load_settings
from ivr.web.api.app import mount
from ivr.web.api.services import ApiServices
from ivr.web.console.routes import ConsoleServices, console_routes
from ivr.web.health import health_routes
from ivr.web.hooks.conferences.leg_routes import leg_routes
from ivr.web.hooks.conferences.operator_routes import OperatorLegServices, operator_routes
from ivr.web.hooks.conferences.routes import ConferenceServices, conference_routes
from ivr.web.hooks.live.routes import StreamServices, live_routes
from ivr.web.hooks.live.words import LiveWords
from ivr.web.hooks.media import media_routes
from ivr.web.hooks.routes import WebhookServices, carrier_routes
from ivr.web.hooks.texts import sms_routes
from ivr.web.public_origin import PublicOrigin

MAX_FORM_BYTES = 64 * 1024

log = structlog.get_logger()


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The WSGI application. `settings` default to the environment's.

    Raises `SettingsError`, and `FlowError` where there is no folder of client files.
    """
    settings = settings or load_settings()
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    records = open_records(settings.database_url)
    known = KnownVersionsFile(settings.data / "versions.json")
    versions = RecordedVersions(records, clock, file=known)
    library = Library(settings.flows, KINDS, versions)
    report(library)
    app.extensions["library"] = library
    redis = connect(settings)
    statuses = CurrentStatuses(records.statuses, clock)
    app.extensions["statuses"] = statuses
    wiring = CallWiring(settings, redis, records, library, clock, statuses.standing)
    store, agency, telephone = wiring.store, wiring.agency, Telephone(settings)
    exchange = wiring.exchange(Whereabouts(store, records, telephone).has_left_the_line)
    floor, legs = exchange.floor, Legs(exchange.floor, exchange.conferences)
    app.extensions["exchange"] = exchange
    streams = StreamLinks(settings.secret_key, settings.public_url, clock)
    live = streams if settings.live_streams else None
    recorder = open_recorder(redis, records, lambda: library, floor, statuses.refresh)
    limits = OutgoingLimits(OutgoingCounts(redis), settings.countries)
    calls = wiring.calls(recorder, live, limits)
    turns, keeper, intake = calls.turns, calls.keeper, calls.intake
    signatures = Signatures(settings.auth_token, settings.public_url, settings.account_sid)
    whispers = Whispers(library, store, clock)
    board = WebhookServices(signatures, turns, keeper, whispers, floor, clock)
    app.register_blueprint(carrier_routes(board))
    hearing = partial(ListenerSession, listener_path(settings.data))
    words = LiveWords(library, store, turns, telephone, hearing, clock)
    app.extensions["live_words"] = words if live else None
    most = max(1, settings.web_threads // 2)
    app.register_blueprint(live_routes(StreamServices(signatures, streams, words, most)))
    desk = OperatorLegServices(signatures, library, floor, legs, clock)
    app.register_blueprint(operator_routes(desk))
    app.register_blueprint(leg_routes(signatures, settings.public_url))
    rooms = ConferenceServices(signatures, library, floor, legs, intake, clock)
    app.register_blueprint(conference_routes(rooms))
    own = wiring.operator_calls(exchange, limits)
    app.extensions["operator_calls"] = own
    jobs, saying = wiring.jobs, open_statuses(redis, records, statuses.refresh)
    console = ConsoleServices(
        settings, library, records, redis, clock, agency, floor, jobs, saying, own
    )
    app.register_blueprint(console_routes(console))
    app.register_blueprint(sms_routes(signatures, library, intake, clock))
    flows = {"flows": partial(_flows_are_good, library)}
    app.register_blueprint(health_routes(settings, flows, lambda: len(library.errors)))
    app.register_blueprint(media_routes(settings.flows, library))
    recordings, own_links = open_storage(settings.recordings), RecordingLinks(settings.secret_key)
    app.register_blueprint(recording_routes(own_links, records, recordings, clock))
    app.add_url_rule("/", view_func=_home)
    app.add_url_rule("/media/hold.wav", view_func=_hold_music)
    app.add_url_rule(MOMENT_MUSIC, view_func=_moment_music)
    mount(app, ApiServices(settings, library, records, redis, agency, jobs, saying, clock))
    app.wsgi_app = PublicOrigin(app.wsgi_app, settings.public_url)  # type: ignore[method-assign]
    if settings.public_url.startswith("https:"):
        # Whoever speaks TLS for us stands before us, and says who asks.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    return app


def _flows_are_good(library: Library[Kind]) -> None:
    """Raises `FlowError` where a file is broken: the version before it answers, or nobody."""
    errors = [each for each in library.findings if each.severity is Severity.ERROR]
    if errors:
        raise FlowError(f"The client files have {len(errors)} errors; see `python -m ivr check`.")


def _home() -> AnyResponse:
    """People who type the bare address want the console."""
    return redirect(url_for("console.home"))


def _hold_music() -> Response:
    return _music(hold_music())


def _moment_music() -> Response:
    return _music(hold_music(bars=1))


def _music(audio: bytes) -> Response:
    response = Response(audio, content_type="audio/wav")
    response.cache_control.max_age = 24 * 3600
    return response
