"""What reaches people and clients' systems by which way, on real servers and both databases, and
who has read it."""

from __future__ import annotations

import hmac
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.sql import SqlRecords, outbox
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.bootstrap import delivery_channels
from ivr.core.delivery.contact_points import ContactPoint, Hook, to_data
from ivr.core.delivery.plan import TRIES, Channel, DeliveryPreferences, DeliveryState
from ivr.core.delivery.words import in_words
from ivr.core.gsm7 import segments
from ivr.core.jobs.acts import Act, Alarm, Change, Hand, HandOn, Remind
from ivr.core.jobs.job import FollowUpTerms, Opening, Owner, OwnerKind
from ivr.core.jobs.notices import About, once, short, subject, told
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Recipient, Transcript, Word
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.text_message import TextReceived
from ivr.errors import DeliveryRefused
from ivr.services.deliveries.attempt import LEASE
from ivr.services.deliveries.digest import digest_once
from ivr.services.deliveries.read_links import ReadLinks
from ivr.services.deliveries.relay import deliver_once
from ivr.settings import Settings
from ivr.simulator import Carrier
from tests.adapters.sql.conftest import BACKENDS, emptied
from tests.adapters.sql.conftest import postgres_records as postgres_records
from tests.adapters.sql.conftest import postgres_server as postgres_server
from tests.outside_system import System, say, serving, silent
from tests.services.deliveries.mail_server import Mailbox, RecordMessage
from tests.services.texts_received import Received

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EMAIL, SMS, WEBHOOK = Channel.EMAIL, Channel.SMS, Channel.WEBHOOK
IAN, ACME = "+447700900123", "+441632960001"
HEARD = Transcript("the ceiling drips", (Word("the", 0, 1, 1),), "vosk", "small")
OPENING = Opening(
    Owner(OwnerKind.PERSON, "ian", "Ian"), NOON + 4 * HOUR, FollowUpTerms(), "Ring back"
)


@dataclass
class Post:
    """The relay, with a mail server, the simulator's carrier and a client's system."""

    records: SqlRecords
    settings: Settings
    mailbox: Mailbox
    carrier: Carrier
    system: System
    record: RecordMessage

    def message(self, sid: str = "RE1", **changes: Any) -> str:
        """A message for Ian that is ready to go at noon; `changes` are his wishes."""
        hook = Hook(f"{self.system.url}/in", "hook") if changes.pop("hook", False) else None
        full = changes.pop("full_texts", False)
        email = changes.pop("email", "ian@acme.example")
        named = {key: changes.pop(key) for key in ("client_name",) if key in changes}
        wishes = DeliveryPreferences(**{"zone": "Europe/London", **changes})
        reach = ContactPoint(
            "ian", IAN, ACME, full, hook, "desk@agency.example", "Larkfield", wishes
        )
        recipient = Recipient("Ian", email, reach)
        message = self.record(
            sid, audio=b"RIFF", client="acme", recipient=recipient, opening=OPENING, **named
        )
        self.records.recordings.transcribed(message, HEARD, NOON)
        return message

    def at(self, now: datetime) -> list[str]:
        """What goes out at this time: the addresses that it reaches."""
        mails, texts, asked = len(self.mailbox.mails), len(self.texts), len(self.system.asked)
        deliver_once(self.records, delivery_channels(self.settings, self.telephone), now)
        digest_once(self.records, delivery_channels(self.settings), now)
        return [
            *(str(mail["To"].addresses[0].addr_spec) for mail in self.mailbox.mails[mails:]),
            *(text.to for text in self.texts[texts:]),
            *(path for _, path, _, _ in self.system.asked[asked:]),
        ]

    @property
    def texts(self) -> list[Any]:
        return self.carrier.messages

    @property
    def telephone(self) -> TwilioTelephone:
        return TwilioTelephone(replace(self.settings, twilio_api_url=self.carrier.api_url))

    def deliveries(self, message: str) -> dict[Channel, Delivery]:
        return {each.channel: each for each in self.records.deliveries.of_message(message)}

    def acts(self, message: str) -> list[tuple[str, str]]:
        job = self.records.jobs.of_message(message)
        assert job is not None
        return [(each.act.act, each.by) for each in self.records.jobs.history(job.id)]


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite3'}"
    return emptied(request.getfixturevalue("postgres_records"))


@pytest.fixture
def system() -> Iterator[System]:
    with serving() as running:
        yield running


