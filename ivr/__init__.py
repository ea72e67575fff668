"""Tango: a call-answering engine for telephone-answering agencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from ivr.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application; `settings` default to the environment's."""
    from ivr.web import create_app as create  # late, so that commands start quickly

    return create(settings)
