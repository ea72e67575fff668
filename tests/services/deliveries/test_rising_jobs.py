"""The relay does what the agreements ask for, once, and tells whoever is to know."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from ivr.adapters.files.flows.latest_library import LatestLibrary
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.server import connect
from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.bootstrap import Services, delivery_channels
from ivr.core.accounts.account import Account
from ivr.core.accounts.actor import at_server
from ivr.core.accounts.roles import Role
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest
from ivr.core.jobs.acts import Close, Hand, Remind, Return, Take
from ivr.core.jobs.agreement import opening
from ivr.core.jobs.job import Job, NewJob, Outcome, Owner, OwnerKind
from ivr.core.nodes import KINDS
from ivr.core.records.message import Transcript
from ivr.core.records.outbox import OutboxKind
from ivr.errors import FlowError, JobError
from ivr.services.deliveries.escalation import EscalationService
from ivr.services.deliveries.job_notices import JobNotices
from ivr.services.deliveries.job_words import history
from ivr.services.deliveries.relay import deliver_once
from ivr.settings import Settings
from ivr.simulator import Carrier
from tests.accounts import keep_account
from tests.flow_files import whole
from tests.job_changes import open_job
from tests.job_samples import HOUR, NOON, SAM
from tests.services.deliveries.mail_server import Mailbox, RecordMessage
from tests.statuses import keep_status

ACME = """\
people:
  ian: {name: Ian, phone: "+44 7700 900123", email: ian@acme.example}
  pat: {name: Pat, phone: "+44 7700 900124"}
rotas: {oncall: {default: ian, dates: {"2026-11-23": pat}}}
agreement:
  message: {owner: ian, due: 4h, remind: sms, then: oncall}
start: bye
nodes: {bye: {hangup: Bye.}}
"""
AGENCY = """\
agency:
  name: Larkfield
  phone: "+44 20 7946 0100"
  email: desk@larkfield.example
  operators: {sam: {name: Sam Okafor, email: sam@larkfield.example}}
"""
ASKS = " Reply OK once read, or: https://tango.example/console/read/"
PAT = Owner(OwnerKind.PERSON, "pat", "Pat")


@dataclass
class Desk:
    """An agency with a client, whose relay is driven by hand."""

    records: SqlRecords
    settings: Settings
    mailbox: Mailbox
    carrier: Carrier
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.write("agency.yaml", AGENCY)
        self.write("acme.yaml", whole(ACME))
        self.services = self.relay()
        self.rising = self.escalation(self.services)
        self.telephone = TwilioTelephone(
            replace(self.settings, twilio_api_url=self.carrier.api_url)
        )

    def write(self, name: str, text: str) -> None:
        self.settings.flows.mkdir(exist_ok=True)
        (self.settings.flows / name).write_text(text, encoding="utf-8")

    def relay(self) -> Services:
        """The parts of a relay, each time of another."""
        versions = RecordedVersions(self.records, lambda: self.now)
        library = LatestLibrary(lambda: FolderLibrary(self.settings.flows, KINDS, versions))
        redis = connect(self.settings)
        return Services(self.settings, redis, self.records, library, lambda: self.now)

    def escalation(self, services: Services) -> EscalationService:
        return EscalationService(self.records, services.jobs, lambda: self.now)

    @property
    def library(self) -> FolderLibrary[Any]:
        return FolderLibrary(self.settings.flows, KINDS)

    def open(self, **changes: Any) -> Job:
        """A message for Ian, due at four."""
        terms = opening(self.library.flow("acme"), "message", NOON, "Larkfield")
        new = NewJob(
            client="acme",
            kind="message",
            summary="Message",
            opening=terms,
            opened_by="a call",
            caller="+441632960009",
            message="m1",
        )
        return open_job(self.records, replace(new, **changes), NOON)

    def act(self, job: Job, act: Any, by: str = "Sam") -> Job:
        return self.services.jobs.act(job.id, act, at_server(by), self.now)

    def at(self, hours: float) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """What goes out at this time after noon: e-mails (to, subject), texts (to, body)."""
        self.now = NOON + timedelta(hours=hours)
        mails, texts = len(self.mailbox.mails), len(self.carrier.messages)
        self.rising.once()
        notices = (OutboxKind.NOTICE,)
        deliver_once(
            self.records, delivery_channels(self.settings, self.telephone), self.now, notices
        )
        return (
            [(mail["To"], mail["Subject"]) for mail in self.mailbox.mails[mails:]],
            [(text.to, text.body.split(ASKS)[0]) for text in self.carrier.messages[texts:]],
        )


@pytest.fixture
def desk(records: SqlRecords, mail_settings: Settings, mailbox: Mailbox) -> Iterator[Desk]:
    sid, token = mail_settings.account_sid, mail_settings.auth_token
    with Carrier("http://x", "http://x", sid, token) as carrier:
        settings = replace(mail_settings, public_url="https://tango.example")
        yield Desk(records, settings, mailbox, carrier)


def sent(desk: Desk, job: Job) -> list[str]:
    """What the job's history says of who was told because of each act, and has read it."""
    book = desk.records.jobs
    found, entries, of_job = book.find(job.id), book.history(job.id), book.deliveries([job])
    assert found is not None
    lines = history(found, entries, of_job[job.id], book.outstanding(job), UTC)
    return [
        f"{line.text.split(':')[0].split(',')[0]}: {told}" for line in lines for told in line.sent
    ]


