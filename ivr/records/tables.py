"""The tables, for queries. What makes them is in `migrations/`; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: aware in Python, in UTC in the database (SQLite keeps no zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("client", sa.String),
    sa.Column("from_", sa.String, nullable=False),
    sa.Column("to", sa.String, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("flow_version", sa.String, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("path", sa.JSON, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", sa.String),
    sa.Index("calls_started_at", "started_at"),
    sa.Index("calls_client_started_at", "client", "started_at"),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("said", sa.Text),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("way", sa.JSON, nullable=False),
)

legs = sa.Table(
    "legs",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("to", sa.String),
    sa.Column("sid", sa.String),
    sa.Column("started_at", UtcDateTime),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("how", sa.String),
    sa.Index("legs_call_sid", "call_sid"),
)

call_events = sa.Table(
    "call_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("once", sa.String, nullable=False, unique=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("who", sa.String),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Index("call_events_call_sid", "call_sid"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("recording_sid", sa.String, nullable=False, unique=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("caller", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("node", sa.String, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("timezone", sa.String, nullable=False),
    sa.Column("client_name", sa.String, nullable=False),
    sa.Column("recipient_name", sa.String, nullable=False),
    sa.Column("recipient_email", sa.String),
    sa.Column("recording_url", sa.String),
    sa.Column("audio", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("recogniser", sa.String),
    sa.Column("model", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("words", sa.JSON(none_as_null=True)),
    sa.Column("hearing", sa.JSON(none_as_null=True)),
    sa.Column("version", sa.String),
    sa.Column("stretches", sa.JSON(none_as_null=True)),
    sa.Column("number_given", sa.String),
    sa.Column("difference", sa.String),
    sa.Column("reach", sa.JSON(none_as_null=True)),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("audio_gone_at", UtcDateTime),
    sa.Index("messages_received_at", "received_at"),
    sa.Index("messages_client_received_at", "client", "received_at"),
    sa.Index("messages_call_sid", "call_sid"),
)

call_recordings = sa.Table(
    "call_recordings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("recording_sid", sa.String, nullable=False, unique=True),
    sa.Column("conversation", sa.String, nullable=False),
    sa.Column("call_sid", sa.String),
    sa.Column("client", sa.String),
    sa.Column("caller", sa.String),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("channels", sa.Integer),
    sa.Column("speakers", sa.JSON, nullable=False),
    sa.Column("recording_url", sa.String),
    sa.Column("audio", sa.String),
    sa.Column("stored_at", UtcDateTime),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("settled_at", UtcDateTime),
    sa.Column("transcribe", sa.Boolean, nullable=False),
    sa.Column("hearing", sa.JSON(none_as_null=True)),
    sa.Column("recogniser", sa.String),
    sa.Column("model", sa.String),
    sa.Column("version", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("words", sa.JSON(none_as_null=True)),
    sa.Column("stretches", sa.JSON(none_as_null=True)),
    sa.Column("audio_gone_at", UtcDateTime),
    sa.Index("call_recordings_call_sid", "call_sid"),
    sa.Index("call_recordings_client_began_at", "client", "began_at"),
)

# `message` is the id of whatever was heard: a message, or a recording of a conversation.
transcripts = sa.Table(
    "transcripts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message", sa.String(32), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("recogniser", sa.String, nullable=False),
    sa.Column("model", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
    sa.Index("transcripts_message", "message"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("subject", sa.String(32), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_claimed_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("given_up", sa.Boolean, nullable=False),
    sa.Column("error", sa.Text),
    sa.Index("outbox_subject", "subject"),
    sa.Index(
        "outbox_unfinished",
        "kind",
        "due_at",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
)


texts_received = sa.Table(
    "texts_received",
    metadata,
    sa.Column("message_sid", sa.String, primary_key=True),
    sa.Column("client", sa.String),
    sa.Column("from_", sa.String, nullable=False),
    sa.Column("to", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Index("texts_received_at", "received_at"),
)

flow_versions = sa.Table(
    "flow_versions",
    metadata,
    sa.Column("client", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("texts", sa.JSON, nullable=False),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("live_from", UtcDateTime, nullable=False),
    sa.Column("published_at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("how", sa.String, nullable=False),
    sa.Column("note", sa.String, nullable=False),
    sa.Column("once", sa.String, unique=True),
    sa.Column("withdrawn_at", UtcDateTime),
    sa.Column("withdrawn_by", sa.String),
    sa.Index("publications_client_live_from", "client", "live_from"),
)

number_holders = sa.Table(
    "number_holders",
    metadata,
    sa.Column("number", sa.String, primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("login", sa.String, nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("email", sa.String, unique=True),
    sa.Column("operator", sa.String),
    sa.Column("client", sa.String),
    sa.Column("person", sa.String),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("password", sa.String),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(32), nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index("sessions_account", "account"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("client", sa.String),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("made_by", sa.String, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("revoked_at", UtcDateTime),
    sa.Column("seen_at", UtcDateTime),
)

kept_answers = sa.Table(
    "kept_answers",
    metadata,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(36), primary_key=True),
    sa.Column("request", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Index("kept_answers_made_at", "made_at"),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("token", sa.String(32), nullable=False),
    sa.Column("client", sa.String),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("events", sa.JSON, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("reason", sa.Text),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failing_since", UtcDateTime),
    sa.Index("subscriptions_token", "token"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("account", sa.String(32), nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("client", sa.String),
    sa.Column("about", sa.String),
    sa.Index("audit_at", "at"),
)

statuses = sa.Table(
    "statuses",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("person", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("starts", UtcDateTime, nullable=False),
    sa.Column("ends", UtcDateTime),
    sa.Column("set_at", UtcDateTime, nullable=False),
    sa.Column("set_by", sa.String, nullable=False),
    sa.Column("set_how", sa.String, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_by", sa.String),
    sa.Column("ended_how", sa.String),
    sa.Column("over_at", UtcDateTime),
    sa.Index("statuses_client_set_at", "client", "set_at"),
    sa.Index("statuses_over_at", "over_at"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("flow_version", sa.String, nullable=False),
    sa.Column("operator", sa.String, nullable=False),
    sa.Column("caller", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Index("drafts_operator_began_at", "operator", "began_at"),
)


jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("summary", sa.String, nullable=False),
    sa.Column("caller", sa.String),
    sa.Column("call_sid", sa.String),
    sa.Column("message", sa.String(32), unique=True),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("opened_by", sa.String, nullable=False),
    sa.Column("owner_kind", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("owner_name", sa.String, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("line", sa.JSON, nullable=False),
    sa.Column("acted_at", UtcDateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("rests_until", UtcDateTime),
    sa.Column("snoozed_until", UtcDateTime),
    sa.Column("reminded", sa.Boolean, nullable=False),
    sa.Column("alarmed", sa.Boolean, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("outcome", sa.String),
    sa.Column("reason", sa.Text),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("rises_at", UtcDateTime),
    sa.Column("read_at", UtcDateTime),
    sa.Column("read_by", sa.String),
    sa.CheckConstraint("owner_kind <> '' AND owner <> '' AND owner_name <> ''", "jobs_owned"),
    sa.Index("jobs_state_due_at", "state", "due_at"),
    sa.Index("jobs_client_state", "client", "state"),
    sa.Index("jobs_rises_at", "rises_at"),
)

job_acts = sa.Table(
    "job_acts",
    metadata,
    sa.Column("job", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("act", sa.JSON, nullable=False),
    sa.Column("owner_kind", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("owner_name", sa.String, nullable=False),
)

callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("node", sa.String, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("shown", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("ticket", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("after", sa.Integer, nullable=False),
    sa.Column("hours", sa.JSON(none_as_null=True)),
    sa.Column("timezone", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("reached_at", UtcDateTime),
    sa.Column("reached_call", sa.String),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("reason", sa.String),
    sa.Column("conversation", sa.String, nullable=False, server_default=""),
    sa.Column("counted", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("job", sa.String),
    sa.Column("rung_by", sa.String),
    sa.Index(
        "callbacks_waiting",
        "client",
        "number",
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index("callbacks_asked_at", "asked_at"),
)

purges = sa.Table(
    "purges",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("client", sa.String),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Index("purges_at", "at"),
)

erased = sa.Table("erased", metadata, sa.Column("digest", sa.String(64), primary_key=True))

search_documents = sa.Table(
    "search_documents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("client", sa.String),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "subject", name="search_documents_subject"),
    sa.Index("search_documents_client_id", "client", "id"),
)


deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("promise", sa.String, nullable=False),
    sa.Column("client", sa.String, nullable=False),
    sa.Column("message", sa.String(32)),
    sa.Column("job", sa.String(32)),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("again_at", UtcDateTime),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("arrived_at", UtcDateTime),
    sa.Column("provider_id", sa.String),
    sa.Column("digest", sa.String),
    sa.Column("error", sa.Text),
    sa.Column("error_code", sa.Integer),
    sa.Column("acknowledged_at", UtcDateTime),
    sa.Column("acknowledged_by", sa.String),
    sa.Column("acknowledged_how", sa.String),
    sa.Index("deliveries_promise", "promise"),
    sa.Index("deliveries_message", "message"),
    sa.Index("deliveries_job", "job"),
    sa.Index("deliveries_digest", "digest"),
    sa.Index("deliveries_provider_id", "provider_id"),
    sa.Index("deliveries_address_sent_at", "address", "sent_at"),
    sa.Index("deliveries_state_sent_at", "state", "sent_at"),
)

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("message", sa.String(32), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("corrections_message", "message"),
)


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """`INSERT` in the connection's own dialect: SQLite and PostgreSQL both know ON CONFLICT."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


queue_visits = sa.Table(
    "queue_visits",
    metadata,
    sa.Column("call_sid", sa.String, primary_key=True),
    sa.Column("joined_at", UtcDateTime, primary_key=True),
    sa.Column("client", sa.String),
    sa.Column("priority", sa.Integer),
    sa.Column("callback", sa.Boolean),
    sa.Column("left_at", UtcDateTime),
    sa.Column("how", sa.String),
    sa.Index("queue_visits_joined_at", "joined_at"),
)

queue_offers = sa.Table(
    "queue_offers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("call_sid", sa.String, nullable=False),
    sa.Column("joined_at", UtcDateTime, nullable=False),
    sa.Column("operator", sa.String, nullable=False),
    sa.Column("offered_at", UtcDateTime),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("how", sa.String),
    sa.Index("queue_offers_joined_at", "joined_at"),
)

operator_states = sa.Table(
    "operator_states",
    metadata,
    sa.Column("operator", sa.String, primary_key=True),
    sa.Column("since", UtcDateTime, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Index("operator_states_since", "since"),
)
