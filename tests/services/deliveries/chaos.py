"""Relays that are killed at random moments while messages go out: every one arrives, none twice.

    python -m tests.services.deliveries.chaos --messages 1000 --seed 1

The mail server, the client's system and the carrier are real servers of this process; the relay is
a process of its own that is killed again and again, and finds the outbox as it was left. Each time
the clock moves on past the lease of what the dead one held.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.bootstrap import delivery_channels
from ivr.core.delivery.contact_points import ContactPoint, Hook
from ivr.core.delivery.plan import Channel, DeliveryPreferences, DeliveryState
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Opening
from ivr.core.records.message import Recipient, RecordingNote, Transcript
from ivr.services.deliveries.attempt import LEASE
from ivr.services.deliveries.relay import deliver_once
from ivr.settings import Settings, load_settings
from ivr.simulator import Carrier
from tests.outside_system import System, say, serving
from tests.services.deliveries.mail_server import Mailbox, start_mail_server

WAYS = (Channel.EMAIL, Channel.SMS, Channel.WEBHOOK)
LIFE = 0.05, 0.8
"""How many seconds a relay lives, at least and at most."""

NUMBER = "+441632960001"
ROOT = Path(__file__).parents[3]


@dataclass
class Report:
    """What has come of it. `faults` says what should not have been."""

    messages: int
    kills: int = 0
    repeated_emails: int = 0
    repeated_posts: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        found = "\n".join(self.faults) or "every message arrived, and nobody saw one twice"
        return (
            f"{self.messages} messages, {self.kills} relays killed; recognisable repeats: "
            f"{self.repeated_emails} e-mails, {self.repeated_posts} posts.\n{found}"
        )


class Moody:
    """A client's system that now and then is busy, or takes something and does not say so."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        mood = self._chance.random()
        if mood < 0.1:
            handler.close_connection = True
        else:
            say(handler, b"", 503 if mood < 0.2 else 204)


def run(messages: int, seed: int, folder: Path) -> Report:
    """Let so many messages go out, a third each by e-mail, text and post."""
    chance = random.Random(seed)  # noqa: S311 - a seed brings a fault back
    mailbox = Mailbox()
    mail = start_mail_server(mailbox)
    account = {"IVR_DATA": str(folder), "IVR_RECORDINGS": str(folder / "recordings")}
    plain = load_settings(account, dotenv=None)
    try:
        with (
            serving() as system,
            Carrier("http://x", "http://x", plain.account_sid, plain.auth_token) as carrier,
        ):
            system.answer = Moody(chance)
            environ = account | {
                "IVR_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
                "IVR_TWILIO_API_URL": carrier.api_url,
                "IVR_HTTP_PRIVATE": "127.0.0.1",
            }
            settings = load_settings(environ, dotenv=None)
            _keep_secret(settings)
            migrate(settings.database_url)
            with closing(open_records(settings.database_url)) as records:
                report = Report(messages)
                # The carrier's clock is the real one: what is looked for there was sent after ours.
                began = datetime.now(UTC) - timedelta(days=20)
                ids = [_leave(records, index, system, began) for index in range(messages)]
                _kill_relays(records, environ, began, chance, report)
                _look(report, ids, records, mailbox, carrier, system)
                return report
    finally:
        mail.stop()


def _keep_secret(settings: Settings) -> None:
    secrets = settings.data / "secrets.yaml"
    secrets.touch(mode=0o600)
    secrets.write_text("acme: {hook: s3cret}\n", encoding="utf-8")


def _leave(records: SqlRecords, index: int, system: System, now: datetime) -> str:
    """A message for somebody of their own, who is reached one way."""
    wishes = DeliveryPreferences(channels=(WAYS[index % 3],))
    reach = ContactPoint(
        person=f"p{index}",
        phone=f"+44770090{index:04}",
        number=NUMBER,
        hook=Hook(f"{system.url}/{index}", "hook") if index % 3 == 2 else None,
        wishes=wishes,
    )
    note = RecordingNote(
        recording_sid=f"RE{index}",
        call_sid=f"CA{index}",
        client="acme",
        kind="message",
        node="take_message",
        recording_url="https://carrier.example/RE",
        seconds=5,
        received_at=now,
        language="en-GB",
        timezone="Europe/London",
        client_name="Acme",
        recipient=Recipient(f"Person {index}", f"p{index}@acme.example", reach),
        opening=Opening(
            the_agency("Larkfield"), now + timedelta(hours=4), FollowUpTerms(), "Ring back"
        ),
    )
    message = records.messages.recording_ready(note)
    records.recordings.transcribed(message, Transcript("please ring", (), "vosk", "small"), now)
    return message


