"""The tables, for queries. What makes them is in `migrations/`; a test holds the two together."""

from __future__ import annotations

from ivr.records.tables.base import UtcDateTime, insert, metadata
from ivr.records.tables.call import WITHHELD, call_events, calls, legs, turns
from ivr.records.tables.delivery import deliveries, outbox
from ivr.records.tables.flow import flow_versions, number_holders, publications
from ivr.records.tables.job import drafts, job_acts, jobs
from ivr.records.tables.keeping import erased, purges
from ivr.records.tables.message import corrections, messages, texts_received
from ivr.records.tables.person import accounts, audit, sessions, statuses
from ivr.records.tables.program import kept_answers, subscriptions, tokens
from ivr.records.tables.queue import callbacks, operator_states, queue_offers, queue_visits
from ivr.records.tables.recording import call_recordings, transcripts
from ivr.records.tables.search import search_documents

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