def test_who_was_told_at_each_step_and_who_has_read_it_stands_in_the_job_s_history(
    desk: Desk,
) -> None:
    job = desk.open(message=None)
    for hours in (0, 3, 4):
        desk.at(hours)
    job = desk.act(job, Hand(Owner(OwnerKind.PERSON, "ian", "Ian"), "Pat is away"))
    desk.at(4.1)
    [told] = [each for each in desk.records.jobs.deliveries([job])[job.id] if "-4-" in each.promise]
    desk.records.deliveries.acknowledge(told.id, "Ian", "by a link", NOON + 5 * HOUR)
    for hours in (7, 10):
        desk.at(hours)
    desk.act(job, Hand(SAM))
    assert sent(desk, job) == [
        "Ian reminded: Text to Ian: sent Mon 23 Nov 15:00, not acknowledged",
        "overdue: E-mail to Pat: sent Mon 23 Nov 16:00, not acknowledged",
        "overdue: Text to Pat: sent Mon 23 Nov 16:00, not acknowledged",
        "assigned from Pat to Ian by Sam: E-mail to Ian: "
        "sent Mon 23 Nov 16:06, read Mon 23 Nov 17:00 by Ian",
        "overdue: E-mail to Larkfield: sent Mon 23 Nov 19:00, not acknowledged",
        "overdue: Text to Larkfield: sent Mon 23 Nov 19:00, not acknowledged",
        "overdue with Larkfield: E-mail to Larkfield: sent Mon 23 Nov 22:00, not acknowledged",
        "assigned from Larkfield to Sam Okafor by Sam: "
        "To Sam Okafor: not sent yet, due Mon 23 Nov 22:00",
    ]


def owner(desk: Desk, job: Job) -> str:
    found = desk.records.jobs.find(job.id)
    assert found is not None
    return found.owner.id


def test_a_job_that_nobody_deals_with_rises_and_everybody_is_told_in_turn(desk: Desk) -> None:
    supervisor = Account(
        id="", login="sue", name="Sue", role=Role.SUPERVISOR, email="sue@larkfield.example"
    )
    keep_account(desk.records, supervisor, NOON)
    job = desk.open()
    assert desk.at(2.9) == ([], [])
    reminder = (
        "Reminder: message for Acme from 01632 960009. This job is yours. "
        "It is due Mon 23 Nov 16:00. Ring the caller back."
    )
    assert desk.at(3) == ([], [("+447700900123", reminder)])
    mails, texts = desk.at(4)
    assert owner(desk, job) == "pat"  # on call today; reached at the agency, and by telephone
    overdue = "Overdue: message for Acme from 01632 960009"
    assert mails == [("Pat <desk@larkfield.example>", overdue)]
    assert [(to, body[:43]) for to, body in texts] == [("+447700900124", overdue)]
    assert "it goes from Ian to you" in texts[0][1]
    mails, texts = desk.at(6)
    assert owner(desk, job) == "agency"
    assert mails == [("Larkfield <desk@larkfield.example>", overdue)]
    alarm = "Alarm: overdue: message for Acme from 01632 960009"
    assert desk.at(8)[0] == [
        ("Larkfield <desk@larkfield.example>", alarm),
        ("Sue <sue@larkfield.example>", alarm),
    ]
    assert desk.at(99) == ([], [])
    assert [entry.by for entry in desk.records.jobs.history(job.id)[1:]] == ["the agreement"] * 4


def test_a_notice_brings_the_caller_s_words_to_whoever_is_new_to_the_job(
    desk: Desk, record_message: RecordMessage
) -> None:
    message = record_message(audio=b"RIFF sound", client="acme")
    heard = Transcript("the ceiling drips", (), "vosk", "small")
    desk.records.recordings.transcribed(message, heard, NOON)
    job = desk.records.jobs.of_message(message)
    assert job is not None
    desk.act(job, Hand(SAM, "she knows the house"), "Ann")
    desk.at(0)
    [mail] = desk.mailbox.mails
    assert mail["To"] == "Sam Okafor <sam@larkfield.example>"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Ann has handed this job to you: she knows the house" in text
    assert "“the ceiling drips”" in text
    assert f"/console/jobs/{job.id}" in text
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["audio/wav"]


