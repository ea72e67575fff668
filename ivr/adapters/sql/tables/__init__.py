"""The tables, for queries. What makes them is in `migrations/`; a test holds the two together."""

from __future__ import annotations

from ivr.adapters.sql.tables.base import UtcDateTime, insert, metadata
from ivr.adapters.sql.tables.call import call_events, calls, legs, turns
from ivr.adapters.sql.tables.delivery import deliveries, outbox
from ivr.adapters.sql.tables.flow import flow_versions, number_holders, publications
from ivr.adapters.sql.tables.job import drafts, job_acts, jobs
from ivr.adapters.sql.tables.keeping import erased, purges
from ivr.adapters.sql.tables.message import corrections, messages, texts_received
from ivr.adapters.sql.tables.person import accounts, audit, sessions, statuses
from ivr.adapters.sql.tables.program import kept_answers, subscriptions, tokens
from ivr.adapters.sql.tables.queue import callbacks, operator_states, queue_offers, queue_visits
from ivr.adapters.sql.tables.recording import call_recordings, transcripts
from ivr.adapters.sql.tables.search import search_documents
from ivr.core.records.numbers import WITHHELD

__all__ = [
    "WITHHELD",
    "UtcDateTime",
    "accounts",
    "audit",
    "call_events",
    "call_recordings",
    "callbacks",
    "calls",
    "corrections",
    "deliveries",
    "drafts",
    "erased",
    "flow_versions",
    "insert",
    "job_acts",
    "jobs",
    "kept_answers",
    "legs",
    "messages",
    "metadata",
    "number_holders",
    "operator_states",
    "outbox",
    "publications",
    "purges",
    "queue_offers",
    "queue_visits",
    "search_documents",
    "sessions",
    "statuses",
    "subscriptions",
    "texts_received",
    "tokens",
    "transcripts",
    "turns",
]
