"""Every address that the carrier calls, with what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Blueprint

from ivr.adapters.redis.server import listener_path
from ivr.adapters.speech.live.hearing import ListenerSession
from ivr.bootstrap import Services
from ivr.services.conversations.legs import Legs
from ivr.services.conversations.whisper import Whispers
from ivr.web.hooks.conferences.leg_routes import leg_routes
from ivr.web.hooks.conferences.operator_routes import OperatorLegServices, operator_routes
from ivr.web.hooks.conferences.routes import ConferenceServices, conference_routes
from ivr.web.hooks.live.routes import StreamServices, live_routes
from ivr.web.hooks.live.words import LiveWords
from ivr.web.hooks.media import media_routes
from ivr.web.hooks.routes import WebhookServices, carrier_routes
from ivr.web.hooks.texts import sms_routes


def live_words(services: Services) -> LiveWords:
    """What listens to callers while they speak."""
    settings, library = services.settings, services.library()
    hearing = partial(ListenerSession, listener_path(settings.data))
    return LiveWords(
        library, services.store, services.turns, services.telephone, hearing, services.clock
    )


def hook_blueprints(services: Services, words: LiveWords) -> Iterator[Blueprint]:
    """The blueprints of `/twilio/…` and of the audio that the carrier plays."""
    settings, clock, signatures = services.settings, services.clock, services.signatures
    library, intake = services.library(), services.intake
    conversations, conferences = services.conversations, services.conferences
    legs, whispers = Legs(conversations, conferences), Whispers(library, services.store, clock)
    turns, messages = services.turns, services.message_keeper
    yield carrier_routes(
        WebhookServices(signatures, turns, messages, whispers, conversations, clock)
    )
    most = max(1, settings.web_threads // 2)
    yield live_routes(StreamServices(signatures, services.streams, words, most))
    yield operator_routes(OperatorLegServices(signatures, library, conversations, legs, clock))
    yield leg_routes(signatures, settings.public_url)
    yield conference_routes(
        ConferenceServices(signatures, library, conversations, legs, intake, clock)
    )
    yield sms_routes(signatures, library, intake, clock)
    yield media_routes(settings.flows, library)