def test_whoever_is_given_a_job_is_told_and_whoever_takes_or_closes_one_is_not(desk: Desk) -> None:
    job = desk.act(desk.open(), Take(SAM))
    assert desk.at(0) == ([], [])
    job = desk.act(job, Hand(PAT))
    assert desk.at(0.1)[0] == [
        ("Pat <desk@larkfield.example>", "For you: message for Acme from 01632 960009")
    ]
    job = desk.act(job, Return("on holiday"), "Pat")
    assert [to for to, _ in desk.at(0.2)[0]] == ["Sam Okafor <sam@larkfield.example>"]
    desk.act(job, Close(Outcome.DONE, "rang back"))
    assert desk.at(99) == ([], [])


def test_a_job_without_a_message_tells_whom_it_was_opened_for(desk: Desk) -> None:
    flow = desk.library.flow("acme")
    new = NewJob(
        client="acme",
        kind="message",
        summary="Call back",
        opening=opening(flow, "message", NOON, "Larkfield"),
        opened_by="Sam",
    )
    desk.services.jobs.open(new, NOON)
    assert desk.at(0)[0] == [
        ("Ian <ian@acme.example>", "New: call back for Acme from a withheld number")
    ]


def test_in_a_trial_everything_goes_to_the_agency(desk: Desk) -> None:
    head = 'schema: 1\nclient: {name: Acme, numbers: "+44 1632 960001", live: no}\n'
    desk.write("acme.yaml", head + ACME)
    desk.open()
    _, texts = desk.at(3)
    assert [to for to, _ in texts] == ["+442079460100"]
    mails, texts = desk.at(4)
    [(to, subject)] = mails
    assert to.endswith("<desk@larkfield.example>")
    assert "[test]" in subject
    assert [to for to, _ in texts] == ["+442079460100"]


def test_a_job_passes_over_who_is_away_when_it_rises(desk: Desk) -> None:
    job = desk.open()
    away = StatusRequest(
        client="acme",
        person="pat",
        kind=StatusKind.AWAY,
        starts=NOON,
        ends=None,
        by="Pat",
        how=How.TEXT,
    )
    keep_status(desk.records, away, NOON)
    desk.at(3)
    desk.at(4)
    assert owner(desk, job) == "agency"


def test_a_client_whose_file_is_gone_leaves_its_jobs_to_the_agency(desk: Desk) -> None:
    job = desk.open()
    (desk.settings.flows / "acme.yaml").unlink()
    desk.at(4)
    assert owner(desk, job) == "agency"


def test_a_broken_file_of_the_agency_keeps_no_job_from_rising(desk: Desk) -> None:
    job = desk.open()
    desk.at(3)
    desk.write("agency.yaml", "agency: {nme: Larkfield}")
    with capture_logs() as logs:
        mails, _ = desk.at(4)
    assert owner(desk, job) == "pat"
    assert mails[0][0] == "Pat <desk@larkfield.example>"  # as it was when it was good
    assert "agency.file_refused" in {entry["event"] for entry in logs}


def test_without_any_files_jobs_stay_where_they_are_and_it_is_said(desk: Desk) -> None:
    job = desk.open()
    for path in desk.settings.flows.iterdir():
        path.unlink()
    desk.settings.flows.rmdir()
    desk.now = NOON + 4 * HOUR
    with pytest.raises(FlowError, match="cannot be read: it is not there"):
        desk.rising.once()
    assert owner(desk, job) == "ian"


def test_several_relays_tell_everybody_once(desk: Desk) -> None:
    desk.open()
    desk.now = NOON + 3 * HOUR
    relays = [desk.escalation(desk.relay()) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda relay: relay.once(), relays)) == 1
    assert [to for to, _ in desk.at(3)[1]] == ["+447700900123"]


def test_a_reminder_by_text_has_no_word_of_the_caller(desk: Desk) -> None:
    job = desk.open(fields={"reason": "secret"})
    [(_, body)] = desk.at(3)[1]
    assert isinstance(desk.records.jobs.history(job.id)[1].act, Remind)
    assert "secret" not in body


def test_one_job_that_cannot_rise_keeps_no_other_from_rising(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = desk.open(message=None), desk.open(message=None)
    enqueue = JobNotices.enqueue

    def fails(self: JobNotices, work: Any, change: Any) -> None:
        if change.after.id == bad.id:
            raise JobError("It cannot be done.")
        enqueue(self, work, change)

    monkeypatch.setattr(JobNotices, "enqueue", fails)
    with capture_logs() as logs:
        desk.at(4)
    assert (owner(desk, bad), owner(desk, good)) == ("ian", "pat")
    assert ("job.not_risen", bad.id) in [(each["event"], each.get("job")) for each in logs]