@pytest.fixture
def post(
    records: SqlRecords,
    mail_settings: Settings,
    mailbox: Mailbox,
    record_message: RecordMessage,
    system: System,
) -> Iterator[Post]:
    settings = replace(mail_settings, http_private=frozenset({"127.0.0.1"}))
    settings.data.mkdir(exist_ok=True)
    secrets = settings.data / "secrets.yaml"
    secrets.touch(mode=0o600)
    secrets.write_text("acme: {hook: s3cret}\n", encoding="utf-8")
    with Carrier("http://x", "http://x", settings.account_sid, settings.auth_token) as carrier:
        yield Post(records, settings, mailbox, carrier, system, record_message)


def test_what_is_not_read_goes_by_text_after_the_wait_and_not_again(post: Post) -> None:
    message = post.message(channels=(EMAIL, SMS))
    assert post.at(NOON) == ["ian@acme.example"]
    assert post.at(NOON + 14 * MINUTE) == []
    assert post.at(NOON + 16 * MINUTE) == [IAN]
    assert post.at(NOON + 99 * HOUR) == []
    assert {each.state for each in post.deliveries(message).values()} == {DeliveryState.SENT}


def test_what_is_read_goes_no_further_and_the_job_s_history_says_by_whom(post: Post) -> None:
    message = post.message(channels=(EMAIL, SMS))
    post.at(NOON)
    sent = post.deliveries(message)[EMAIL]
    for _ in range(2):
        post.records.deliveries.acknowledge(sent.id, "Ian", "by a link", NOON + 2 * MINUTE)
    assert post.at(NOON + 16 * MINUTE) == []
    assert post.acts(message) == [("opened", "a call"), ("read", "Ian")]
    job = post.records.jobs.of_message(message)
    assert job is not None
    assert (job.read_by, job.read_at) == ("Ian", NOON + 2 * MINUTE)
    line = in_words(post.deliveries(message)[EMAIL], UTC)
    assert line == "E-mail to Ian: sent Mon 23 Nov 12:00, read Mon 23 Nov 12:02 by Ian"


def test_the_link_in_an_email_is_that_of_its_delivery_for_thirty_days(post: Post) -> None:
    message = post.message()
    post.at(NOON)
    text = post.mailbox.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    token = text.replace("\n", "").split("/console/read/")[1].strip()
    links = ReadLinks(post.settings.secret_key, post.settings.public_url)
    assert links.delivery(token, NOON) == post.deliveries(message)[EMAIL].id
    assert links.delivery(token, NOON + timedelta(days=31)) is None
    assert links.delivery(f"{token}x", NOON) is None
    assert ReadLinks("other", "").delivery(token, NOON) is None


@pytest.mark.parametrize(("full", "said"), [(False, False), (True, True)])
def test_a_text_has_the_caller_s_words_only_where_that_is_wanted(
    post: Post, full: bool, said: bool
) -> None:
    post.message(channels=(SMS,), full_texts=full)
    post.at(NOON)
    body = post.texts[0].body
    assert body.startswith("Message for Rainbow Frost from a withheld number.")
    assert ("the ceiling drips" in body) == said


def test_whatever_we_word_is_within_the_gsm_alphabet(post: Post) -> None:
    name = "L’Étoile – Tŷ Gwyn"
    message = post.message(channels=(SMS,), full_texts=True, client_name=name)
    post.at(NOON)
    post.records.messages.correct(message, "It’s the “roof” …", "misheard", "Siân", NOON + MINUTE)
    job = post.records.jobs.of_message(message)
    assert job is not None
    about = About(name, "01632 960001", UTC)
    acts: list[Act] = [Remind(), Hand(job.owner, "she’s “here”"), HandOn(job.owner), Alarm()]
    for number, act in enumerate(acts):
        after = replace(job, version=number + 2, action="Ring Siân’s caller – at once")
        for each in told(Change(job, after, act, "Siân", NOON), about):
            reach = to_data(
                ContactPoint("ian", IAN, ACME, wishes=DeliveryPreferences(channels=(SMS,)))
            )
            payload = {"client": "acme", "name": "Ian", "email": None, "reach": reach}
            payload |= {"subject": subject(each, after, about), "text": each.why, "message": ""}
            payload |= {"short": short(each, after, about), "at": NOON.isoformat()}
            with post.records._engine.begin() as connection:
                outbox.add(connection, OutboxKind.NOTICE, job.id, NOON, payload, once(after, IAN))
    post.at(NOON + MINUTE)
    bodies = [text.body for text in post.texts]
    assert [segments(body).outside for body in bodies] == [()] * (2 + len(acts))
    assert bodies[0].startswith("Message for L'Étoile - Ty Gwyn from a withheld number. \"the ")


