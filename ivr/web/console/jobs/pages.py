"""The board of jobs, and the page of each with its whole history: what there is to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from flask import Response, g, make_response, render_template, request

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission
from ivr.core.jobs.job import Job, JobState, Outcome, Owner, OwnerKind
from ivr.core.jobs.words import length, when
from ivr.core.nodes.base import Kind
from ivr.core.records.job_list import SOON, Count, Row, Wanted
from ivr.core.records.message_words import readable_number, title
from ivr.core.ring_numbers import CAME_OF_RINGING, RingNumber, ring_numbers
from ivr.errors import RecordsError, UnknownClient
from ivr.services.deliveries.job_words import NotifiedEntry, history, reading
from ivr.services.jobs import JobService
from ivr.web.console.access import current_account, note, note_once
from ivr.web.console.calls.spoken import turns
from ivr.web.console.page_zone import page_zone, show_in

PAGE = 50
LISTED_AGAIN = timedelta(minutes=15)
"""A board that is open asks again and again; within this time that is one act of seeing it."""

VIEWS = {
    "open": "All open",
    "mine": "Mine",
    "soon": "Due soon",
    "unowned": "Unassigned, due soon",
    "overdue": "Overdue",
    "undelivered": "Undelivered",
    "closed": "Closed",
}

WAITS = {"30m": "half an hour", "1h": "an hour", "2h": "2 hours", "4h": "4 hours", "1d": "a day"}
"""For how long a job can be snoozed with one choice."""


@dataclass(frozen=True, slots=True)
class View:
    """How the board is narrowed down: what stands in its address."""

    view: str
    client: str
    kind: str
    text: str
    page: int

    @property
    def address(self) -> dict[str, str]:
        """The parts of the address that are not as they are by default, other than the page."""
        parts = {"view": self.view, "client": self.client, "kind": self.kind, "q": self.text}
        return {key: value for key, value in parts.items() if value and value != "open"}


@dataclass(frozen=True, slots=True)
class JobPages:
    """What the pages need."""

    records: SqlRecords
    library: FolderLibrary[Kind]
    jobs: JobService
    clock: Callable[[], datetime]

    # The board

    def view(self) -> View:
        """What the address asks for; a client's account sees its own client's jobs alone."""
        account, args = current_account(), request.args
        view = args.get("view", "open")
        return View(
            view=view if view in VIEWS else "open",
            client=account.client or args.get("client", "").strip(),
            kind=args.get("kind", "").strip(),
            text=args.get("q", "").strip()[:200],
            page=max(1, min(args.get("page", 1, type=int), 100_000)),
        )

    def board(self, said: str = "", problems: tuple[str, ...] = (), status: int = 200) -> Response:
        """The whole page. `said` is what has just been done, `problems` what has not."""
        view = self.view()
        text = render_template(
            "console/jobs.html",
            said=said,
            problems=problems,
            clients=None if current_account().client else self.clients(view.client),
            counts=self.counts(view),
            views=self._views(),
            kinds=self.kinds(view),
            **self._listed(view),
        )
        return make_response(text, status)

    def rows(self) -> str:
        """The list alone, for a page that is open."""
        return render_template("console/job_rows.html", **self._listed(self.view()))

    def _listed(self, view: View) -> dict[str, Any]:
        account = current_account()
        if account.client:
            show_in(self.zone(account.client))
        found = self.records.jobs.board(self.wanted(view), PAGE + 1, (view.page - 1) * PAGE)
        client = view.client or None
        note_once("saw the list of jobs", client=client, about=None, within=LISTED_AGAIN)
        rows = found[:PAGE]
        told = self.records.jobs.deliveries([row.job for row in rows])
        return {
            "rows": rows,
            "readings": {
                row.job.id: reading(row.job, told[row.job.id], page_zone(), self.clock())
                for row in rows
            },
            "more": len(found) > PAGE,
            "view": view,
            "works": account.may(Permission.WORK_MESSAGES),
            "owners": self._owners_of_all(rows),
            "row_numbers": lambda row: self.to_ring(row.job, row.given),
            **self.words(),
        }

    def wanted(self, view: View) -> Wanted:
        """The jobs that a view shows."""
        now = self.clock()
        until = {"soon": now + SOON, "unowned": now + SOON, "overdue": now}
        return Wanted(
            state=JobState.CLOSED if view.view == "closed" else JobState.OPEN,
            client=view.client or None,
            kind=view.kind or None,
            owner=myself(current_account()) if view.view == "mine" else None,
            due_before=until.get(view.view),
            due_after=now if view.view == "unowned" else None,
            unnamed=view.view == "unowned",
            undelivered=view.view == "undelivered",
            text=view.text,
        )

    def counts(self, view: View) -> Count:
        """How many open jobs the client has, or all clients have."""
        return self.records.jobs.count(self.clock(), Wanted(client=view.client or None))

    def clients(self, wanted: str) -> dict[str, str]:
        """The clients that one can choose, by short name."""
        names = dict.fromkeys((*self.records.jobs.clients(), *([wanted] if wanted else ())))
        found = {client: self.client_name(client) for client in names}
        return dict(sorted(found.items(), key=lambda item: item[1].lower()))

    def kinds(self, view: View) -> list[str]:
        """The kinds of job that one can choose."""
        found = self.records.jobs.kinds(view.client or None)
        return sorted({*found, *([view.kind] if view.kind else ())})

    @staticmethod
    def _views() -> dict[str, str]:
        mine = current_account().may(Permission.WORK_MESSAGES)
        return {key: name for key, name in VIEWS.items() if mine or key != "mine"}

    def _owners_of_all(self, rows: list[Row]) -> tuple[Owner, ...]:
        """To whom all of these can be handed: a client's people only where all are its jobs."""
        clients = {row.job.client: row.job for row in rows}
        owners = self.jobs.owners(next(iter(clients.values()), None))
        if len(clients) == 1:
            return owners
        return tuple(owner for owner in owners if owner.kind is not OwnerKind.PERSON)

    # One job

    def find(self, job_id: str) -> Job | None:
        """A job that the account may see: of another's nobody learns that it exists."""
        job = self.records.jobs.find(job_id)
        return job if job and current_account().sees(job.client) else None

    def one(self, job: Job, problem: str = "", status: int = 200) -> Response:
        """The page of one job; `problem` says why an act was refused."""
        note("saw a job", client=job.client, about=f"job {job.id}")
        show_in(self.zone(job.client))
        message = self.records.messages.find(job.message) if job.message else None
        heard = message.transcript if message else None
        works = current_account().may(Permission.WORK_MESSAGES)
        text = render_template(
            "console/job.html",
            job=job,
            message=message,
            turns=list(turns(heard)) if heard else [],
            history=list(self._history(job, works)),
            owners=[owner for owner in self.jobs.owners(job) if not owner.is_same(job.owner)],
            works=works,
            to_ring=self.to_ring(job, heard.number_given if heard else None),
            came_of_ringing=CAME_OF_RINGING,
            language=self.language(job.client),
            problem=problem,
            form=request.form,
            **self.words(),
        )
        return make_response(text, status)

    def _history(self, job: Job, reasons: bool) -> Iterator[NotifiedEntry]:
        """Every act, with what people were sent because of it."""
        book = self.records.jobs
        sent = book.deliveries([job])[job.id]
        entries, promised = book.history(job.id), book.outstanding(job)
        return history(job, entries, sent, promised, self.zone(job.client), reasons)

    def words(self) -> dict[str, Any]:
        """What the templates say things with."""
        now = self.clock()
        return {
            "now": now,
            "me": myself(current_account()),
            "when": lambda job, moment: when(moment, page_zone()),
            "length": lambda moment: length(now - moment),
            "client_name": self.client_name,
            "number": self.number,
            "title": title,
            "outcomes": list(Outcome),
            "waits": WAITS,
        }

    def number(self, job: Job) -> str:
        """The caller's number as people in the client's country write it."""
        return readable_number(job.caller, self.language(job.client))

    def numbers(self, job: Job) -> tuple[RingNumber, ...]:
        """The same, with the message looked up."""
        message = self.records.messages.find(job.message) if job.message else None
        heard = message.transcript if message else None
        return self.to_ring(job, heard.number_given if heard else None)

    def to_ring(self, job: Job, given: str | None) -> tuple[RingNumber, ...]:
        """On which numbers the caller can be rung; `given` is the one in their words."""
        return ring_numbers(job.caller, job.fields, given, self.language(job.client))

    def language(self, client: str) -> str:
        """A client's language, which says how numbers are written."""
        try:
            language: str = self.library.flow(client).client.language
        except UnknownClient:
            return "en-GB"
        return language

    def zone(self, client: str) -> tzinfo:
        """Where a client's clocks are; UTC where its file is gone."""
        try:
            zone: tzinfo = self.library.flow(client).client.timezone
        except UnknownClient:
            return UTC
        return zone

    def client_name(self, client: str) -> str:
        """A client's name, or its short one where its file is gone."""
        try:
            return self.library.flow(client).client.name
        except UnknownClient:
            return client

    def alarm(self) -> Count | None:
        """What the bar of every page shows to supervisors; None for others, and where the records
        do not answer."""
        account = g.get("account")
        if account is None or not account.may(Permission.SUPERVISE):
            return None
        try:
            return self.records.jobs.count(self.clock())
        except RecordsError:
            return None


def myself(account: Account) -> Owner:
    """Somebody of the agency as an owner: by the short name in its file, or their login."""
    return Owner(OwnerKind.OPERATOR, account.operator or account.login, account.name)