def _kill_relays(
    records: SqlRecords,
    environ: dict[str, str],
    now: datetime,
    chance: random.Random,
    report: Report,
) -> None:
    """Start relays and kill them, until nothing is left to be done."""
    command = [sys.executable, "-m", "tests.services.deliveries.chaos", "--nursery"]
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    with subprocess.Popen(command, env={**os.environ, **environ}, **pipe) as nursery:  # type: ignore[call-overload]
        try:
            while records.outbox.waiting("email").count:
                print(now.isoformat(), chance.uniform(*LIFE), file=nursery.stdin, flush=True)
                killed = nursery.stdout.readline().strip()
                assert killed in ("killed", "ended"), "the relays' process has died"
                report.kills += killed == "killed"
                now += LEASE + timedelta(minutes=1)
                if _in_doubt(records):
                    time.sleep(0.3)  # for the lease: what was on its way to the carrier arrives
        finally:
            nursery.stdin.close()


def _in_doubt(records: SqlRecords) -> bool:
    return records.deliveries.counts().get((Channel.SMS, DeliveryState.WAITING), 0) > 0


def nursery() -> None:
    """Make relays: for each line of a time and a number of seconds, one that lives so long."""
    settings = load_settings(dotenv=None)
    TwilioTelephone(settings).find_text("", "", "", datetime.now(UTC))  # what it loads takes long
    for line in sys.stdin:
        at, seconds = line.split()
        child = os.fork()
        if child == 0:
            deliver(settings, datetime.fromisoformat(at))
            os._exit(0)
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "ended", flush=True)


def deliver(settings: Settings, now: datetime) -> None:
    """What a relay does until nothing is due."""
    with Path(os.devnull).open("w") as quiet:
        os.dup2(quiet.fileno(), 1)  # its log is not for the nursery's reader
        records = open_records(settings.database_url)
        while deliver_once(records, delivery_channels(settings, TwilioTelephone(settings)), now):
            pass


def _look(
    report: Report,
    ids: list[str],
    records: SqlRecords,
    mailbox: Mailbox,
    carrier: Carrier,
    system: System,
) -> None:
    """Whether everybody has got what was for them, once."""
    mails = Counter(
        (str(mail["To"].addresses[0].addr_spec), mail["Message-ID"]) for mail in mailbox.mails
    )
    texts = Counter(text.to for text in carrier.messages)
    posts = Counter((path, headers["Idempotency-Key"]) for _, path, headers, _ in system.asked)
    report.repeated_emails = sum(mails.values()) - len(mails)
    report.repeated_posts = sum(posts.values()) - len(posts)
    got = {
        Channel.EMAIL: Counter(address for address, _ in mails),
        Channel.SMS: texts,
        Channel.WEBHOOK: Counter(path for path, _ in posts),
    }
    for index, message in enumerate(ids):
        way = WAYS[index % 3]
        whose = {
            Channel.EMAIL: f"p{index}@acme.example",
            Channel.SMS: f"+44770090{index:04}",
            Channel.WEBHOOK: f"/{index}",
        }[way]
        if got[way][whose] != 1:
            report.faults.append(f"{whose} got {got[way][whose]} by {way}")
        [delivery] = records.deliveries.of_message(message)
        if delivery.state not in (DeliveryState.SENT, DeliveryState.ACKNOWLEDGED):
            report.faults.append(f"{whose} is noted as {delivery.state}")


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--nursery", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.nursery:
        nursery()
        return 0
    print(f"seed {args.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="tango-") as folder:
        report = run(args.messages, args.seed, Path(folder))
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
