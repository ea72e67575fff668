"""The audit log: who saw and did what, with people and clients by name."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.roles import Permission
from ivr.core.agency import Agency
from ivr.web.console.access import needs
from ivr.web.console.clients import Clients

LINKS = {
    "job": ("console.job", "job_id"),
    "message": ("console.message", "message_id"),
    "call": ("console.call", "call_sid"),
}
"""The page of each kind of thing that an act can be about, and what its address calls the id."""


@dataclass(frozen=True, slots=True)
class AuditPages:
    """What the page needs."""

    records: SqlRecords
    clients: Clients
    agency: Agency

    def list(self) -> str:
        """A page of the log, as the address narrows it."""
        wanted = {key: request.args.get(key, "").strip() for key in ("who", "act", "client")}
        page = max(1, min(request.args.get("page", 1, type=int), 100_000))
        acts, more = self.records.audit.page(**wanted, page=page)
        return render_template(
            "console/audit.html",
            acts=acts,
            more=more,
            page=page,
            wanted=wanted,
            people={account.login: account.name for account in self.records.accounts.all()},
            clients=self.clients.names(),
            about=self.about,
        )

    def about(self, what: str) -> str | Markup:
        """What an act was about, as people read it: a link to its page, or a name."""
        kind, _, id_ = what.partition(" ")
        if kind == "operator":
            return self.agency.operator_names.get(id_, what)
        if kind not in LINKS:
            return what
        endpoint, name = LINKS[kind]
        first, _, more = id_.partition(", ")
        shown = f"{kind}, {more.partition(' ')[0]}" if more else kind
        link = url_for(endpoint, **{name: first})  # type: ignore[arg-type]
        return Markup('<a href="{}" title="{}">{}</a>').format(link, what, shown)


def audit_routes(console: Blueprint, pages: AuditPages) -> None:
    """Add the address."""

    @console.get("/audit/")
    @needs(Permission.SEE_AUDIT)
    def audit() -> str:
        return pages.list()
