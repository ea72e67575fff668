"""A WSGI application with nothing but the health pages, for the supervisor's tests."""

from __future__ import annotations

from flask import Flask

from ivr.health import health_routes
from ivr.settings import load_settings

app = Flask(__name__)
app.register_blueprint(health_routes(load_settings()))
