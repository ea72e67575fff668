"""A WSGI application with nothing but the health pages, for the supervisor's tests."""

from __future__ import annotations

from flask import Flask

from ivr.settings import load_settings
from ivr.web.health import health_routes

app = Flask(__name__)
app.register_blueprint(health_routes(load_settings()))
