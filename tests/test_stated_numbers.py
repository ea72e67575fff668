"""Numbers that the pages state are those of the code: whoever changes one changes the other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.adapters.files.flows import audio, library, reload
from ivr.adapters.http import webhook
from ivr.adapters.mail import email
from ivr.adapters.redis import sign_in_attempts as attempts
from ivr.adapters.sql.keeping import purge_repository
from ivr.adapters.sql.messages import rows, texts, words
from ivr.adapters.sql.people import session_repository
from ivr.adapters.sql.programs import answer_repository
from ivr.adapters.sql.search import index
from ivr.adapters.twilio.rest import telephone
from ivr.core.accounts import passwords
from ivr.core.delivery import plan
from ivr.core.queue import entry as ticket
from ivr.core.queue import measures, states
from ivr.core.records import subscription
from ivr.keys import SIGN_IN_TRIES_TTL_SECONDS
from ivr.processes import loops, reconciliation, web_worker
from ivr.services import intake, lost_texts, readiness
from ivr.services.calls import asking
from ivr.services.conversations import conversation_service as conversations
from ivr.services.conversations.stray_rooms import AFTER_TALK, EVERY_SECONDS, QUIET_EVERY
from ivr.services.deliveries import events, read_links
from ivr.services.outgoing_limits import CALL_BACKS, PER_HOUR, PLACES, RINGS, TEXTS
from ivr.services.queue import connect
from ivr.services.retention import purge
from ivr.web.api import app as api
from ivr.web.console.accounts import entry, known_browsers, password_links, sign_in
from ivr.web.console.calls import listening
from ivr.web.console.live import feed
from ivr.web.console.operator import pages as operator_pages

DOCS = Path(__file__).parents[1] / "docs"
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400))

STATED: list[tuple[str, str, object, object]] = [
    ("guarantees", "no webhook longer than eight seconds", intake.PATIENCE_SECONDS, 8),
    ("guarantees", "for up to ten minutes", states.LONGEST_WRITING, 10 * MINUTE),
    ("guarantees", "three minutes after Redis is back", reconciliation.AFTER_REDIS, 3 * MINUTE),
    ("guarantees", "after every start and hourly", reconciliation.EVERY, HOUR),
    ("running", "two weeks at most", reconciliation.LONGEST_AWAY, 14 * DAY),
    ("running", "of the last 24 hours", reconciliation.LOOKS_BACK, DAY),
    ("running", "begun again five minutes later", reconciliation.AGAIN_AFTER, 5 * MINUTE),
    ("running", "more than two hours old, it is only kept", lost_texts.STILL_MEANT, 2 * HOUR),
    ("running", "answers within about two seconds", readiness.PART_SECONDS, 2),
    ("running", "one loop has been stuck for six", 2 * loops.STEP_SECONDS, 360),
    ("conversations", "every eight seconds while people talk", EVERY_SECONDS, 8),
    ("conversations", "and for ten minutes afterwards", AFTER_TALK * EVERY_SECONDS, 600),
    ("conversations", "else every five minutes", round(QUIET_EVERY * EVERY_SECONDS / 60), 5),
    ("conversations", "the relay does them after 20 seconds", conversations.PATIENCE, 20 * SECOND),
    ("conversations", "If you do not answer within 20 seconds", telephone.RING_SECONDS, 20),
    ("conversations", "colleague you name first (30 seconds)", ticket.HANDED_TO_SECONDS, 30),
    ("operators", "**A claim is a lease** of 30 seconds", connect.LEASE, 30 * SECOND),
    ("operators", "always 30 seconds left", states.WRITING_LASTS, 30 * SECOND),
    ("operators", "after two and a half minutes", operator_pages.SEEN_LASTS, 150 * SECOND),
    ("measures", "T is 20 seconds", measures.TARGET, 20 * SECOND),
    ("measures", "hung up within 5 seconds", measures.SHORT_ABANDON, 5 * SECOND),
    ("publishing", "to them after ten seconds", library.GRACE_SECONDS, 10),
    ("publishing", "within two seconds, everywhere", reload.LOOK_SECONDS, 1),
    ("flow-files", "at most 10 MB", audio.MAX_AUDIO_BYTES, 10 << 20),
    ("accounts", "After ten wrong tries at one login", attempts.PER_LOGIN, 10),
    ("accounts", "or sixty at any logins", attempts.PER_ADDRESS, 60),
    ("accounts", "After a hundred tries at one login", attempts.PER_LOGIN_EVERYWHERE, 100),
    ("accounts", "for a quarter of an hour from the first try", SIGN_IN_TRIES_TTL_SECONDS, 900),
    ("accounts", "is known for a year", known_browsers.LASTS, 365 * DAY),
    ("accounts", "checks two passwords at a time", passwords.AT_ONCE, 2),
    ("accounts", "wait up to five seconds", entry.KNOWN_WAITS, 5),
    ("accounts", "works once, for a day", password_links.LINK_LASTS, DAY),
    ("accounts", "works once, for ten minutes", sign_in.LINK_LASTS, 10 * MINUTE),
    ("accounts", "for twelve hours at most", session_repository.SESSION_LASTS, 12 * HOUR),
    ("accounts", "after two hours without a click", session_repository.IDLE_LASTS, 2 * HOUR),
    ("api", "once in a quarter of an hour", api.READ_AGAIN, 15 * MINUTE),
    ("api", "for 24 hours, also where", answer_repository.KEPT_FOR, DAY),
    ("api", "more than 64 KB", api.LARGEST_BODY, 64 << 10),
    ("api", "more than 8,000 characters", api.LONGEST_ADDRESS, 8000),
    ("api", "twenty webhooks already", subscription.MOST, 20),
    ("api", "not answered for a day", events.FAILS_LONG, DAY),
    ("api", "not all there within ten seconds", web_worker.READ_SECONDS, 10),
    ("delivery", "Answer within ten seconds", webhook.SECONDS, 10),
    ("delivery", "32 tries in all", plan.TRIES, 32),
    ("delivery", "after 30 seconds, then ever later", plan.FIRST_WAIT, 30 * SECOND),
    ("delivery", "an hour at most", plan.LONGEST_WAIT, HOUR),
    ("delivery", "It lapses after 30 days", read_links.LINK_LASTS, 30 * DAY),
    ("delivery", "to yours within a week", texts.ANSWERED_WITHIN, 7 * DAY),
    ("delivery", "the recording up to 10 MB", email.LARGEST_ATTACHMENT, 10 << 20),
    ("records", "`email` in ten minutes", rows.EMAIL_AFTER, 10 * MINUTE),
    ("records", "20 pages at most", index.MOST_PAGES, 20),
    ("retention", "an hour after ours is on the disk", words.CARRIER_KEEPS, HOUR),
    (
        "retention",
        "once an hour, 200 things",
        (purge.EVERY_SECONDS, purge_repository.BATCH),
        (3600, 200),
    ),
    ("outside", "at most eight things for one client", asking.PER_CLIENT, 8),
    ("outside", "64 for all", asking.THREADS, 64),
    ("outside", "ten texts to one number", PER_HOUR[TEXTS], 10),
    ("outside", "promise ten call backs", PER_HOUR[CALL_BACKS], 10),
    ("outside", "thirty calls from one number", PER_HOUR[PLACES], 30),
    ("jobs", "more than ten times in an hour", PER_HOUR[RINGS], 10),
    ("console", "Listening for a quarter of an hour", listening.HEARD_AGAIN, 15 * MINUTE),
    ("console", "within ten seconds when an administrator", feed.CHECK_SECONDS, 10),
]


@pytest.mark.parametrize(("page", "words", "value", "stated"), STATED)
def test_the_page_and_the_code_say_the_same(
    page: str, words: str, value: object, stated: object
) -> None:
    text = " ".join((DOCS / f"{page}.md").read_text("utf-8").split())
    assert words.lower() in text.lower()
    assert value == stated
