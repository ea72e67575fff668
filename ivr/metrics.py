"""Every metric, in one place; docs/metrics.md explains them and a test holds the two together.

Under `serve` all processes count in one folder (PROMETHEUS_MULTIPROC_DIR, set by the supervisor)
and `GET /metrics` of any web process adds them up. How things stand it finds out itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import Counter, Gauge
from prometheus_client.core import GaugeMetricFamily


@dataclass(frozen=True, slots=True)
class Scraped:
    """A gauge that is found out when somebody asks for it, and written by nobody meanwhile: what
    hangs cannot say so."""

    name: str
    text: str
    labels: Sequence[str] = ()

    def being(
        self, value: float | Mapping[str, float] | Mapping[tuple[str, str], float]
    ) -> GaugeMetricFamily:
        """The gauge with a value, or with one by each value of its label, or of its two labels."""
        family = GaugeMetricFamily(self.name, self.text, labels=list(self.labels))
        if not isinstance(value, Mapping):
            family.add_metric([], value)
            return family
        for labels, each in value.items():
            family.add_metric([labels] if isinstance(labels, str) else list(labels), each)
        return family


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
    "Requests to /twilio/… that the carrier would not send for our account.",
)
REQUESTS_TURNED_AWAY = Counter(
    "tango_requests_turned_away_total",
    "Requests that the web server itself refused, by the status of the answer.",
    ["status"],
)
OUTGOING_REFUSED = Counter(
    "tango_outgoing_refused_total",
    "Texts, call backs and places in the queue that a caller was refused, by kind.",
    ["kind"],
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
QUEUE_WAITING = Scraped(
    "tango_queue_waiting",
    "Callers who wait for an operator, without those for whom one is being rung.",
)
QUEUE_LONGEST_SECONDS = Scraped(
    "tango_queue_longest_seconds",
    "How long the one has waited who waits the longest.",
)
OPERATORS = Scraped(
    "tango_operators",
    "Operators, by what they are doing.",
    ["state"],
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
SPEECH_WORKERS = Scraped(
    "tango_speech_workers",
    "Speech workers that hear, or wait for something to hear, on all machines.",
)
SPEECH_UNHEARD = Scraped(
    "tango_speech_unheard",
    "Recordings that wait because no worker has a model for their language.",
)
SPEECH_JOBS = Scraped(
    "tango_speech_jobs",
    "Jobs of the speech workers so far, by what came of them.",
    ["outcome"],
)
SPEECH_AUDIO_SECONDS = Scraped(
    "tango_speech_audio_seconds",
    "Seconds of recordings that were turned into words so far.",
)
SPEECH_WORK_SECONDS = Scraped(
    "tango_speech_work_seconds",
    "Seconds that this took the workers.",
)
FLOW_ERRORS = Scraped(
    "tango_flow_errors",
    "Errors in the client files; a file with errors takes no calls.",
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
JOBS_OPEN = Scraped(
    "tango_jobs_open",
    "Jobs that are not closed.",
)
JOBS_OVERDUE = Scraped(
    "tango_jobs_overdue",
    "Open jobs that should have been done by now.",
)
CALL_BACKS_WAITING = Scraped(
    "tango_call_backs_waiting",
    "Call backs that were promised and not made yet.",
)
CALL_BACKS_OLDEST_SECONDS = Scraped(
    "tango_call_backs_oldest_seconds",
    "How long ago the oldest of them was asked for.",
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
DELIVERIES_UNREAD = Scraped(
    "tango_deliveries_unread",
    "Deliveries that were sent and that nobody has acknowledged.",
)
DELIVERIES_OLDEST_UNREAD_SECONDS = Scraped(
    "tango_deliveries_oldest_unread_seconds",
    "How long ago the oldest of them was sent.",
)
OUTBOX_WAITING = Scraped(
    "tango_outbox_waiting",
    "Promises in the outbox that are not kept yet, by kind.",
    ["kind"],
)
OUTBOX_OLDEST_SECONDS = Scraped(
    "tango_outbox_oldest_seconds",
    "How long the longest-waiting promise of the kind has been due.",
    ["kind"],
)
PART_UP = Scraped(
    "tango_part_up",
    "Whether a part can do its work now.",
    ["part"],
)
HEARTBEAT_AGE_SECONDS = Scraped(
    "tango_heartbeat_age_seconds",
    "How long ago a process or one of its loops gave its last sign of life.",
    ["process", "loop"],
)
HEARTBEAT_LATE = Scraped(
    "tango_heartbeat_late",
    "Whether the next sign should have come by now.",
    ["process", "loop"],
)
STREAM_WAITING = Scraped(
    "tango_stream_waiting",
    "Entries in Redis that are not in the records yet, by stream.",
    ["stream"],
)
STREAM_REFUSED = Scraped(
    "tango_stream_refused",
    "Entries that the records refused, which a person must look at.",
    ["stream"],
)
DISK_USED_RATIO = Scraped(
    "tango_disk_used_ratio",
    "Which part of the disk under a folder is used, from 0 to 1.",
    ["folder"],
)
RECONCILED = Counter(
    "tango_reconciled_total",
    "Discrepancies between the carrier and the records, by kind and by what came of them.",
    ["kind", "result"],
)
RECONCILE_UNMENDED = Scraped(
    "tango_reconcile_unmended",
    "Discrepancies that the last comparison with the carrier could not mend.",
)
RECONCILE_AGE_SECONDS = Scraped(
    "tango_reconcile_age_seconds",
    "How long ago the last comparison with the carrier began that was not broken off.",
)
