"""Tango: a call-answering engine for telephone-answering agencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from ivr.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application of a server, which takes up changed client files by itself.

    `settings` default to the environment's. Raises `SettingsError`, and `FlowError` where there
    is no folder of client files.
    """
    from ivr.adapters.files.flows.reload import watch  # late, so that commands start quickly
    from ivr.web.app import create_app as create

    app = create(settings)
    services, words = app.extensions["services"], app.extensions["live_words"]
    prepare = words.prepare if services.settings.live_streams else lambda: None
    watch(services.library(), services.current_statuses.refresh, prepare)
    return app
