"""Every metric, in one place; docs/metrics.md explains them and a test holds the two together.

Under `serve` all processes write to one folder (PROMETHEUS_MULTIPROC_DIR, set by the
supervisor) and `GET /metrics` of any web process adds them up.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge

TURNS = Counter(
    "tango_turns_total",
    "Webhooks that took a call further, or would have.",
    ["result"],
)
FACTS = Counter(
    "tango_facts_total",
    "What webhooks said that the records did not take at once, by what came of it.",
    ["result"],
)
WEBHOOKS_REFUSED = Counter(
    "tango_webhooks_refused_total",
    "Requests to /twilio/… without a valid signature.",
)
REQUESTS_TURNED_AWAY = Counter(
    "tango_requests_turned_away_total",
    "Requests that the web server itself refused, by the status of the answer.",
    ["status"],
)
SIGN_INS_BUSY = Counter(
    "tango_sign_ins_busy_total",
    "Sign-ins that were refused because too many passwords were being checked.",
)
API_REQUESTS = Counter(
    "tango_api_requests_total",
    "Requests to /api/v1/… by operation and by the status of the answer.",
    ["operation", "status"],
)
ASKED = Counter(
    "tango_asked_total",
    "Requests of `http` nodes to other systems.",
    ["result"],
)
LIVE_STREAMS = Counter(
    "tango_live_streams_total",
    "Streams of what a caller says while a node with `listen: live` waits.",
    ["result"],
)
QUEUE_WAITING = Gauge(
    "tango_queue_waiting",
    "Callers who wait for an operator, without those for whom one is being rung.",
    multiprocess_mode="mostrecent",
)
QUEUE_LONGEST_SECONDS = Gauge(
    "tango_queue_longest_seconds",
    "How long the one has waited who waits the longest.",
    multiprocess_mode="mostrecent",
)
OPERATORS = Gauge(
    "tango_operators",
    "Operators, by what they are doing.",
    ["state"],
    multiprocess_mode="mostrecent",
)
LIVE_CONSOLES = Gauge(
    "tango_live_consoles",
    "Consoles that are told at once what has changed.",
    multiprocess_mode="livesum",
)
LIVE_CONSOLES_REFUSED = Counter(
    "tango_live_consoles_refused_total",
    "Consoles that were not, because there were too many; they ask every 15 seconds.",
)
SPEECH_WORKERS = Gauge(
    "tango_speech_workers",
    "Speech workers that hear, or wait for something to hear, on all machines.",
    multiprocess_mode="mostrecent",
)
SPEECH_UNHEARD = Gauge(
    "tango_speech_unheard",
    "Recordings that wait because no worker has a model for their language.",
    multiprocess_mode="mostrecent",
)
SPEECH_JOBS = Gauge(
    "tango_speech_jobs",
    "Jobs of the speech workers so far, by what came of them.",
    ["outcome"],
    multiprocess_mode="mostrecent",
)
SPEECH_AUDIO_SECONDS = Gauge(
    "tango_speech_audio_seconds",
    "Seconds of recordings that were turned into words so far.",
    multiprocess_mode="mostrecent",
)
SPEECH_WORK_SECONDS = Gauge(
    "tango_speech_work_seconds",
    "Seconds that this took the workers.",
    multiprocess_mode="mostrecent",
)
FLOW_ERRORS = Gauge(
    "tango_flow_errors",
    "Errors in the client files; a file with errors takes no calls.",
    multiprocess_mode="mostrecent",
)
PROCESS_RESTARTS = Counter(
    "tango_process_restarts_total",
    "Times that the supervisor has started a process again because it had ended.",
    ["process"],
)
PROCESSES_HUNG = Counter(
    "tango_processes_hung_total",
    "Times that a process was ended because it gave no more signs of life.",
    ["process"],
)
RELAY_ERRORS = Counter(
    "tango_relay_errors_total",
    "Errors in one of the relay's loops; the loop goes on after a pause.",
    ["loop"],
)
JOBS_OPEN = Gauge(
    "tango_jobs_open",
    "Jobs that are not closed.",
    multiprocess_mode="mostrecent",
)
JOBS_OVERDUE = Gauge(
    "tango_jobs_overdue",
    "Open jobs that should have been done by now.",
    multiprocess_mode="mostrecent",
)
CALL_BACKS_WAITING = Gauge(
    "tango_call_backs_waiting",
    "Call backs that were promised and not made yet.",
    multiprocess_mode="mostrecent",
)
CALL_BACKS_OLDEST_SECONDS = Gauge(
    "tango_call_backs_oldest_seconds",
    "How long ago the oldest of them was asked for.",
    multiprocess_mode="mostrecent",
)
DELIVERIES = Counter(
    "tango_deliveries_total",
    "Tries to bring something to somebody, by channel and by what came of them.",
    ["channel", "outcome"],
)
STATUS_TEXTS = Counter(
    "tango_status_texts_total",
    "Texts in which one of a client's people says something of themselves.",
    ["result"],
)
DELIVERIES_UNREAD = Gauge(
    "tango_deliveries_unread",
    "Deliveries that were sent and that nobody has acknowledged.",
    multiprocess_mode="mostrecent",
)
DELIVERIES_OLDEST_UNREAD_SECONDS = Gauge(
    "tango_deliveries_oldest_unread_seconds",
    "How long ago the oldest of them was sent.",
    multiprocess_mode="mostrecent",
)
OUTBOX_WAITING = Gauge(
    "tango_outbox_waiting",
    "Promises in the outbox that are not kept yet, by kind.",
    ["kind"],
    multiprocess_mode="mostrecent",
)
OUTBOX_OLDEST_SECONDS = Gauge(
    "tango_outbox_oldest_seconds",
    "How long the longest-waiting promise of the kind has been due.",
    ["kind"],
    multiprocess_mode="mostrecent",
)