def test_ok_by_text_acknowledges_the_latest_and_is_answered_once(
    post: Post, tmp_path: Path
) -> None:
    first, second = post.message("RE1", channels=(SMS,)), post.message("RE2", channels=(SMS,))
    post.at(NOON)
    ok = partial(TextReceived, client="acme", from_=IAN, to=ACME, body="OK")
    received = Received(post.records, tmp_path)
    for _ in range(2):
        received.receive(ok(message_sid="SM1", received_at=NOON + MINUTE))
    states = [post.deliveries(each)[SMS].state for each in (first, second)]
    assert sorted(states) == [DeliveryState.ACKNOWLEDGED, DeliveryState.SENT]
    received.receive(ok(message_sid="SM2", received_at=NOON + MINUTE))
    received.receive(ok(message_sid="SM3", received_at=NOON + HOUR))
    assert received.told == ["acme", "acme"]
    assert post.records.outbox.waiting("sms").count == 2


def test_what_is_posted_is_signed_and_an_answer_of_200_acknowledges_it(post: Post) -> None:
    message = post.message(hook=True)
    assert sorted(post.at(NOON)) == ["/in", "ian@acme.example"]
    [(method, _, headers, body)] = post.system.asked
    signed = f"{headers['Tango-Timestamp']}.".encode() + body
    assert method == "POST"
    assert headers["Tango-Signature"] == ("v1=" + hmac.new(b"s3cret", signed, sha256).hexdigest())
    said = json.loads(body)
    assert (said["event"], said["id"], said["text"]) == ("message", message, "the ceiling drips")
    posted = post.deliveries(message)[WEBHOOK]
    assert (posted.state, posted.acknowledged_by) == (DeliveryState.ACKNOWLEDGED, "acme's system")
    job = post.records.jobs.of_message(message)
    assert job is not None
    assert job.read_by is None  # the system is not Ian


def test_a_system_that_refuses_is_asked_again_with_the_same_key(post: Post) -> None:
    post.system.answer = partial(say, body=b"", status=503)
    post.message(channels=(WEBHOOK, EMAIL), hook=True, wait=3600)
    assert post.at(NOON) == ["/in"]
    post.system.answer = partial(say, body=b"", status=202)
    assert post.at(NOON + MINUTE) == ["/in"]
    keys = {headers["Idempotency-Key"] for _, _, headers, _ in post.system.asked}
    assert len(keys) == 1
    assert post.at(NOON + 2 * HOUR) == []


def test_a_system_in_a_private_network_is_asked_only_where_that_is_allowed(post: Post) -> None:
    post.settings = replace(post.settings, http_private=frozenset())
    message = post.message(channels=(WEBHOOK,), hook=True)
    assert post.at(NOON) == []
    assert "without TLS" in (post.deliveries(message)[WEBHOOK].error or "")


def test_what_gets_through_nowhere_goes_to_the_agency(post: Post) -> None:
    post.mailbox.on_recipient = "550 5.1.1 no such user"
    message = post.message(email="gone@acme.example")
    assert post.at(NOON) == []
    given_up = post.deliveries(message)
    assert {each.state for each in given_up.values()} == {DeliveryState.GIVEN_UP}
    assert set(given_up) == {EMAIL, Channel.AGENCY}
    other = post.message("RE2", channels=(WEBHOOK,), hook=True)
    post.system.answer = partial(say, body=b"", status=410)
    post.mailbox.on_recipient = "250 OK"
    assert post.at(NOON) == ["desk@agency.example", "/in"]
    [mail] = post.mailbox.mails
    assert mail["Subject"].startswith("Not delivered: Message for Rainbow Frost")
    assert "has not reached Ian" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert post.deliveries(other)[Channel.AGENCY].state is DeliveryState.SENT


def test_a_relay_that_died_while_sending_a_text_looks_for_it_first(post: Post) -> None:
    now = datetime.now(UTC)
    message = post.message(channels=(SMS,))

    class Dies(BaseException):
        pass

    telephone = post.telephone

    def send_and_die(to: str, from_: str, body: str, about: str) -> str:
        telephone.send_text(to, from_, body)
        raise Dies

    dying = type("Dying", (), {"send_text": staticmethod(send_and_die)})()
    with pytest.raises(Dies):
        deliver_once(post.records, delivery_channels(post.settings, dying), now)
    assert post.deliveries(message)[SMS].state is DeliveryState.WAITING
    assert post.at(now + LEASE + MINUTE) == []
    known = post.deliveries(message)[SMS]
    assert (known.state, known.provider_id) == (DeliveryState.SENT, post.texts[0].sid)


