"""The addresses of the jobs, and the acts that their forms ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission
from ivr.core.flow.types import parse_duration
from ivr.core.jobs.acts import Act, Close, Hand, Note, Plan, Reopen, Return, Snooze, Take
from ivr.core.jobs.job import Job, Outcome, Owner
from ivr.core.local_time import local_time
from ivr.core.ring_numbers import RingNumber, rang
from ivr.core.whole_numbers import whole_number
from ivr.errors import JobError, JobMoved
from ivr.web.console.access import answer, current_account, needs
from ivr.web.console.jobs.pages import JobPages, myself
from ivr.web.console.pages import notice

MOST_AT_ONCE = 200

DONE = {
    "take": "taken",
    "hand": "assigned",
    "return": "returned",
    "snooze": "snoozed",
    "close": "closed",
    "reopen": "opened again",
    "note": "noted",
    "rang": "noted",
    "plan": "rescheduled",
}


def job_routes(console: Blueprint, pages: JobPages) -> None:
    """Add the addresses, and what the bar of every page shows."""
    console.context_processor(lambda: {"job_alarm": pages.alarm})
    _add_pages(console, pages)
    _add_acts(console, pages)


def _add_pages(console: Blueprint, pages: JobPages) -> None:
    @console.get("/jobs/")
    @needs(Permission.SEE_MESSAGES)
    def jobs() -> Response:
        return pages.board()

    @console.get("/jobs/list")
    @needs(Permission.SEE_MESSAGES)
    def job_list() -> str:
        return pages.rows()

    @console.get("/jobs/<job_id>")
    @needs(Permission.SEE_MESSAGES)
    def job(job_id: str) -> Response:
        found = pages.find(job_id)
        return pages.one(found) if found else _no_job()


def _add_acts(console: Blueprint, pages: JobPages) -> None:
    @console.post("/jobs/act")
    @needs(Permission.WORK_MESSAGES)
    def act_on_jobs() -> AnyResponse:
        act, done, problems = request.form.get("act", ""), 0, []
        chosen = request.form.getlist("job")[:MOST_AT_ONCE]
        if not chosen:
            problems.append("Choose at least one job first.")
        for each in chosen:
            job_id, _, version = each.partition(":")
            try:
                _do(pages, job_id, act, version)
                done += 1
            except JobError as error:
                problems.append(_of(pages, job_id, error))
        view = pages.view()
        if problems:
            said = _said(done, DONE[act]) if done else ""
            return pages.board(said, tuple(dict.fromkeys(problems)), 409)
        answer(_said(done, DONE[act]))
        where: dict[str, Any] = dict(view.address)
        return redirect(url_for("console.jobs", **where), 303)

    @console.post("/jobs/<job_id>/<act>")
    @needs(Permission.WORK_MESSAGES)
    def act_on_job(job_id: str, act: str) -> AnyResponse:
        found = pages.find(job_id)
        if found is None or act not in DONE:
            return _no_job()
        try:
            _do(pages, job_id, act, request.form.get("version", ""))
        except JobError as error:
            status = 409 if isinstance(error, JobMoved) else 422
            return pages.one(pages.find(job_id) or found, str(error), status)
        answer(f"{DONE[act].capitalize()}.")
        return redirect(url_for("console.job", job_id=job_id), 303)


def _do(pages: JobPages, job_id: str, name: str, version: str) -> None:
    """Do an act as whoever is signed in, with all that goes out. Raises `JobError`."""
    job = pages.find(job_id)
    if job is None:
        raise JobError("There is no such job.")
    now = pages.clock()
    act = _act(pages, job, name, now)
    pages.jobs.act(job.id, act, signed_in(current_account()), now, whole_number(version))


def _act(pages: JobPages, job: Job, name: str, now: datetime) -> Act:
    """The act that a form asks for. Raises `JobError` where it is none."""
    reason = _field("reason") or _field(f"{name}_reason")  # the board has a field for each act
    made: dict[str, Callable[[], Act]] = {
        "take": lambda: Take(myself(current_account())),
        "hand": lambda: Hand(_owner(pages, job), reason),
        "return": lambda: Return(reason),
        "snooze": lambda: Snooze(_until(now, pages.zone(job.client)), reason),
        "note": lambda: Note(_field("text")),
        "rang": lambda: Note(_rang(pages.numbers(job))),
        "plan": lambda: _plan(job, pages.zone(job.client)),
        "close": lambda: Close(_outcome(), reason),
        "reopen": lambda: Reopen(reason),
    }
    if name not in made:
        raise JobError("There is no such act.")
    return made[name]()


def _owner(pages: JobPages, job: Job) -> Owner:
    key = _field("to")
    possible = pages.jobs.owners(job)
    found = next((owner for owner in possible if owner.key == key), None)
    if found is None:
        raise JobError(
            "Choose to whom the job is assigned; it must be somebody of this client or ours."
        )
    return found


def _until(now: datetime, zone: tzinfo) -> datetime:
    if text := _field("until"):
        return _moment(text, zone)
    try:
        return now + timedelta(seconds=parse_duration(_field("for")))
    except ValueError as error:
        raise JobError("Say until when the job is snoozed.") from error


def _plan(job: Job, zone: tzinfo) -> Plan:
    action, due = _field("action"), _field("due")
    due_at = _moment(due, zone) if due else None
    return Plan(action if action != job.action else None, due_at)


def _moment(text: str, zone: tzinfo) -> datetime:
    """What a field for date and time holds: the client's wall clock."""
    try:
        found = local_time(datetime.fromisoformat(text).replace(tzinfo=None), zone)
    except ValueError as error:
        raise JobError("That is not a date and a time.") from error
    if found.unclear_without_offset:
        raise JobError(found.unclear_without_offset)
    return found.moment


def _rang(numbers: tuple[RingNumber, ...]) -> str:
    try:
        return rang(numbers, _field("number"), _field("came"))
    except ValueError as error:
        raise JobError(str(error)) from error


def _outcome() -> Outcome:
    try:
        return Outcome(_field("outcome"))
    except ValueError as error:
        raise JobError(f"A job ends as {', '.join(Outcome)}.") from error


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _said(number: int, act: str) -> str:
    return f"{number} {'job' if number == 1 else 'jobs'} {act}."


def _of(pages: JobPages, job_id: str, error: JobError) -> str:
    """Why an act on one of several was refused, and on which."""
    job = pages.find(job_id)
    return f"{job.summary}, {pages.client_name(job.client)}: {error}" if job else str(error)


def _no_job() -> Response:
    return notice("No such job", "There is no job at this address.", 404)
