"""The relay: moves on what was promised. Run as `python -m ivr.processes.relay`.

One thread per loop, so that a slow mail server does not hold up the journal. What a loop that fails
was doing is still in Redis or in the outbox.
"""

from __future__ import annotations

import sys

from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.redis.queue.changes import QueueChanges
from ivr.adapters.redis.queue.fact_stream import drain_facts
from ivr.adapters.redis.speech_dispatch import dispatch_once
from ivr.adapters.redis.turn_journal import drain
from ivr.adapters.speech import server_facts
from ivr.adapters.speech.models.offers import ModelOffers
from ivr.bootstrap import relay_services
from ivr.core.records.outbox import OutboxKind
from ivr.processes.loops import Loop, run_process
from ivr.processes.reconciliation import HourlyReconciliation, open_reconciliation
from ivr.services.conversations.stray_rooms import EVERY_SECONDS as STRAYS_EVERY_SECONDS
from ivr.services.deliveries.digest import digest_once
from ivr.services.deliveries.escalation import EscalationService
from ivr.services.deliveries.events import events_once
from ivr.services.deliveries.relay import deliver_once
from ivr.services.deliveries.texts import text_once
from ivr.services.retention.discard import discard_once
from ivr.services.retention.purge import EVERY_SECONDS, purge_once
from ivr.settings import Settings

JOURNAL_BLOCK_MS = 500
RING_SECONDS = 0.5
"""How often callers are offered where nothing tells that something has changed."""

MANY_SECONDS = 1800.0
"""A step that deletes what many clients have kept for years, or asks the carrier for as much, one
by one."""


def loops(settings: Settings) -> list[Loop]:
    """The relay's loops."""
    services = relay_services(settings)
    now = services.clock
    redis, records, library = services.redis, services.records, services.library
    queue, telephone, recorder = services.queue, services.telephone, services.recorder
    conversations, called_back = services.conversations, services.called_back
    escalation = EscalationService(records, services.jobs, now)
    changes = QueueChanges(redis)
    facts = FactJournal(redis)

    def ring() -> int:
        changes.wait(RING_SECONDS)
        return services.ringer.offer()

    def call_backs() -> int:
        under_way = conversations.call_backs
        ended = called_back.end_unrung(now(), under_way)
        return ended + services.call_backs.hold(now(), under_way)

    reconciling = HourlyReconciliation(
        redis, now, lambda: open_reconciliation(settings, redis, records, now)
    )

    def languages() -> set[str]:
        return {flow.client.language for flow in library()}

    model_offers = ModelOffers(settings.speech_models, languages, _say)

    def deliver(*kinds: OutboxKind) -> int:
        return deliver_once(records, services.delivery_channels, now(), kinds)

    def events() -> int:
        key, agency = settings.secret_key, services.agency
        return events_once(records, services.post, key, agency, now())

    return [
        Loop("journal", lambda: drain(redis, records, JOURNAL_BLOCK_MS), 0.0),
        Loop("facts", lambda: facts.drain(recorder.record), 0.5),
        Loop("queue-facts", lambda: drain_facts(redis, records.queue, JOURNAL_BLOCK_MS), 0.0),
        Loop(
            "dispatch",
            lambda: dispatch_once(records, redis, services.recording_links, now()),
            0.25,
        ),
        Loop("jobs", escalation.once, 1.0),
        Loop("delivery", lambda: deliver(OutboxKind.EMAIL, OutboxKind.CORRECTION), 1.0),
        Loop("notices", lambda: deliver(OutboxKind.NOTICE), 1.0),
        Loop("webhooks", lambda: deliver(OutboxKind.WEBHOOK), 1.0),
        Loop("events", events, 1.0),
        Loop("digests", lambda: digest_once(records, services.delivery_channels, now()), 5.0),
        Loop("texts", lambda: text_once(records, services.text_carrier, now()), 1.0),
        Loop("ringing", ring, 0.0),
        Loop("unwanted", services.ringer.hang_up_unwanted, 0.5),
        Loop("conversations", lambda: conversations.tend(now()), 1.0),
        Loop("stray-rooms", services.stray_rooms.look, STRAYS_EVERY_SECONDS),
        Loop(
            "discard",
            lambda: discard_once(records, telephone, services.storage, now()),
            60.0,
            MANY_SECONDS,
        ),
        Loop(
            "purge",
            lambda: purge_once(records, services.storage, now()),
            EVERY_SECONDS,
            MANY_SECONDS,
        ),
        Loop("reconcile", reconciling.once, 15.0, MANY_SECONDS),
        Loop("reservations", lambda: queue.expire(now()), 1.0),
        Loop("call-backs", call_backs, 2.0),
        Loop("speech-home", lambda: server_facts.announce(settings, redis), 5.0),
        # Without workers of its own, all is heard on other machines, which say what they lack.
        *([Loop("speech-models", model_offers.once, 5.0)] if settings.speech_workers else []),
    ]


def _say(line: str) -> None:
    """Below what the supervisor has said when all had started."""
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run_process("relay", loops)
