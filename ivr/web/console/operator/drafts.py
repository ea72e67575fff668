"""What operators write down: saved and checked while they type, and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, make_response, request

from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission
from ivr.core.jobs.job import Job
from ivr.errors import JobError
from ivr.web.console.access import current_account, needs
from ivr.web.console.operator.form_view import FormView
from ivr.web.console.operator.parts import desk_part, own_name, render
from ivr.web.console.operator.screens import OperatorScreen

FIELD = "field."
"""What begins the names of a form's own fields, which the client's file chooses."""

LONGEST_FIELD, LONGEST_NAME = 5000, 100
"""Characters that are taken."""


LOST = "Not saved: this was sent already, or another operator has the call now."
NO_OUTCOME = "Please choose how the call ended."


def draft_routes(console: Blueprint, screens: OperatorScreen) -> None:
    """Add the addresses."""

    @console.post("/operator/draft/<draft_id>")
    @needs(Permission.ANSWER_CALLS)
    def operator_save(draft_id: str) -> Response:
        form, kept = _saved(screens, draft_id)
        if form is None:
            return Response(status=404)
        unsent = screens.unsent(own_name())
        lost = "" if kept else LOST
        return make_response(render("checked", form=form, lost=lost, unsent=unsent))

    @console.post("/operator/draft/<draft_id>/kind")
    @needs(Permission.ANSWER_CALLS)
    def operator_kind(draft_id: str) -> Response:
        form, _ = _saved(screens, draft_id)
        return make_response(render("fields", form=form)) if form else Response(status=404)

    @console.post("/operator/draft/<draft_id>/send")
    @needs(Permission.ANSWER_CALLS)
    def operator_send(draft_id: str) -> Response:
        form, kept = _saved(screens, draft_id, asked=True)
        if form is None or not kept:
            return desk_part(screens, problem=LOST)
        if form.wanting:
            return desk_part(screens, draft_id=draft_id, form=form)
        try:
            job = screens.send(form, _outcome(), signed_in(current_account()))
        except JobError as error:
            return desk_part(screens, problem=str(error))
        return desk_part(screens, told=_told(form, job))

    @console.post("/operator/draft/<draft_id>/finish")
    @needs(Permission.ANSWER_CALLS)
    def operator_finish(draft_id: str) -> Response:
        form, kept = _saved(screens, draft_id)
        if form is None or not kept:
            return desk_part(screens, problem=LOST)
        if not _outcome():
            return desk_part(screens, draft_id=draft_id, form=replace(form, problem=NO_OUTCOME))
        screens.records.drafts.close(draft_id, own_name(), _outcome(), screens.clock())
        return desk_part(screens, told=f"Noted: {_outcome()}.")


def posted(kept: Mapping[str, str]) -> dict[str, str]:
    """What was typed, over what was `kept` of other kinds of job."""
    typed = {
        name.removeprefix(FIELD): value[:LONGEST_FIELD]
        for name, value in request.form.items()
        if name.startswith(FIELD) and len(name) <= LONGEST_NAME
    }
    return {**kept, **typed}


def _saved(
    screens: OperatorScreen, draft_id: str, *, asked: bool = False
) -> tuple[FormView | None, bool]:
    """The form as it was posted, and whether that is kept: not where the draft was sent already
    or is somebody else's by now."""
    draft = screens.records.drafts.find(draft_id)
    if draft is None:
        return None, False
    kind = request.form.get("kind", draft.kind)
    fields, now = posted(draft.fields), screens.clock()
    kept = screens.records.drafts.save(draft_id, own_name(), kind, fields, now)
    if not kept and draft.operator != own_name():
        return None, False
    screens.operators.writing(own_name(), now)
    draft = replace(draft, kind=kind, fields=fields, updated_at=now, outcome=_outcome())
    return screens.form(draft, asked=asked), kept


def _outcome() -> str:
    return request.form.get("outcome", "")[:LONGEST_NAME]


def _told(form: FormView, job: Job) -> str:
    due = job.due_at.astimezone(form.zone_time.tzinfo)
    return f"Sent: {job.owner.name} has it, due {due:%A %H:%M}."