def test_the_digest_brings_all_of_a_day_in_one_email_and_is_read_as_one(post: Post) -> None:
    one, two = post.message("RE1", digest=480), post.message("RE2", digest=480)
    assert post.at(NOON) == []
    assert post.at(NOON + 19 * HOUR) == []
    assert post.at(NOON + 20 * HOUR) == ["ian@acme.example"]
    [mail] = post.mailbox.mails
    assert mail["Subject"] == "2 messages for Rainbow Frost"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.count("the ceiling drips") == 2
    assert post.at(NOON + 44 * HOUR) == []
    sent = post.deliveries(one)[Channel.DIGEST]
    post.records.deliveries.acknowledge(sent.id, "Ian", "by a link", NOON + 21 * HOUR)
    assert [post.acts(each)[-1] for each in (one, two)] == [("read", "Ian")] * 2


def test_a_digest_that_gets_through_nowhere_goes_to_the_agency(post: Post) -> None:
    post.message(digest=480, email="gone@acme.example")
    post.at(NOON)
    post.mailbox.on_recipient = "550 no such user"
    at = NOON + 20 * HOUR
    deliver_once(post.records, delivery_channels(post.settings), at)
    digest_once(post.records, delivery_channels(post.settings), at)
    post.mailbox.on_recipient = "250 OK"
    assert post.at(at + MINUTE) == ["desk@agency.example"]


def test_what_was_delivered_stays_and_a_correction_is_delivered_in_its_thread(post: Post) -> None:
    message = post.message(hook=True)
    with pytest.raises(DeliveryRefused, match="nothing to mend"):
        post.records.messages.correct(message, "It is the roof.", "misheard", "Sam", NOON)
    post.at(NOON)
    post.records.recordings.transcribe_again(message, None, NOON + MINUTE)
    post.records.recordings.transcribed(
        message, replace(HEARD, text="the sealing trips"), NOON + MINUTE
    )
    kept = post.records.messages.find(message)
    assert kept is not None
    assert kept.transcript is not None
    assert kept.transcript.text == "the ceiling drips"
    assert len(post.records.recordings.transcripts(message)) == 2
    for text, why in (("", "x"), ("x", " ")):
        with pytest.raises(DeliveryRefused, match="Say what is right"):
            post.records.messages.correct(message, text, why, "Sam", NOON)
    post.records.messages.correct(message, "It is the roof.", "misheard", "Sam", NOON + HOUR)
    assert sorted(post.at(NOON + HOUR)) == ["/in", "ian@acme.example"]
    first, second = post.mailbox.mails
    assert second["Subject"] == f"Correction: {first['Subject']}"
    assert second["In-Reply-To"] == first["Message-ID"]
    text = second.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert re.search(r"Sam has corrected .*“It is the roof\.”.*Why: misheard", text, re.DOTALL)
    assert json.loads(post.system.asked[-1][3])["correction"]["text"] == "It is the roof."


def test_words_that_come_after_delivery_follow_as_a_correction(post: Post) -> None:
    recipient = Recipient("Ian", "ian@acme.example")
    message = post.record("RE9", recipient=recipient, opening=OPENING)
    assert post.at(NOON + 10 * MINUTE) == ["ian@acme.example"]
    post.records.recordings.transcribed(message, HEARD, NOON + HOUR)
    assert post.at(NOON + HOUR) == ["ian@acme.example"]
    assert "the ceiling drips" in str(post.mailbox.mails[1].get_body(("plain",)))


def test_every_way_has_the_one_limit_of_tries(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.system.answer = partial(say, body=b"", status=500)
    message = post.message(channels=(WEBHOOK,), hook=True)
    for hour in range(TRIES + 2):
        post.at(NOON + hour * 2 * HOUR)
    assert len(post.system.asked) == TRIES
    assert post.deliveries(message)[WEBHOOK].attempts == TRIES


def test_a_system_that_does_not_answer_keeps_nobody_else_waiting(post: Post) -> None:
    post.system.answer = silent
    for number in range(3):
        post.message(f"RE{number}", channels=(WEBHOOK, EMAIL), hook=True)
    post.message("RE9", email="elsewhere@birch.example")
    begun = time.monotonic()
    assert post.at(NOON)[0] == "elsewhere@birch.example"
    assert time.monotonic() - begun < 15
    assert len(post.system.asked) == 1
