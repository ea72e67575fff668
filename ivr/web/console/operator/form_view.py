"""The form that an operator fills in: its fields, and what becomes of what was typed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.core.call.engine import CallFlow
from ivr.core.flow.forms import form_for
from ivr.core.records.draft import Draft
from ivr.web.console.operator.call_view import words
from ivr.web.console.operator.form_values import FormContext, FormEntry, written_form

ABOUT = 200
"""Characters that are read to a third party."""


@dataclass(frozen=True, slots=True)
class FormView:
    """A draft as a form. `kinds` are the kinds of job by name and in words; `client` is the
    client's name as written; `asked` says that it was to be sent as it stands."""

    draft: Draft
    client: str
    kinds: tuple[tuple[str, str], ...]
    fields: tuple[FormEntry, ...]
    outcomes: tuple[str, ...]
    zone_time: datetime
    asked: bool = False
    problem: str = ""

    @property
    def wanting(self) -> tuple[FormEntry, ...]:
        """The fields for which it cannot be sent."""
        return tuple(field for field in self.fields if field.wanting)

    @property
    def summary(self) -> str:
        """The job in a few words; the caller's own are in its fields alone."""
        return words(self.draft.kind).capitalize()

    @property
    def about(self) -> str:
        """What has been written, in a line, for whoever is to talk with the caller next."""
        return ", ".join(" ".join(each.shown.split()) for each in self.fields if each.shown)[:ABOUT]

    @property
    def values(self) -> dict[str, str]:
        """What is kept: by the fields' labels, as people read it."""
        return {field.label: field.shown for field in self.fields if field.value}


def form_view(
    draft: Draft,
    flow: CallFlow,
    now: datetime,
    given: Mapping[str, str] | None = None,
    *,
    asked: bool = False,
    problem: str = "",
) -> FormView:
    """The form of a draft. `given` is what fields begin with until something is typed."""
    local = now.astimezone(flow.client.timezone)
    around = FormContext(flow.client.language, local.date(), draft.caller)
    kind = draft.kind if draft.kind in flow.job_kinds else flow.job_kinds[0]
    typed = {**(given or {}), **draft.fields}
    return FormView(
        draft=replace(draft, kind=kind),
        client=flow.client.name,
        kinds=tuple((name, words(name).capitalize()) for name in flow.job_kinds),
        fields=written_form(form_for(flow.forms, kind), typed, around),
        outcomes=flow.client.operators.outcomes,
        zone_time=draft.updated_at.astimezone(flow.client.timezone),
        asked=asked,
        problem=problem,
    )
