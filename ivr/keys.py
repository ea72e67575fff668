"""Every Redis key, in one place. Times to live are given beside each.

All keys begin with `ivr:` so that one server can serve others too. RQ's own keys begin with
`rq:` and are documented by RQ.
"""

from __future__ import annotations

CALL_TTL_SECONDS = 24 * 3600


def call(call_sid: str) -> str:
    """Hash: the state of one call and the answers already given. Kept for a day."""
    return f"ivr:call:{call_sid}"


ASKED_TTL_SECONDS = 600


def asked(call_sid: str, visit: int) -> str:
    """String: what another system has answered to what a call asked, or that it has been asked.

    `visit` tells the visits of one call to its nodes apart. Kept for ten minutes, as it may hold
    what is private.
    """
    return f"ivr:asked:{call_sid}:{visit}"


# The operator queue. The hash tag keeps its keys on one node of a cluster, as its scripts need.
# No time to live: whoever waits is taken out at the end of their longest wait, and the marks in
# `expired` and `gone` ten minutes later.

QUEUE_CALLERS = "ivr:{queue}:callers"
"""Hash: call SID → ticket as JSON, of every caller who waits, is reserved or is connected."""

QUEUE_WAITING = "ivr:{queue}:waiting"
"""Sorted set: call SID by place in the queue, of callers whom an operator may take."""

QUEUE_DEADLINES = "ivr:{queue}:deadlines"
"""Sorted set: call SID by the end of the longest wait, of the callers in `waiting`."""

QUEUE_EXPIRED = "ivr:{queue}:expired"
"""Sorted set: call SID of callers who are to be told that they waited too long, by the time
when that is forgotten."""

QUEUE_GONE = "ivr:{queue}:gone"
"""Sorted set: call SID of callers who have hung up, by the time when that is forgotten."""

QUEUE_CLAIMED = "ivr:{queue}:claimed"
"""Hash: call SID → reservation id, of callers reserved for an operator or connected."""

QUEUE_RESERVATIONS = "ivr:{queue}:reservations"
"""Hash: reservation id → reservation as JSON, until it lapses or is released or finished."""

QUEUE_LEASES = "ivr:{queue}:leases"
"""Sorted set: reservation id by the end of its lease, while the operator has not answered."""

QUEUE_OPERATORS = "ivr:{queue}:operators"
"""Hash: operator → reservation id; an operator in it is busy."""

QUEUE_STATES = "ivr:{queue}:states"
"""Hash: operator → state as JSON, of every operator who has ever signed on."""

QUEUE_IDLE = "ivr:{queue}:idle"
"""Sorted set: operator by since when they are available, of those who are."""

QUEUE_TIMERS = "ivr:{queue}:timers"
"""Sorted set: operator by when their wrap-up ends."""

QUEUE_UNWANTED = "ivr:{queue}:unwanted"
"""Set: SIDs of operators' legs that ring for nobody any more, until they have been ended."""

QUEUE_CHANGES = "ivr:{queue}:changes"
"""Channel: the name of what has changed: `queue`, `operator:<name>`, `conversation:<id>` or
`jobs:<client>`."""

QUEUE_HANDLING = "ivr:{queue}:handling"
"""Hash: `mean`, how many milliseconds a call lately keeps an operator; of how many calls; and when
the last ended."""

QUEUE_FACTS = "ivr:{queue}:facts"
"""Stream: what has happened in the queue as JSON, in the field `fact`. An entry is deleted once
it is in the records, by the consumer group `RECORDS_GROUP`."""

QUEUE_FACTS_REFUSED = "ivr:{queue}:facts:refused"
"""Stream: facts that could not be read, with the `error`, for a person to look at."""

QUEUE_CONVERSATIONS = "ivr:{queue}:conversations"
"""Set: ids of the conversations that are going on, or for which something is still to be done."""

CONVERSATION_TTL_SECONDS = 24 * 3600


def conversation(id_: str) -> str:
    """String: a conversation as JSON, whose `id_` is its reservation's. Kept for a day after its
    last change."""
    return f"ivr:{{queue}}:conversation:{id_}"


def conversation_lock(id_: str) -> str:
    """Lock: one process at a time acts on a conversation. Lasts ten seconds from
    the last change."""
    return f"ivr:{{queue}}:conversation:{id_}:lock"


QUEUE_SEEN = "ivr:{queue}:seen"
"""Sorted set: operator by until when their console counts as connected."""

# The journal of calls. No time to live: an entry is deleted once it is in the records.

JOURNAL = "ivr:journal"
"""Stream: after each turn the call's snapshot and the turn's note as JSON, in the fields `call` and
`turn`; a `leg` or an `event` alone whenever one is told."""

FACTS = "ivr:facts"
"""Stream: what webhooks said while the records database was away, in the fields `kind` and `fact`
(JSON). No time to live: an entry is deleted once it is in the records, by the consumer group
`RECORDS_GROUP`."""

FACTS_REFUSED = "ivr:facts:refused"
"""Stream: facts that the records refused, with the `error`, for a person to look at."""

RECORDS_GROUP = "records"
"""The consumer group that moves a stream into the records database."""

JOURNAL_REFUSED = "ivr:journal:refused"
"""Stream: journal entries that could not be read, with the `error`, for a person to look at."""


SPEECH_STARTS_TTL_SECONDS = 24 * 3600


def speech_starts(job: str) -> str:
    """Counter: how often a speech job was begun and not ended. Kept for a day after the last."""
    return f"ivr:speech:starts:{job}"


CONSOLE_LINK_TTL_SECONDS = 10 * 60


def console_link(link_id: str) -> str:
    """Mark: this sign-in link to the console has been used. Kept for as long as a link lasts."""
    return f"ivr:console:link:{link_id}"


SIGN_IN_TRIES_TTL_SECONDS = 15 * 60


def sign_in_tries(kind: str, of: str) -> str:
    """Counter: attempts to sign in `of` somebody (a hash): at a `login` from one address, from an
    `address`, at a login `everywhere`, or in a known `browser`; as `token`, requests to the API
    whose token does not hold, by address. Kept for a quarter of an hour from the first."""
    return f"ivr:console:tries:{kind}:{of}"


OUTGOING_TTL_SECONDS = 3600


def outgoing(kind: str, of: str) -> str:
    """Set: turns that sent a `text`, promised a `call_back` or took a `place` for one number and
    client (a hash). Kept for an hour from the first."""
    return f"ivr:outgoing:{kind}:{of}"


SPEECH_FIGURES = "ivr:speech:figures"
"""Hash: what the speech workers have done so far, for the metrics. No time to live: it counts."""

SPEECH_HOME = "ivr:speech:home"
"""Hash: what the server works with, by which a worker started by itself knows whether it is on
another machine; nothing secret. No time to live: the next server replaces it."""

HEALTH_TTL_SECONDS = 60
HEALTH = "ivr:health"
"""String: written by whoever asks whether Redis takes writes. Kept for a minute."""


RECONCILE_LEASE_SECONDS = 120

RECONCILE_LEASE = "ivr:reconcile:lease"
"""Lock: one process at a time compares the records with the carrier. Lasts two minutes from its
last sign of life."""

RECONCILE_LAST = "ivr:reconcile:last"
"""String: when the last comparison that was not broken off began, in ISO 8601. No time to live: the
next one looks as far back."""

RECONCILE_UNMENDED = "ivr:reconcile:unmended"
"""String: how much the last comparison found and could not mend. No time to live, as above."""
