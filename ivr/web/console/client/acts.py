"""The addresses of the client's page, and what its people do with their jobs."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission
from ivr.core.jobs.acts import Act, Close, Hand, Note, Reopen, Take
from ivr.core.jobs.job import Job, Outcome, Owner, OwnerKind
from ivr.core.ring_numbers import rang
from ivr.core.whole_numbers import whole_number
from ivr.errors import JobError, JobMoved
from ivr.services.statuses import StatusService
from ivr.web.console.access import answer, current_account, needs
from ivr.web.console.client.client_user import ClientUser
from ivr.web.console.client.pages import ClientPages
from ivr.web.console.client.status import StatusPages, status_routes
from ivr.web.console.pages import notice

DONE = {
    "take": "You have it now.",
    "agency": "Passed back to the agency.",
    "hand": "Passed on.",
    "close": "Marked done.",
    "note": "Noted.",
    "rang": "Noted.",
    "reopen": "It is open again.",
    "read": "Marked as read.",
}
"""What can be done to a job, and what is said when it was."""

STAYS = ("note", "rang", "reopen", "read")
"""After these one goes on with the job; after the others there is no more to do about it."""


def client_routes(console: Blueprint, pages: ClientPages, service: StatusService) -> None:
    """Add the addresses."""
    statuses = StatusPages(pages, service)
    status_routes(console, statuses)

    @console.get("/client")
    @needs(Permission.CLIENT_PAGE)
    def client() -> Response:
        return pages.inbox(statuses.words())

    @console.get("/client/list")
    @needs(Permission.CLIENT_PAGE)
    def client_list() -> str:
        return pages.rows()

    @console.get("/client/jobs/<job_id>")
    @needs(Permission.CLIENT_PAGE)
    def client_job(job_id: str) -> Response:
        found = pages.find(job_id)
        return pages.one(found) if found else _no_job()

    @console.post("/client/jobs/<job_id>/<act>")
    @needs(Permission.CLIENT_PAGE)
    def act_on_client_job(job_id: str, act: str) -> AnyResponse:
        found = pages.find(job_id)
        if found is None or act not in DONE:
            return _no_job()
        try:
            _do(pages, found, act)
        except JobError as error:
            now = pages.find(job_id) or found
            said = _overtaken(pages, now) if isinstance(error, JobMoved) else str(error)
            return pages.one(now, said, 409 if isinstance(error, JobMoved) else 422)
        answer(DONE[act])
        if act in STAYS:
            return redirect(url_for("console.client_job", job_id=job_id), 303)
        return redirect(url_for("console.client"), 303)


def _do(pages: ClientPages, job: Job, name: str) -> None:
    """Do an act in the visitor's name, with all that goes out. Raises `JobError`.

    Whoever does something about a job has read what it is about.
    """
    jobs, visitor, now = pages.jobs, pages.visitor(), pages.jobs.clock()
    actor = signed_in(current_account(), visitor.name)
    if name == "read":
        jobs.jobs.read(job, visitor.reader, actor, now)
        return
    expected = whole_number(request.form.get("version", ""))
    act = _act(pages, job, name, visitor)
    jobs.jobs.act(job.id, act, actor, now, expected, reader=visitor.reader)


def _act(pages: ClientPages, job: Job, name: str, visitor: ClientUser) -> Act:
    """The act that a form asks for. Raises `JobError` where something is missing."""
    reason = _field("reason")
    made: dict[str, Callable[[], Act]] = {
        "take": lambda: Take(_me(visitor)),
        "agency": lambda: Hand(_owner(pages, job, OwnerKind.AGENCY), reason),
        "hand": lambda: Hand(_owner(pages, job, OwnerKind.PERSON), reason),
        "close": lambda: Close(_outcome(), reason),
        "note": lambda: Note(_field("text")),
        "rang": lambda: Note(_rang(pages, job)),
        "reopen": lambda: Reopen(reason),
    }
    return made[name]()


def _me(visitor: ClientUser) -> Owner:
    if visitor.person is None:
        raise JobError(
            "Your account is nobody in particular, and a job needs somebody who has it. "
            "Hand it to one of your people instead."
        )
    return visitor.person


def _owner(pages: ClientPages, job: Job, kind: OwnerKind) -> Owner:
    possible = [owner for owner in pages.owners(job) if owner.kind is kind]
    if kind is OwnerKind.AGENCY and possible:
        return possible[0]
    found = next((owner for owner in possible if owner.key == _field("to")), None)
    if found is None:
        already = kind is OwnerKind.AGENCY
        raise JobError("The agency has this already." if already else "Choose who is to have it.")
    return found


def _rang(pages: ClientPages, job: Job) -> str:
    try:
        return rang(pages.jobs.numbers(job), _field("number"), _field("came"))
    except ValueError as error:
        raise JobError(str(error)) from error


def _outcome() -> Outcome:
    try:
        return Outcome(_field("outcome"))
    except ValueError as error:
        raise JobError("Choose how it ended.") from error


def _overtaken(pages: ClientPages, job: Job) -> str:
    """Why nothing was changed: somebody was quicker, and this is how it stands now."""
    last = pages.jobs.records.jobs.history(job.id)[-1]
    at = pages.place(pages.visitor()).when(last.at)
    return (
        f"{last.by} was quicker, at {at}, so nothing was changed. "
        "This is how it stands now; do it once more if it is still right."
    )


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _no_job() -> Response:
    return notice("No such message", "There is nothing of yours at this address.", 404)
