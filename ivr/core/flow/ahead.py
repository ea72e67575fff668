"""What looks wrong on the days to come: gaps and overlaps of rotas, dates that are past.

The only findings that depend on the day on which a file is checked; all of them are warnings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import groupby

from ivr.core.flow.build import Builder
from ivr.core.flow.document import ClientFile
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.flow import NodeT
from ivr.core.flow.rotas import Rota
from ivr.core.flow.source import Path
from ivr.core.flow.types import RotaName

DAYS_AHEAD = 14
"""How many days ahead, today among them, a rota should name somebody."""


def ahead(builder: Builder[NodeT], today: date) -> Iterator[Finding]:
    """Every finding about the days from `today` on, which is a day in the client's time zone."""
    head, source = builder.file.head, builder.file.source
    used = _used_rotas(builder)
    for name, rota in head.rotas.items():
        where: Path = ("rotas", name)
        for path, stretches in _gaps(rota, today).items() if name in used else ():
            at = (*where, *path) if (*where, *path) in source.keys else where
            message = f"nobody is on call by '{name}' {', '.join(stretches)}"
            yield source.key_finding(at, "rota-gap", message, severity=_WARNING)
        for path, other, until in rota.overlaps():
            if until is None or until >= today:
                message = f"'{path[-1]}' and '{other}' overlap; who is on call on the days of both?"
                yield source.key_finding(
                    (*where, *path), "rota-overlap", message, severity=_WARNING
                )
    for path, last in _last_dates(head):
        if last < today:
            message = f"every date here is past, the last on {last}; add what comes, or remove it"
            yield source.key_finding(path, "expired-date", message, severity=_WARNING)
    for built in builder.built.values():
        for path, last in built.place.node.last_days():
            if last < today:
                path = ("nodes", built.local, *path)
                yield built.source.finding(
                    path, "expired-date", f"{last} is past", severity=_WARNING
                )


_WARNING = Severity.WARNING


def _used_rotas(builder: Builder[NodeT]) -> Collection[str]:
    """The rotas that somebody is looked for in: by the agreement, or by a node."""
    duties = builder.file.head.agreement.values()
    used = {name for duty in duties for name in (duty.owner, *duty.then)}
    for built in builder.built.values():
        used |= {n for _, n in built.place.node.names if isinstance(n, RotaName)}
    return used


def _gaps(rota: Rota, today: date) -> dict[Path, list[str]]:
    """The stretches of days without anybody, by the path of the entry that counts then."""
    gaps: dict[Path, list[str]] = {}
    days = [today + timedelta(days=n) for n in range(DAYS_AHEAD)]
    for (path, names), stretch in groupby(days, rota.plan):
        if not names:
            gaps.setdefault(path, []).append(_said(list(stretch)))
    return gaps


def _said(days: list[date]) -> str:
    first, last = days[0], days[-1]
    return f"on {first:%a} {first}" if first == last else f"from {first:%a} {first} to {last}"


def _last_dates(head: ClientFile) -> Iterator[tuple[Path, date]]:
    """The lists of dates in a client's file, each with the last day that it names."""
    for name, calendar in head.calendars.items():
        if calendar.closed:
            yield ("calendars", name, "closed"), max(last for _, last in calendar.closed)
        if calendar.dates:
            yield ("calendars", name, "dates"), max(calendar.dates)
    for name, rota in head.rotas.items():
        if rota.dates:
            yield ("rotas", name, "dates"), max(last for _, _, last in rota.spans())
